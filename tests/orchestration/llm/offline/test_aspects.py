import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.aspects import Grid, grid

DEMO = (
    "Compare FastAPI, Flask, and Django for building a small JSON API. "
    "I want to pick the one with the best developer experience for solo work."
)


def compared(question: str) -> Grid:
    found = grid(question)
    assert found is not None
    return found


def test_the_suggested_question_compares_three_frameworks_and_leaves_the_aspects_to_their_pages() -> None:
    assert Grid(("FastAPI", "Flask", "Django"), ()) == compared(DEMO)


@pytest.mark.parametrize(
    ("question", "entities"),
    [
        ("FastAPI vs Flask?", ("FastAPI", "Flask")),
        ("Redis vs. Postgres vs. SQLite for queues", ("Redis", "Postgres", "SQLite")),
        ("What is the difference between SQLite WAL and Postgres NOTIFY?", ("SQLite WAL", "Postgres NOTIFY")),
        ("Which is better for a team: Redis or Postgres?", ("Redis", "Postgres")),
        ("Should we use Flask or Django?", ("Flask", "Django")),
        ("compare Node.js with Deno.", ("Node.js", "Deno")),
        ("What is the licence for each of Redis, Valkey and KeyDB?", ("Redis", "Valkey", "KeyDB")),
    ],
)
def test_comparisons_are_written_in_many_ways(question: str, entities: tuple[str, ...]) -> None:
    assert entities == compared(question).entities


@pytest.mark.parametrize("question", ["How does WAL work?", "Compare the two options", "", "Compare A", "and or vs"])
def test_what_names_nothing_to_compare_is_no_grid(question: str) -> None:
    assert grid(question) is None


def test_aspects_that_the_question_names_are_the_only_ones() -> None:
    assert ("testing", "deployment") == compared("Compare A1 with B1 on testing and deployment").aspects
    assert ("memory footprint",) == compared("Compare Redis and Valkey in terms of memory footprint.").aspects


def test_a_hostile_question_is_read_in_linear_time() -> None:
    """What grows with the square of the length does not end within the time that a test has."""
    for text in ("a" * 4_000_000, "a, " * 1_300_000, "compare " + "x " * 2_000_000, "a vs " * 800_000):
        assert grid(text) is None


@given(st.text())
def test_no_question_raises(question: str) -> None:
    found = grid(f"compare {question}")
    assert found is None or 2 <= len(found.entities) <= 6
