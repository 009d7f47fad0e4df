"""What each version after the first changed, what it cost, and whether the critic had less to say afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orchestration.values.domain import Critique, Draft
from storage.money.amounts import usd


def rounds(
    drafts: Sequence[Draft],
    critiques: Iterable[Critique],
    costs: Iterable[tuple[str, int]],
    *,
    by_itself: Mapping[int, Sequence[str]],
    by_person: Mapping[int, Sequence[str]],
) -> list[dict[str, Any]]:
    """`costs` are steps' keys with what each cost; the last two say by version which notes it was to fix."""
    notes = {critique.draft_version: len(critique.notes) for critique in critiques}
    spent = cost_by_version(costs)
    return [
        {
            "version": draft.version,
            # A person's wish is the newer one: it comes after a revision that was abandoned.
            "by": "person" if draft.version in by_person else "itself" if draft.version in by_itself else "escalation",
            "note_ids": list(by_person.get(draft.version) or by_itself.get(draft.version) or ()),
            "changed": list(draft.changed),
            "cost_usd": usd(spent.get(draft.version, 0)),
            "notes_before": (before := notes.get(draft.version - 1)),
            "notes_after": (after := notes.get(draft.version)),
            "fewer_notes": None if before is None or after is None else after < before,
        }
        for draft in drafts
        if draft.version > 1
    ]


def cost_by_version(costs: Iterable[tuple[str, int]]) -> dict[int, int]:
    """Nano-USD; `costs` are steps' keys, which begin with the version, with what each cost."""
    spent: dict[int, int] = {}
    for key, cost in costs:
        version = key.split("/")[0].removeprefix("v")
        if version.isdigit():
            spent[int(version)] = spent.get(int(version), 0) + cost
    return spent
