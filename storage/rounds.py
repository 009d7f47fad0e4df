"""What each version after the first changed, what it cost, and whether the critic had less to say afterwards."""

from collections.abc import Sequence
from typing import Any

from orchestration.domain import Critique, Draft
from orchestration.setbacks import RevisedItself
from storage.money import usd


def rounds(
    drafts: Sequence[Draft],
    critiques: Sequence[Critique],
    steps: Sequence[tuple[str, int]],
    own: Sequence[RevisedItself],
) -> list[dict[str, Any]]:
    """`steps` are keys with what each cost, `own` the versions that the run began by itself."""
    notes = {critique.draft_version: len(critique.notes) for critique in critiques}
    by_itself = {revised.version: list(revised.note_ids) for revised in own}
    return [
        {
            "version": draft.version,
            "by": "itself" if draft.version in by_itself else "person",
            "note_ids": by_itself.get(draft.version),
            "changed": list(draft.changed),
            "cost_usd": usd(sum(cost for key, cost in steps if key.startswith(f"v{draft.version}/"))),
            "notes_before": (before := notes.get(draft.version - 1)),
            "notes_after": (after := notes.get(draft.version)),
            "fewer_notes": None if before is None or after is None else after < before,
        }
        for draft in drafts
        if draft.version > 1
    ]
