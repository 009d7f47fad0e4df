"""A revision touches only what the chosen notes name; everything else is carried over as it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestration.agents.loop import Work, invoke
from orchestration.agents.synthesizer import SYNTHESIZER, SynthesizerOutput, synthesizer_task
from orchestration.agents.worker import SINGLE, WORKER
from orchestration.context import RunContext
from orchestration.domain import Critique, Draft, Note, NoteKind, Review, Strategy, Subtask, WorkerReport
from orchestration.events import PlanReady
from orchestration.strategies.combine import assemble, combine
from orchestration.strategies.research_subtask import research_subtask, side_by_side

WISH_ID = "comment"
_ASKS_FOR_MORE = re.compile(
    r"\b(add|also|cover|include|missing|more (?:about|on|detail)|what about|look up|find|research)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The notes to mend, by who can mend them."""

    by_subtask: dict[str, list[Note]]
    missing: list[Note]
    whole: list[Note]


async def revise(draft: Draft, strategy: Strategy, chosen: Sequence[Note], ctx: RunContext) -> Draft:
    """The next version: re-run subtasks, one new subtask for missing facts, one synthesizer call for the rest."""
    work = _sorted_out(chosen, draft)
    rerun = [report for report in draft.reports if report.subtask_id in work.by_subtask]
    new = _new_subtask(draft, work.missing)
    subtasks = {report.subtask_id: _subtask_of(report, ctx) for report in rerun}
    await ctx.emit(PlanReady(ctx.version, (*subtasks.values(), *new)))
    agent = SINGLE if strategy is Strategy.SINGLE else WORKER
    redone = await side_by_side(
        [
            *(
                research_subtask(ctx, agent, subtasks[r.subtask_id], notes=work.by_subtask[r.subtask_id], previous=r)
                for r in rerun
            ),
            *(research_subtask(ctx, WORKER, subtask) for subtask in new),
        ]
    )
    reports = _merged(draft.reports, redone)
    changed = [f"{title}: worked over for {_names(notes)}" for title, notes in _titles(rerun, work)]
    changed += [f"{subtask.title}: new, for {_names(work.missing)}" for subtask in new]
    if not work.whole:
        return combine(reports, version=ctx.version, changed=changed)
    return await _rewritten(ctx, replace(draft, reports=tuple(reports)), work.whole, changed)


def chosen_notes(review: Review, critique: Critique | None) -> list[Note]:
    """The notes the reviewer ticked and, as one more note, what they said in their own words."""
    notes = [note for note in (critique.notes if critique else ()) if note.note_id in review.note_ids]
    wish = review.comment.strip()
    if wish:
        kind = NoteKind.MISSING if _ASKS_FOR_MORE.search(wish) else NoteKind.OTHER
        notes.append(Note(WISH_ID, kind, wish))
    return notes


def _sorted_out(chosen: Sequence[Note], draft: Draft) -> Chosen:
    known = {report.subtask_id for report in draft.reports}
    # A lone agent's report is the whole answer, so every note is about it.
    only = next(iter(known)) if len(known) == 1 else None
    work = Chosen({}, [], [])
    for note in chosen:
        subtask_id = note.subtask_id if note.subtask_id in known else only
        if subtask_id:
            work.by_subtask.setdefault(subtask_id, []).append(note)
        else:
            (work.missing if note.kind is NoteKind.MISSING else work.whole).append(note)
    return work


def _new_subtask(draft: Draft, missing: Sequence[Note]) -> list[Subtask]:
    if not missing:
        return []
    number = 1 + max((int(r.subtask_id[1:]) for r in draft.reports if r.subtask_id[1:].isdigit()), default=0)
    text = " ".join(note.text for note in missing)
    return [Subtask(f"s{number}", _title(missing[0].text), text)]


def _title(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57].rsplit(' ', 1)[0]}…"


def _subtask_of(report: WorkerReport, ctx: RunContext) -> Subtask:
    planned = {subtask.subtask_id: subtask for subtask in ctx.history.subtasks}
    return planned.get(report.subtask_id) or Subtask(report.subtask_id, report.title, report.title)


def _merged(before: Sequence[WorkerReport], after: Sequence[WorkerReport]) -> list[WorkerReport]:
    newer = {report.subtask_id: report for report in after}
    kept = [newer.pop(report.subtask_id, report) for report in before]
    return [*kept, *newer.values()]


def _titles(rerun: Sequence[WorkerReport], work: Chosen) -> list[tuple[str, list[Note]]]:
    return [(report.title, work.by_subtask[report.subtask_id]) for report in rerun]


def _names(notes: Sequence[Note]) -> str:
    return ", ".join("your comment" if note.note_id == WISH_ID else note.note_id for note in notes)


async def _rewritten(ctx: RunContext, draft: Draft, notes: Sequence[Note], changed: Sequence[str]) -> Draft:
    task = synthesizer_task(ctx.run.question, draft, notes)
    output = await invoke(ctx, SYNTHESIZER, task, Work(f"v{ctx.version}/synthesizer"))
    if output is None or not output.answer.strip():
        sentence = f"The synthesizer's reply could not be read, so {_names(notes)} is not mended"
        return combine(draft.reports, version=ctx.version, changed=[*changed, sentence])
    return assemble(
        draft.reports,
        _with_conflicts(output),
        version=ctx.version,
        changed=[*changed, f"Rewritten from the reports for {_names(notes)}"],
    )


def _with_conflicts(output: SynthesizerOutput) -> str:
    if not output.conflicts:
        return output.answer
    listed = "\n".join(f"- {conflict.text}" for conflict in output.conflicts)
    return f"{output.answer}\n\n**The reports disagree:**\n\n{listed}"
