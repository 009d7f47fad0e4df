"""What is pasted behind a question is told apart from a question that is long."""

import pytest

from bot.incoming.pasted import split

PARAGRAPH = "The study followed forty teams over one year and counted what they shipped. " * 10


@pytest.mark.parametrize("between", ["\n\n", "\n", "\n   \n"])
def test_a_long_text_behind_the_question_is_its_document(between: str) -> None:
    assert split(f"Analyse this{between}{PARAGRAPH}") == ("Analyse this", PARAGRAPH.strip())


def test_a_fence_around_it_is_not_part_of_it() -> None:
    assert split(f"Analyse this\n```text\n{PARAGRAPH}\n```") == ("Analyse this", PARAGRAPH.strip())


def test_all_of_several_paragraphs_belong_to_it() -> None:
    asked, pasted = split(f"Analyse this\n\n# Results\n\n{PARAGRAPH}\n\n{PARAGRAPH}")
    assert asked == "Analyse this" and pasted.startswith("# Results\n\nThe study") and pasted.count("# ") == 1


@pytest.mark.parametrize(
    ("above", "asked", "below"),
    [
        (f"Meeting notes\n\n{PARAGRAPH}", "Meeting notes\nWhat did we decide?", "What did we decide?"),
        (f"{PARAGRAPH}\n\n{PARAGRAPH}", "Summarise the risks.", "Summarise the risks."),
        (f"```\n{PARAGRAPH}\n\n{PARAGRAPH}\n```", "erklär mir das", "erklär mir das"),
        (f"> {PARAGRAPH}", "stimmt das", "stimmt das"),
        (PARAGRAPH, "この研究の結論は何ですか？", "この研究の結論は何ですか？"),
        (PARAGRAPH, "What follows?\n--budget 0.05", "What follows?\n\n--budget 0.05"),
    ],
)
def test_a_question_below_a_long_text_is_the_question(above: str, asked: str, below: str) -> None:
    found, pasted = split(f"{above}\n\n{below}")
    assert found == asked and "forty teams" in pasted and below not in pasted


def test_a_text_that_ends_with_a_question_is_pasted_whole_where_its_head_asks() -> None:
    assert split(f"Analyse this mail:\n\n{PARAGRAPH}\n\nCan you confirm?")[0] == "Analyse this mail:"


@pytest.mark.parametrize(
    "text",
    [
        f"{PARAGRAPH}\n\nBest regards,\nAna",
        "What is WAL?",
        "What is WAL?\n\nAnd what is a checkpoint?",
        PARAGRAPH,
        f"{PARAGRAPH}\n\n{PARAGRAPH}",
        "Look into:\n" + "\n".join(f"- point number {n} about something long enough to count" for n in range(20)),
        "Look into:\n\n" + "\n".join(f"{n}. a point about something that is long enough to count" for n in range(20)),
    ],
)
def test_a_question_without_a_document_stays_whole(text: str) -> None:
    assert split(text) == (text, "")
