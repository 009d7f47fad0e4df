"""Two readings become one, and what only the order of the cases brought about is not passed off as a result."""

from typing import Any

import pytest

from orchestration.roles.judge import JudgeOutput
from orchestration.strategies.judgement import judgement, written

CASES = {"K": "Flask is small and quick to learn", "M": "Django brings an admin site and an object mapper"}


def reading(**changes: Any) -> JudgeOutput:
    output: dict[str, Any] = {
        "answer": "It depends.",
        "agreements": [],
        "disagreements": [],
        "action_items": [],
        "minority_argument": "",
        "would_change_if": "",
    }
    return JudgeOutput.model_validate({**output, **changes})


def test_a_point_agreed_in_one_order_only_needs_investigation() -> None:
    found = judgement(
        reading(agreements=["Both run on Python", "Both are free"]), reading(agreements=["both run on python"]), CASES
    )
    assert ("Both run on Python",) == found.agreements
    assert ("Seen as agreed in only one of the two orders: Both are free",) == found.disagreements


def test_the_same_disagreement_in_other_words_is_named_once() -> None:
    first, second = reading(disagreements=["Whether speed matters here"]), reading(disagreements=["Does speed matter?"])
    assert ("Whether speed matters here",) == judgement(first, second, CASES).disagreements


def test_a_judge_that_names_no_side_is_placed_by_its_minority_argument() -> None:
    first = reading(minority_argument="Django brings an admin site")
    second = reading(minority_argument="Flask is quick to learn")
    assert "came to different results" in judgement(first, second, CASES).order
    assert "advocate stronger both times" in judgement(first, first, CASES).order


def test_where_nobody_can_tell_who_prevailed_it_says_that() -> None:
    assert "does not say" in judgement(reading(), reading(stronger="K"), CASES).order


def test_a_lone_reading_claims_nothing_about_orders() -> None:
    found = judgement(
        reading(agreements=["Both are free"], action_items=[{"text": "Try", "confidence": 0.5}]), None, CASES
    )
    assert ("", ("Both are free",)) == (found.order, found.agreements)
    assert [(0.5, True)] == [(action.confidence, action.both) for action in found.actions]


@pytest.mark.parametrize(
    ("given", "expected"),
    [(0.8, 0.8), (80, 0.8), ("80 %", 0.8), ("high", 0.9), (None, 0.5), ("nan", 0.5), (-3, 0.0), ([], 0.5)],
)
def test_a_confidence_is_read_in_the_forms_models_write(given: object, expected: float) -> None:
    (item,) = reading(action_items=[{"text": "Try", "confidence": given}]).action_items
    assert expected == item.confidence


def test_lists_where_texts_belong_and_objects_where_sentences_do_are_read_too() -> None:
    read = reading(would_change_if=["a", "b"], agreements=[{"text": "Both are free"}], minority_argument=None)
    assert ("a; b", ["Both are free"], "") == (read.would_change_if, read.agreements, read.minority_argument)


def test_an_empty_section_is_left_out() -> None:
    assert "###" not in written(judgement(reading(), reading(), CASES))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Position K is right, position M is not.", "The advocate is right, the skeptic is not."),
        ("Weighed. The position “M” fails.", "Weighed. The skeptic fails."),
        ("Positions K and M agree.", "The advocate and the skeptic agree."),
        ("Vitamin K and M3 stay.", "Vitamin K and M3 stay."),
    ],
)
def test_the_sides_get_their_names_back(said: str, shown: str) -> None:
    assert (shown,) == judgement(reading(answer=said), None, CASES).answers
