"""Supervisor and planner by rules: a comparison gets a subtask for each entity, other questions one for each part."""

import re
from typing import Any

from orchestration.llm.offline.aspects import READ_CHARACTERS, Grid, grid, wished
from orchestration.llm.offline.lists import items
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.stages import capital, steps
from orchestration.rules import names_for
from orchestration.rules.asked import asked_in
from orchestration.values.domain import Strategy
from orchestration.values.text import clean, cut

MOST_SUBTASKS = 4
LIMITS = "Limits, exceptions, versions and dates"
PART_CHARACTERS = 350
LONGEST_NAME = 3
"""Words; what is longer and opens in small letters is a topic of its own."""
ASPECTS_LINE = re.compile(r"^Aspects: (?P<names>.+)$", re.MULTILINE)
ENTITIES_LINE = re.compile(r"^Entities: (?P<names>.+)$", re.MULTILINE)


def plan(reading: Reading, most_bytes: int) -> dict[str, Any]:
    question = reading.text("question").strip()
    asked = reading.task.get("max_subtasks")
    most = asked if isinstance(asked, int) and asked > 0 else MOST_SUBTASKS
    subtasks = _given(reading, question, most) or _by_name(reading, question, most) or _by_limits(question)
    return {"subtasks": [{"title": title, "instructions": instructions} for title, instructions in subtasks]}


def _given(reading: Reading, question: str, most: int) -> list[tuple[str, str]]:
    """What the task says about the plan besides the question: its parts, a list, or what is to be found first."""
    parts = [(clean(str(p.get("title", ""))), clean(str(p.get("instructions", "")))) for p in reading.items("parts")]
    if parts:
        return parts[:most]
    if found := reading.text("list"):
        return items(found, question[:PART_CHARACTERS], most)
    wanted = reading.text("wanted")
    if wanted == "stages":
        return steps(question[:READ_CHARACTERS], _names(reading, Strategy.SEQUENTIAL), most)
    if wanted == "specialists":
        views = _names(reading, Strategy.FANOUT)[:most]
        return [(capital(view), f"{view}: {question[:PART_CHARACTERS]}") for view in views]
    return []


def _names(reading: Reading, strategy: Strategy) -> tuple[str, ...]:
    """As the router found them; where the task has none, as the router's own rules find them."""
    given = reading.task.get("names")
    if isinstance(given, list):
        return tuple(clean(name) for name in given if isinstance(name, str) and name.strip())
    return names_for(strategy, asked_in(reading.text("question")))


def _by_name(reading: Reading, question: str, most: int) -> list[tuple[str, str]]:
    names = _names(reading, Strategy.SUPERVISOR)
    if any("?" in name or (len(name.split()) > LONGEST_NAME and name[0].islower()) for name in names):
        return [(_title(name), name[:PART_CHARACTERS]) for name in names[:most]]
    return _by_entity(Grid(names, wished(question, names)), question, most) if len(names) > 1 else []


def _by_entity(compared: Grid, question: str, most: int) -> list[tuple[str, str]]:
    """More entities than subtasks share the last ones evenly."""
    count = min(len(compared.entities), most)
    groups = [compared.entities[n::count] for n in range(count)]
    aspects = f"Aspects: {'; '.join(compared.aspects)}\n" if compared.aspects else ""
    return [
        (
            ", ".join(group),
            f"Find what the library says about {' and '.join(group)}{' in each aspect' if aspects else ''}.\n"
            f"Entities: {'; '.join(group)}\n{aspects}"
            "Out of scope: the other entities, and a verdict.\n"
            f"The question: {question[:PART_CHARACTERS]}",
        )
        for group in groups
    ]


def _by_limits(question: str) -> list[tuple[str, str]]:
    question = question[:PART_CHARACTERS]
    return [
        ("What is stated", question or "The question is empty."),
        ("Limits and dates", f"{LIMITS}.\nThe question: {question}"),
    ]


def _title(part: str) -> str:
    words = part.strip(" ?？.").split()
    return capital(cut(" ".join(words[:6]), 80) + ("…" if len(words) > 6 else ""))


def route(reading: Reading, most_bytes: int) -> dict[str, Any]:
    compared = grid(reading.text("question"))
    if compared:
        count = min(len(compared.entities), MOST_SUBTASKS)
        return {
            "strategy": "supervisor",
            "reason": f"It compares {count} things that can be looked up side by side.",
            "subtask_count": count,
        }
    return {"strategy": "single", "reason": "It is one question with one line of search.", "subtask_count": 1}


def assigned(instructions: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The entities and aspect names that `plan` wrote into a subtask's instructions."""
    return _told(ENTITIES_LINE, instructions), _told(ASPECTS_LINE, instructions)


def _told(line: re.Pattern[str], instructions: str) -> tuple[str, ...]:
    found = line.search(instructions)
    return tuple(name.strip() for name in found["names"].split(";") if name.strip()) if found else ()
