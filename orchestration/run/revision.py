"""A revision touches only what the chosen notes name; everything else is carried over as it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestration.agents.agent import Agent
from orchestration.context.run_context import RunContext
from orchestration.roles.analyst import ADVOCATE, SKEPTIC
from orchestration.roles.document import is_analysis
from orchestration.roles.worker import WORKER, FindingsOutput
from orchestration.strategies import STRATEGIES
from orchestration.strategies.merging import last_number
from orchestration.strategies.research_subtask import Brief, research_subtask
from orchestration.strategies.sequential import in_turn
from orchestration.strategies.synthesis import Round
from orchestration.values.domain import (
    Critique,
    Draft,
    Note,
    NoteKind,
    Review,
    Strategy,
    Subtask,
    WorkerReport,
)
from orchestration.values.events import PlanReady
from orchestration.values.side_by_side import side_by_side
from orchestration.values.text import cut

WISH_ID = "comment"
REFRESH_ID = "refresh"
"""Of a note that no critic and no person wrote: a source has changed since."""
TITLE_CHARACTERS = 60
_ASKS_FOR_MORE = re.compile(
    r"\b(add|also|cover|include|missing|more (?:about|on|detail)|what about|look up|find|research)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The notes to fix, by who can fix them."""

    by_subtask: dict[str, list[Note]]
    missing: list[Note]
    whole: list[Note]


async def revise(draft: Draft, strategy: Strategy, chosen: Sequence[Note], ctx: RunContext) -> Draft:
    """The next version: re-run what the notes name, one new subtask for missing facts, one more round for the rest."""
    work = _sorted_out(chosen, draft)
    rerun = _touched(draft, strategy, work)
    new = _new_subtask(draft, work.missing)
    subtasks = {report.subtask_id: _subtask_of(report, ctx) for report in rerun}
    await ctx.emit(PlanReady(ctx.version, (*subtasks.values(), *new)))
    if strategy is Strategy.SEQUENTIAL:
        redone = await _in_turn(ctx, draft, [*subtasks.values(), *new], work)
    else:
        again = [(subtasks[r.subtask_id], _brief(work.by_subtask[r.subtask_id], r)) for r in rerun]
        redone = await _at_once(ctx, again, strategy=strategy, new=new)
    reports = _merged(draft.reports, redone)
    failed = {report.subtask_id: report.error for report in redone if report.error}
    changed = [_worked_over(report, work, failed.get(report.subtask_id)) for report in rerun]
    changed += [f"{subtask.title}: new, for {_names(work.missing)}" for subtask in new]
    return await STRATEGIES[strategy].finish(ctx, Round(reports, work.whole, changed, _names(work.whole)))


def _touched(draft: Draft, strategy: Strategy, work: Chosen) -> list[WorkerReport]:
    """The reports that notes name; in a pipeline also what was built on them."""
    named = [n for n, report in enumerate(draft.reports) if report.subtask_id in work.by_subtask]
    if strategy is Strategy.SEQUENTIAL:
        return list(draft.reports[named[0] :]) if named else []
    return [draft.reports[n] for n in named]


async def _in_turn(ctx: RunContext, draft: Draft, stages: Sequence[Subtask], work: Chosen) -> list[WorkerReport]:
    again = {stage.subtask_id for stage in stages}
    stands = [report for report in draft.reports if report.subtask_id not in again]
    previous = {report.subtask_id: report for report in draft.reports if report.subtask_id in again}
    return await in_turn(ctx, stages, before=stands, notes=work.by_subtask, previous=previous)


async def _at_once(
    ctx: RunContext,
    again: Sequence[tuple[Subtask, Brief]],
    *,
    strategy: Strategy,
    new: Sequence[Subtask],
) -> list[WorkerReport]:
    """What is new goes to a worker: it has no side and no point of view."""
    return await side_by_side(
        [
            *(research_subtask(ctx, _agent(strategy, subtask), subtask, brief) for subtask, brief in again),
            *(research_subtask(ctx, WORKER, subtask) for subtask in new),
        ]
    )


def _brief(notes: Sequence[Note], report: WorkerReport) -> Brief:
    return Brief(notes, report, parts=is_analysis(report))


def _agent(strategy: Strategy, subtask: Subtask) -> Agent[FindingsOutput]:
    """In a debate only the two sides argue."""
    added = strategy is Strategy.DEBATE and subtask.subtask_id not in (ADVOCATE.subtask_id, SKEPTIC.subtask_id)
    return WORKER if added else STRATEGIES[strategy].agent


def chosen_notes(review: Review, critique: Critique | None) -> list[Note]:
    """The notes the reviewer ticked and, as one more note, what they said in their own words."""
    notes = [note for note in (critique.notes if critique else ()) if note.note_id in review.note_ids]
    wish = review.comment.strip()
    return [*notes, Note(WISH_ID, kind_of(wish), wish)] if wish else notes


def kind_of(wish: str) -> NoteKind:
    """Whether own words ask for facts that are not there, which takes a worker, or for other wording."""
    return NoteKind.MISSING if _ASKS_FOR_MORE.search(wish) else NoteKind.OTHER


def _sorted_out(chosen: Sequence[Note], draft: Draft) -> Chosen:
    known = {report.subtask_id for report in draft.reports}
    # A lone agent's report is the whole answer, so every note is about it.
    only = next(iter(known)) if len(known) == 1 else None
    work = Chosen({}, [], [])
    for note in chosen:
        subtask_id = note.subtask_id if note.subtask_id in known else only
        # A note on gaps of several reports names each in brackets.
        named = [r.subtask_id for r in draft.reports if f"({r.title})" in note.text and note.kind is NoteKind.MISSING]
        for about in [subtask_id] if subtask_id else named:
            work.by_subtask.setdefault(about, []).append(note)
        if not subtask_id and not named:
            (work.missing if note.kind is NoteKind.MISSING else work.whole).append(note)
    return work


def _new_subtask(draft: Draft, missing: Sequence[Note]) -> list[Subtask]:
    if not missing:
        return []
    number = 1 + last_number(draft.reports)
    text = " ".join(note.text for note in missing)
    return [Subtask(f"s{number}", cut(missing[0].text, TITLE_CHARACTERS), text)]


def _subtask_of(report: WorkerReport, ctx: RunContext) -> Subtask:
    planned = {subtask.subtask_id: subtask for subtask in ctx.history.subtasks}
    subtask = planned.get(report.subtask_id) or Subtask(report.subtask_id, report.title, report.title)
    return replace(subtask, fields=tuple(field.name for field in report.fields))


def _merged(before: Sequence[WorkerReport], after: Sequence[WorkerReport]) -> list[WorkerReport]:
    newer = {report.subtask_id: report for report in after}
    kept = [newer.pop(report.subtask_id, report) for report in before]
    return [*kept, *newer.values()]


def _worked_over(report: WorkerReport, work: Chosen, error: str | None) -> str:
    notes = work.by_subtask.get(report.subtask_id)
    if error:
        return f"{report.title}: stays as it was. {error}"
    if notes:
        return f"{report.title}: reworked for {_names(notes)}"
    return f"{report.title}: redone, because it builds on what changed"


def _names(notes: Sequence[Note]) -> str:
    return ", ".join(_SPOKEN.get(note.note_id, note.note_id) for note in notes)


_SPOKEN = {WISH_ID: "your comment", REFRESH_ID: "what has changed since"}
