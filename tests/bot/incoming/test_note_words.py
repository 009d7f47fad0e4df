"""What people write below waiting notes: about the notes, or something else."""

import pytest

from bot.incoming.note_words import NoteWords, read

NOTES = ("N1", "N2", "N3")


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        ("fix N1 and N3, N2 is fine", "N1 N3"),
        ("N1 and N2 are fine, fix N3", "N3"),
        ("N2 is fine", "N1 N3"),
        ("N2 looks good to me", "N1 N3"),
        ("all except N2", "N1 N3"),
        ("fix everything but N2 is ok", "N1 N3"),
        ("everything is fine except N2", "N2"),
        ("please address n1", "N1"),
        ("notes 1 and 3 please", "N1 N3"),
        ("Note 2: use the figures of 2025", "N2"),
        ("N1-N2 need prices", "N1 N2"),
        ("N1 is not good", "N1"),
        ("don't fix N1", "N2 N3"),
        ("N2 doesn't matter, fix the rest", "N1 N3"),
        ("ignore N1, N2, N3", ""),
        ("skip N1 but fix N2 and N3", "N2 N3"),
        ("N1: find a good source for it", "N1"),
        ("N2 ist egal, N1 und N3 bitte korrigieren", "N1 N3"),
        ("N1 et N2 à corriger", "N1 N2"),
        ("N1 passt, N2 und N3 überarbeiten", "N2 N3"),
        ("What does N1 mean?", "N1"),
    ],
)
def test_who_names_a_note_means_the_notes(words: str, fix: str) -> None:
    found = read(words, NOTES)
    assert found is not None and found.fix == tuple(fix.split())
    assert sorted(found.fix + found.waive) == sorted(NOTES)


@pytest.mark.parametrize(
    "words",
    [
        *("approved", "Approved, thanks!", "I approve", "lgtm", "LGTM 🎉", "looks good to me", "ship it", "ok", "Yes."),
        *(
            "good to go",
            "fine as it is",
            "that's fine by me",
            "go ahead",
            "accept it",
            "no changes needed",
            "sounds good",
        ),
        *(
            "freigegeben",
            "sieht gut aus, danke",
            "approuvé",
            "aprobado, gracias",
            "одобряю",
            "承認します",
            "批准",
            "승인합니다",
        ),
    ],
)
def test_an_approval_waives_all(words: str) -> None:
    assert read(words, NOTES) == NoteWords((), NOTES)


@pytest.mark.parametrize(
    "words",
    [
        *("fix it", "fix them", "please fix all", "Fix the notes, please", "yes, fix all of them", "Please revise"),
        *("can you fix the notes?", "could you please address the comments", "address the points", "correct that"),
        *("revise it, thanks", "I request revisions", "revision please", "improve it", "resolve all open issues"),
        *("bitte korrigieren", "kannst du das überarbeiten?", "corrige les notes", "por favor corrige todo"),
        *("исправь замечания", "修正してください", "请修改", "수정해 주세요"),
    ],
)
def test_a_request_to_fix_is_for_all(words: str) -> None:
    assert read(words, NOTES) == NoteWords(NOTES, ())


@pytest.mark.parametrize(
    "words",
    [
        *(
            "What about the costs?",
            "And in version 4.2 only?",
            "who maintains it",
            "Is it good to go?",
            "is this approved",
        ),
        *("looks good, but what about Rust?", "approve budgets in Slack: how does that work", "ok and who pays"),
        *("fix the CSS bug in Flask", "How do I fix a broken index?", "fix my build", "Revise history of Rome"),
        *("N95 masks: how well do they filter?", "What is N9?", "compare it with Django", "write that for a child"),
        *(
            "thanks",
            "great, this helped",
            "good morning",
            "ship it how",
            "yes but cheaper",
            "correct spelling of Nietzsche",
        ),
        *("und was kostet das", "und in Österreich?", "et le prix", "修正案とは", "批准条约的国家有哪些"),
    ],
)
def test_everything_else_is_not_about_the_notes(words: str) -> None:
    assert read(words, NOTES) is None


@pytest.mark.parametrize(
    ("words", "says_how"),
    [("fix N1 and N3, N2 is fine", False), ("please fix N1", False), ("N3: use the figures of 2025", True)],
)
def test_what_says_how_to_fix_is_passed_on(words: str, says_how: bool) -> None:
    found = read(words, NOTES)
    assert found is not None and found.says_how is says_how
