"""More workers take over from one agent: what it found stays, they look for what its draft lacks.

Who does what is decided by code, so that an offer can name just what its acceptance starts.
"""

from collections.abc import Sequence

from orchestration.context.run_context import RunContext
from orchestration.roles.supervisor import MAX_SUBTASKS, titled
from orchestration.roles.worker import WORKER
from orchestration.strategies.combine import combine
from orchestration.strategies.merging import last_number, merged, numbered, shared_out
from orchestration.strategies.research_subtask import research_subtask
from orchestration.values.domain import Draft, Note, Subtask
from orchestration.values.events import PlanReady
from orchestration.values.side_by_side import side_by_side
from orchestration.values.text import cut

TITLE_CHARACTERS = 60


async def escalate(draft: Draft, missing: Sequence[Note], ctx: RunContext) -> Draft:
    """The next version: the draft's own reports, plus one of each new worker."""
    new = numbered(parts(missing), 1 + last_number(draft.reports))
    await ctx.emit(PlanReady(ctx.version, new))
    reports = await side_by_side(research_subtask(ctx, WORKER, subtask) for subtask in new)
    return combine([*draft.reports, *reports], version=ctx.version, changed=_changed(new, missing))


def parts(missing: Sequence[Note]) -> tuple[Subtask, ...]:
    """A subtask for each note; notes that ask for the same share one, and so do more than there may be workers."""
    each = merged([Subtask("", cut(titled(note.text), TITLE_CHARACTERS), note.text) for note in missing])
    return shared_out(each, MAX_SUBTASKS)


def _changed(new: Sequence[Subtask], missing: Sequence[Note]) -> list[str]:
    names = ", ".join(note.note_id for note in missing)
    return [f"{subtask.title}: new, by its own worker, for {names}" for subtask in new]
