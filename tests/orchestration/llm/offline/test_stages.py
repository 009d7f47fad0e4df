"""The steps, the points of view and the items that a question or a look-up names."""

from collections.abc import Callable
from typing import Any

import pytest

from orchestration.llm.offline.stages import steps

Search = Callable[[str], list[Any]]


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        (
            "First find how WAL works, then list its limits there, and finally say who should use it.",
            ["Find how WAL works", "List its limits there", "Say who should use it"],
        ),
        (
            "Collect what Flask offers for testing; based on that, write a plan.",
            ["Collect what Flask offers for testing", "Based on that, write a plan"],
        ),
        ("What is WAL?", []),
        ("Is Flask older than Django, and by how much then?", []),
    ],
)
def test_a_question_that_names_an_order_gets_its_steps(question: str, titles: list[str]) -> None:
    assert titles == [title for title, _ in steps(question, (), 4)]


def test_a_later_step_carries_along_what_the_first_is_about() -> None:
    (_, first), (_, second) = steps("Find the limits of WAL, then rank them by weight", (), 4)
    assert "About" not in first and "About: Find the limits of WAL" in second


def test_more_steps_than_stages_share_the_last_one() -> None:
    found = steps("do the one thing, then do the second thing, then do a third thing, then do a fourth thing", (), 3)
    assert 3 == len(found) and "third thing" in found[-1][1] and "fourth thing" in found[-1][1]


def test_what_a_question_only_describes_is_found_first() -> None:
    question = "Where did the founder of Duolingo study?"
    (first, _), (second, wish) = steps(question, ("founder of Duolingo",), 4)
    assert ("Find founder of Duolingo", "Where did the founder of Duolingo…") == (first, second)
    assert question == wish


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("Look at this draft from a legal, a technical and a cost point of view", ["Legal", "Technical", "Cost"]),
        ("Read this note through the eyes of security and finance.", ["Security", "Finance"]),
        ("Assess the contract from the perspective of a lawyer", ["What is stated", "Limits and dates"]),
    ],
)
async def test_points_of_view_become_specialists(
    converse: Callable[..., Any], handbook: Search, question: str, titles: list[str]
) -> None:
    planned = await converse("planner", handbook).ask({"question": question, "wanted": "specialists"})
    assert titles == [subtask["title"] for subtask in planned["subtasks"]]


async def test_a_planner_plans_the_parts_that_a_task_names(converse: Callable[..., Any], handbook: Search) -> None:
    parts = [{"title": "Entities", "instructions": "List them."}, {"title": "Summary", "instructions": "Sum it up."}]
    planned = await converse("planner", handbook).ask({"question": "Analyse this", "wanted": "stages", "parts": parts})
    assert parts == planned["subtasks"]


@pytest.mark.parametrize("wanted", ["stages", "specialists"])
async def test_without_any_hint_a_planner_falls_back_to_the_supervisors_rules(
    converse: Callable[..., Any], handbook: Search, wanted: str
) -> None:
    planned = await converse("planner", handbook).ask({"question": "Compare Flask and Django", "wanted": wanted})
    assert ["Flask", "Django"] == [subtask["title"] for subtask in planned["subtasks"]]
