"""Supervisor and planner by rules: a comparison gets a subtask for each entity, other questions one for each part."""

import re
from typing import Any

from orchestration.llm.offline.aspects import EXPLICIT, READ_CHARACTERS, Grid, grid, listed
from orchestration.llm.offline.lists import items
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.stages import steps, views
from orchestration.values.text import clean, cut

MOST_SUBTASKS = 4
LIMITS = "Limits, exceptions, versions and dates"
PART_CHARACTERS = 350
ASPECTS_LINE = re.compile(r"^Aspects: (?P<names>.+)$", re.MULTILINE)
ENTITIES_LINE = re.compile(r"^Entities: (?P<names>.+)$", re.MULTILINE)
PART = re.compile(r"(?<=[?？])\s+|\n\s*(?:[-*]|\d+[.)])\s+")


def plan(reading: Reading, most_bytes: int) -> dict[str, Any]:
    question = reading.text("question").strip()
    asked = reading.task.get("max_subtasks")
    most = asked if isinstance(asked, int) and asked > 0 else MOST_SUBTASKS
    subtasks = _given(reading, question, most) or _found(question, most)
    return {"subtasks": [{"title": title, "instructions": instructions} for title, instructions in subtasks]}


def _given(reading: Reading, question: str, most: int) -> list[tuple[str, str]]:
    """What the task says about the plan besides the question: its parts, a list, stages or points of view."""
    parts = [(clean(str(p.get("title", ""))), clean(str(p.get("instructions", "")))) for p in reading.items("parts")]
    if parts:
        return parts[:most]
    if found := reading.text("list"):
        return items(found, question[:PART_CHARACTERS], most)
    wanted = reading.text("wanted")
    if wanted == "stages":
        return steps(question[:READ_CHARACTERS], most)
    return views(question[:PART_CHARACTERS], most) if wanted == "specialists" else []


def _found(question: str, most: int) -> list[tuple[str, str]]:
    compared = grid(question)
    return _by_entity(compared, most) if compared else _by_part(question, most)


def _by_entity(compared: Grid, most: int) -> list[tuple[str, str]]:
    """More entities than subtasks share the last ones evenly."""
    count = min(len(compared.entities), most)
    groups = [compared.entities[n::count] for n in range(count)]
    names = "; ".join(aspect.name for aspect in compared.aspects)
    return [
        (
            ", ".join(group),
            f"Find what the library says about {' and '.join(group)} in each aspect.\n"
            f"Entities: {'; '.join(group)}\nAspects: {names}\n"
            "Out of scope: the other entities, and a verdict.",
        )
        for group in groups
    ]


def _by_part(question: str, most: int) -> list[tuple[str, str]]:
    parts = [part.strip() for part in PART.split(question) if len(part.split()) >= 3]
    if len(parts) >= 2:
        return [(_title(part), part[:PART_CHARACTERS]) for part in parts[:most]]
    question = question[:PART_CHARACTERS]
    asked = EXPLICIT.search(question)
    names = listed(asked["list"])[:most] if asked else ()
    if len(names) >= 2:
        return [(name[:1].upper() + name[1:], f"{question}\nOnly this part: {name}.") for name in names]
    return [
        ("What is stated", question or "The question is empty."),
        ("Limits and dates", f"{LIMITS}.\nThe question: {question}"),
    ]


def _title(part: str) -> str:
    words = part.strip(" ?？.").split()
    return cut(" ".join(words[:6]), 80) + ("…" if len(words) > 6 else "")


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
    return _names(ENTITIES_LINE, instructions), _names(ASPECTS_LINE, instructions)


def _names(line: re.Pattern[str], instructions: str) -> tuple[str, ...]:
    found = line.search(instructions)
    return tuple(name.strip() for name in found["names"].split(";") if name.strip()) if found else ()
