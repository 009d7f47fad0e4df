"""Subtasks that overlap become one before money is spent on both."""

import re
from collections.abc import Sequence
from dataclasses import replace

from orchestration.roles.supervisor import titled
from orchestration.strategies.overlap import shared, words
from orchestration.values.domain import Subtask, WorkerReport

SAME_INSTRUCTIONS = 0.6
_NAME = re.compile(r"(?<!^)(?<![.!?:\n]\s)\b[A-Z\d][\w.+#-]*")


def merged(subtasks: Sequence[Subtask]) -> tuple[Subtask, ...]:
    """In their order, renumbered where one was merged into another."""
    kept: list[Subtask] = []
    for subtask in subtasks:
        twin = next((n for n, other in enumerate(kept) if overlap(other, subtask)), None)
        if twin is None:
            kept.append(subtask)
        else:
            kept[twin] = _joined(kept[twin], subtask)
    return numbered(kept, 1) if len(kept) < len(subtasks) else tuple(kept)


def numbered(subtasks: Sequence[Subtask], first: int) -> tuple[Subtask, ...]:
    return tuple(replace(subtask, subtask_id=f"s{n}") for n, subtask in enumerate(subtasks, start=first))


def last_number(reports: Sequence[WorkerReport]) -> int:
    return max((int(r.subtask_id[1:]) for r in reports if r.subtask_id[1:].isdigit()), default=0)


def shared_out(subtasks: Sequence[Subtask], most: int) -> tuple[Subtask, ...]:
    """At most so many, each with its share of the others, so that nothing that was planned is left out."""
    groups = [subtasks[n::most] for n in range(min(len(subtasks), most))]
    return numbered(
        [
            replace(
                group[0],
                title=titled(" and ".join(subtask.title for subtask in group)),
                instructions="\n".join(subtask.instructions for subtask in group),
            )
            for group in groups
        ],
        1,
    )


def overlap(one: Subtask, other: Subtask) -> bool:
    """One title within the other, and mostly the same instructions about the same things.

    Subtasks of a comparison share all words but a name, so two that name different things never overlap.
    """
    first, second = words(one.title), words(other.title)
    if not (first and second and (first <= second or second <= first)):
        return False
    if _names(one) - _names(other) and _names(other) - _names(one):
        return False
    return shared(one.instructions, other.instructions) >= SAME_INSTRUCTIONS


def _names(subtask: Subtask) -> frozenset[str]:
    return words(" ".join(_NAME.findall(f"{subtask.title} {subtask.instructions}")))


def _joined(one: Subtask, other: Subtask) -> Subtask:
    title = max(one.title, other.title, key=len)
    within = words(other.instructions) <= words(one.instructions)
    text = one.instructions if within else f"{one.instructions}\nAlso: {other.instructions}"
    return replace(one, title=title, instructions=text)
