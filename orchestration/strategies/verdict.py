"""The judge's two readings of a debate, one for each order of the cases, as one draft; then what others found."""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.agents.loop import Work, invoke
from orchestration.context.run_context import RunContext
from orchestration.evidence.check import retrieved_nothing
from orchestration.roles.analyst import ADVOCATE, SKEPTIC
from orchestration.roles.judge import FIRST, JUDGE, SECOND, JudgeOutput, judge_task
from orchestration.strategies.combine import assemble, combine, section
from orchestration.strategies.judgement import Judgement, judgement, written
from orchestration.strategies.synthesis import Round
from orchestration.values.domain import Draft, WorkerReport
from orchestration.values.errors import ModelFailed
from orchestration.values.side_by_side import side_by_side

ONE_SIDED = "There is no verdict: only one side made a case."
NOTHING_TO_JUDGE = "There is no judgement: neither side has a source, so there is no evidence to weigh."
NOT_JUDGED = "There is no verdict: the judge's replies could not be used, so the two cases are shown side by side."
ONE_ORDER = "The judge answered in one order only, so a bias for the first or the last case cannot be ruled out."

_Position = tuple[str, WorkerReport]


async def judged(ctx: RunContext, work: Round) -> Draft:
    """A failed side or judge leaves what there is, and the draft names it."""
    if retrieved_nothing(work.reports):
        return _unjudged(ctx, work, [NOTHING_TO_JUDGE] if any(report.summary for report in work.reports) else [])
    positions = _positions(work.reports)
    if len(positions) < 2:
        gap = [ONE_SIDED] if positions else []
        return _unjudged(ctx, work, gap)
    first, second = await _readings(ctx, work, positions)
    if first is None and second is None:
        return _unjudged(ctx, work, [NOT_JUDGED])
    found = judgement(first, second, {name: report.summary for name, report in positions})
    draft = _draft(ctx, work, found)
    return draft if first and second else replace(draft, gaps=(*draft.gaps, ONE_ORDER))


def _positions(reports: Sequence[WorkerReport]) -> list[_Position]:
    names = {ADVOCATE.subtask_id: FIRST, SKEPTIC.subtask_id: SECOND}
    return [(names[r.subtask_id], r) for r in reports if r.subtask_id in names and r.summary.strip()]


async def _readings(
    ctx: RunContext, work: Round, positions: Sequence[_Position]
) -> tuple[JudgeOutput | None, JudgeOutput | None]:
    orders = (positions, positions[::-1])
    first, second = await side_by_side(_read(ctx, work, order, place) for place, order in enumerate(orders, start=1))
    return first, second


async def _read(ctx: RunContext, work: Round, order: Sequence[_Position], place: int) -> JudgeOutput | None:
    task = judge_task(ctx.run.question, order, _findings(work), work.notes)
    try:
        output = await invoke(ctx, JUDGE, task, Work(f"v{ctx.version}/judge/{place}"))
    except (TimeoutError, ModelFailed):
        return None
    return output if output and output.answer.strip() else None


def _draft(ctx: RunContext, work: Round, found: Judgement) -> Draft:
    changed = [*work.changed, f"Judged again for {work.names}"] if work.notes else work.changed
    text = "\n\n".join([written(found), *map(section, _findings(work))])
    return assemble(work.reports, text, version=ctx.version, changed=changed)


def _findings(work: Round) -> list[WorkerReport]:
    """Of those without a side: a document's analysis, and what a revision had looked up."""
    sides = (ADVOCATE.subtask_id, SKEPTIC.subtask_id)
    return [report for report in work.reports if report.subtask_id not in sides and report.summary.strip()]


def _unjudged(ctx: RunContext, work: Round, gaps: Sequence[str]) -> Draft:
    draft = combine(work.reports, version=ctx.version, changed=work.changed)
    return replace(draft, gaps=(*draft.gaps, *gaps))
