"""An earlier answer taken over: as it is, or with what rests on changed sources looked up again."""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.context.run_context import RunContext
from orchestration.run.revision import revise
from orchestration.values.domain import Draft, Note
from orchestration.values.memory import EarlierDraft


async def refresh(earlier: EarlierDraft, stale: Sequence[Note], ctx: RunContext) -> Draft:
    """Version 1 of this run. What the notes do not name stays as it was written, and costs nothing."""
    carried = _carried_over(earlier)
    ctx.seen.sources.update(source.source_id for report in carried.reports for source in report.sources)
    ctx.seen.note_private(None, private=earlier.private)
    if not stale:
        return carried
    ctx.history = replace(ctx.history, subtasks=earlier.subtasks)
    draft = await revise(replace(carried, version=0), earlier.strategy, stale, ctx)
    return replace(draft, changed=(*carried.changed, *draft.changed))


def _carried_over(earlier: EarlierDraft) -> Draft:
    """Without its price: this run paid nothing for it."""
    reports = tuple(replace(report, cost_nano_usd=0, seconds=0.0, version=1) for report in earlier.draft.reports)
    return replace(
        earlier.draft, version=1, reports=reports, changed=(f"Taken from the answer of run {earlier.run_id}",)
    )
