from collections.abc import Callable

from orchestration.evidence.findings import found_notes
from orchestration.values.domain import (
    Claim,
    Draft,
    Entailment,
    NoteKind,
    Source,
    Support,
    WorkerReport,
)

Make = Callable[..., Source]


def claim(text: str, support: Support = Support.QUOTED, **more: object) -> Claim:
    return Claim(text, "d_1", "its quote", support, **more)  # type: ignore[arg-type]


def draft(*reports: WorkerReport, answer: str = "") -> Draft:
    sources = {source.source_id: source for report in reports for source in report.sources}
    return Draft(1, answer, reports, tuple(sources.values()))


def texts(found: Draft, question: str = "", **more: bool) -> list[tuple[str, str | None]]:
    return [(note.text, note.subtask_id) for note in found_notes(found, question, **more)]


def test_one_note_a_report_and_kind_of_finding_and_most_serious_first(source_of: Make) -> None:
    claims = [claim(f"Claim {n}", Support.UNQUOTED, reason="the source says 11, not 12") for n in range(5)]
    report = WorkerReport(
        "s1",
        "Flask",
        "It is the fastest of them all. It is built in here [d_1]. It was made up [d_9].",
        claims=(*claims, claim("Not read", Support.UNCITED), claim("Good")),
        sources=(source_of("d_1", "text"),),
    )
    assert [
        ("No source is given for: “It is the fastest of them all.”.", "s1"),
        ("The cited source was not read in this run: “Not read”.", "s1"),
        ("The source says 11, not 12: “Claim 0”; “Claim 1”; “Claim 2” and 2 more.", "s1"),
    ] == texts(draft(report))


def test_a_source_behind_several_sentences_of_one_claim_stands_behind_each_of_them(source_of: Make) -> None:
    said = "It is the fastest of them all. It is built in here."
    report = WorkerReport("s1", "T", f"{said} [d_1]", claims=(claim(said),), sources=(source_of("d_1", "x"),))
    assert [] == texts(draft(report))
    assert [("No source is given for: “It is the fastest of them all.”.", "s1")] == texts(
        draft(WorkerReport("s1", "T", f"{said} [d_1]", claims=(claim("Another"),), sources=report.sources))
    )


def test_a_number_of_the_model_s_own_and_an_aside_are_no_source(source_of: Make) -> None:
    text = "It is the fastest of them all [1]. It is the smallest one too [sic]. It is built in here [d_1]."
    report = WorkerReport("s1", "T", text, sources=(source_of("d_1", "x"),))
    answer = "It is the fastest of them all [?]. It is the smallest one too [sic]. It is built in here [1]."
    wanted = "No source is given for: “It is the fastest of them all .”; “It is the smallest one too .”."
    assert [(wanted, "s1")] == texts(draft(report, answer=answer))


def test_an_id_that_was_never_read_is_named_where_no_claim_is(source_of: Make) -> None:
    report = WorkerReport("s1", "T", "It was made up by somebody [d_9].", sources=(source_of("d_1", "x"),))
    assert [("The cited source was not read in this run: “d_9”.", "s1")] == texts(draft(report))


def test_what_counting_has_against_a_claim_is_left_to_a_model_that_has_read_it() -> None:
    doubted = claim("A doubtful claim", doubt="the source says little about this")
    found = draft(WorkerReport("s1", "T", "", claims=(doubted,)))
    assert [("The sources may not say this: “A doubtful claim”.", "s1")] == texts(found)
    assert [] == texts(found, read=True)
    judged = claim("A doubtful claim", doubt="the source says little about this", entailment=Entailment.SUPPORTED)
    assert [] == texts(draft(WorkerReport("s1", "T", "", claims=(judged,))))


def test_what_is_doubtful_is_one_note_for_the_whole_draft_and_names_each_once() -> None:
    doubted = [claim(f"Claim {n} is doubtful.", doubt="the source says little about this") for n in range(12)]
    one = WorkerReport("s1", "A", "", claims=tuple(doubted[:11]), doubts=("“Claim 0 is doubtful”", "“Another one”"))
    two = WorkerReport("s2", "B", "", claims=tuple(doubted[11:]))
    ((text, about),) = texts(draft(one, two))
    assert about is None and text.startswith("The sources may not say this: “Claim 0 is doubtful.”; “Claim 1")
    assert text.endswith("“Claim 9 is doubtful.” and 3 more.")
    assert "s1" == texts(draft(one))[0][1]


def test_a_number_that_a_source_gives_otherwise_is_noted_also_where_a_model_has_read_the_claims() -> None:
    report = WorkerReport("s1", "A", "", doubts=("“It has 9.”: the source says 8, not 9", "“Another one”"))
    wanted = "The sources may not say this: “It has 9.”: the source says 8, not 9."
    assert [(wanted, "s1")] == texts(draft(report), read=True)


def test_verdicts_of_a_model_become_notes_of_their_kind() -> None:
    claims = (
        claim("One", entailment=Entailment.CONTRADICTED, entailment_reason="It says two."),
        claim("Three", entailment=Entailment.UNSUPPORTED),
        claim("Four", entailment=Entailment.UNCLEAR),
        claim("Five", entailment=Entailment.NOT_VERIFIED),
    )
    found = found_notes(draft(WorkerReport("s1", "T", "", claims=claims)))
    assert [NoteKind.CONTRADICTION, NoteKind.UNSUPPORTED] == [note.kind for note in found]
    assert found[0].text.endswith("“One”. It says two.")


def test_each_thing_that_the_question_compares_needs_a_cited_sentence(source_of: Make) -> None:
    report = WorkerReport("s1", "Flask", "Flask is small and quick here [d_1].", sources=(source_of("d_1", "x"),))
    asked, said = "Compare Flask and Django", "Django: no sentence with a source mentions it."
    assert [(said, None)] == texts(draft(report), asked)
    assert [(said, "s2")] == texts(draft(report, WorkerReport("s2", "Django", "")), asked)


def test_a_question_that_compares_nothing_needs_no_sentence_on_each_name(source_of: Make) -> None:
    report = WorkerReport("s1", "Flask", "It is small and quick here [d_1].", sources=(source_of("d_1", "x"),))
    assert [] == texts(draft(report), "When was Django released?")


def test_a_synthesizer_s_own_sentences_are_looked_at_and_a_judge_s_are_not(source_of: Make) -> None:
    one = WorkerReport("s1", "A", "Flask is from 2010 they say [d_1].", sources=(source_of("d_1", "x"),))
    two = WorkerReport("s2", "B", "Flask is small and quick here [d_1].", sources=(source_of("d_1", "x"),))
    answer = "Flask is from 2010 they say [1]. It clearly wins in every way. It had 900 users on day one [1]."
    assert [
        ("No source is given for: “It clearly wins in every way.”.", None),
        ("The answer has a number that no report has: “It had 900 users on day one .”: 900.", None),
    ] == texts(draft(one, two, answer=answer))
    assert [] == texts(draft(one, two, answer=answer), judged=True)


def test_a_claim_on_fewer_independent_sources_than_the_channel_asks_for_is_noted(source_of: Make) -> None:
    thin, backed = claim("Thin", independent_sources=1), claim("Backed", independent_sources=2)
    page = (source_of("d_1", "text"),)
    first = WorkerReport("s1", "A", "", claims=(backed,), sources=page)
    second = WorkerReport("s2", "B", "", claims=(thin, backed), sources=page)
    wanted = "Fewer than the 2 independent sources that this channel asks for: “Thin”."
    found = draft(first, second)
    assert [(wanted, "s2")] == [(note.text, note.subtask_id) for note in found_notes(found, sources_wanted=2)]
    assert [] == found_notes(found)
