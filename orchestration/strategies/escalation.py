"""More workers take over from one agent: what it found stays, they look for what its draft lacks."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.agents.loop import Work, invoke
from orchestration.agents.supervisor import SUPERVISOR, plan_from, supervisor_task
from orchestration.agents.worker import WORKER
from orchestration.context import RunContext
from orchestration.domain import Draft, Note, Subtask
from orchestration.events import PlanReady
from orchestration.strategies.combine import combine
from orchestration.strategies.merging import merged, numbered
from orchestration.strategies.research_subtask import research_subtask, side_by_side

TITLE_CHARACTERS = 60


async def escalate(draft: Draft, missing: Sequence[Note], ctx: RunContext) -> Draft:
    """The next version: the draft's own reports, and beside them one of each new worker."""
    question, place = ctx.run.question, f"v{ctx.version}/supervisor"
    task = supervisor_task(question, _known(draft, missing))
    output = await invoke(ctx, SUPERVISOR, task, Work(place))
    new = numbered(merged(plan_from(output, question).subtasks), 1 + _last_number(draft))
    await ctx.emit(PlanReady(ctx.version, new))
    reports = await side_by_side(research_subtask(ctx, WORKER, subtask) for subtask in new)
    return combine([*draft.reports, *reports], version=ctx.version, changed=_changed(new, missing))


def _known(draft: Draft, missing: Sequence[Note]) -> Mapping[str, Any]:
    parts = [{"title": note.text[:TITLE_CHARACTERS], "instructions": note.text} for note in missing]
    return {"found_already": [report.summary for report in draft.reports if report.summary], "parts": parts}


def _last_number(draft: Draft) -> int:
    return max((int(r.subtask_id[1:]) for r in draft.reports if r.subtask_id[1:].isdigit()), default=0)


def _changed(new: Sequence[Subtask], missing: Sequence[Note]) -> list[str]:
    names = ", ".join(note.note_id for note in missing)
    return [f"{subtask.title}: new, by a worker of its own, for {names}" for subtask in new]
