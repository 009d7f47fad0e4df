"""Marking: by code, from what the answer says and quotes."""

from typing import Any

import pytest

from bot.evaluation.marking import SAYS_SO, faults
from bot.evaluation.suite import Task
from orchestration.values.domain import Claim, Support


def test_every_expected_fact_has_to_stand_in_the_answer_in_one_of_its_ways() -> None:
    wanted = task({"any_of": ["1 April 2010", "April 2010"]}, {"any_of": ["2018"]})
    assert () == faults(wanted, "First in **april** 2010, then 2018.", [])
    assert ("lacks '2018'",) == faults(wanted, "First in April 2010.", [])
    assert ("lacks '1 April 2010'", "lacks '2018'") == faults(wanted, "", [])


def test_code_marks_and_white_space_make_no_difference() -> None:
    wanted = task({"any_of": ["keeps `pytz` working"]})
    assert () == faults(wanted, "It keeps pytz\n  working.", [])
    assert () == faults(task({"any_of": ["keeps pytz"]}), "It keeps `pytz` working.", [])


def test_a_fact_that_is_marked_needs_a_quote_that_was_found_in_its_source() -> None:
    wanted = task({"any_of": ["5000"], "quoted": True})
    quoted = Claim("It is 5000.", "d_1", "runs on port 5000", Support.QUOTED)
    made_up = Claim("It is 5000.", "d_1", "runs on port 5000", Support.UNQUOTED)
    other = Claim("It is 5000.", "d_1", "runs on a port", Support.QUOTED)
    assert () == faults(wanted, "5000", [other, quoted])
    assert ("quotes no source for '5000'",) == faults(wanted, "5000", [made_up, other])
    assert ("lacks '5000'",) == faults(wanted, "On a port.", [quoted])


def test_what_is_forbidden_makes_an_answer_wrong() -> None:
    wanted = task({"any_of": ["5000"]}, forbids=["8000"])
    assert ("says '8000'",) == faults(wanted, "5000, or 8000.", [])


@pytest.mark.parametrize(
    "answer",
    [
        "Nothing found in the library for this question.",
        "The pages do not mention it.",
        "The handbook doesn’t say how deep it is.",
        "I could not find this.",
        "There is no information on this.",
    ],
)
def test_where_the_library_knows_nothing_an_answer_that_says_so_is_right(answer: str) -> None:
    assert () == faults(task(kind="absent"), answer, [])


@pytest.mark.parametrize("answer", ["It is 11 km deep.", "", "FastAPI brings no database layer."])
def test_where_the_library_knows_nothing_any_other_answer_is_wrong(answer: str) -> None:
    assert (SAYS_SO,) == faults(task(kind="absent"), answer, [])


def task(*expects: dict[str, Any], kind: str = "fact", forbids: list[str] | None = None) -> Task:
    given = {"id": "t", "question": "?", "kind": kind, "expects": list(expects), "forbids": forbids or []}
    return Task.model_validate(given)
