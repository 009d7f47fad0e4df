"""Only what says the same is merged: a wrong merge loses a part of the answer."""

import pytest

from orchestration.strategies.merging import merged, overlap
from orchestration.values.domain import Subtask


def subtask(title: str, instructions: str) -> Subtask:
    return Subtask("s1", title, instructions)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Flask", "Find when Flask appeared."), ("Django", "Find when Django appeared.")),
        (
            ("Cats", "Find lifespan, food and vet bills of cats."),
            ("Dogs", "Find lifespan, food and vet bills of dogs."),
        ),
        (("Releases", "Find the releases of Flask."), ("Releases", "Find the releases of Django.")),
        (("Pricing", "What does it cost?"), ("Pricing history", "Who set the first tariff, and in which year?")),
        (("Rust in 2015", "What was Rust like in 2015?"), ("Rust in 2025", "What was Rust like in 2025?")),
    ],
)
def test_what_differs_in_what_it_is_about_stays_apart(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not overlap(subtask(*one), subtask(*other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Hosting costs", "Find what hosting costs."), ("Costs of hosting", "Find the costs of hosting.")),
        (("Flask", "Find Flask's releases and dates."), ("Flask releases", "Find all releases of Flask with dates.")),
    ],
)
def test_what_says_the_same_in_other_words_overlaps(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert overlap(subtask(*one), subtask(*other))


def test_merged_subtasks_keep_their_order_and_are_numbered_anew() -> None:
    plan = [
        Subtask("s1", "Costs", "Find the costs of hosting."),
        Subtask("s2", "Limits", "Find the limits."),
        Subtask("s3", "Costs", "Find the costs of hosting."),
        Subtask("s4", "Dates", "Find the dates."),
    ]
    assert [("s1", "Costs"), ("s2", "Limits"), ("s3", "Dates")] == [(s.subtask_id, s.title) for s in merged(plan)]
    assert "Find the costs of hosting." == merged(plan)[0].instructions
