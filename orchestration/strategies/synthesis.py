"""One call that merges reports into an answer; where it fails, code puts them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestration.agents.loop import Work, invoke
from orchestration.context.run_context import RunContext
from orchestration.evidence.check import retrieved_nothing
from orchestration.roles.synthesizer import SYNTHESIZER, SynthesizerOutput, synthesizer_task
from orchestration.strategies.combine import assemble, combine
from orchestration.values.domain import Draft, Note, WorkerReport
from orchestration.values.errors import ModelFailed

NOT_MERGED = "The reports are shown side by side: the synthesizer's reply could not be used."


@dataclass(frozen=True, slots=True)
class Round:
    """What a version is written from: the reports, and in a revision the notes on the whole and what changed."""

    reports: Sequence[WorkerReport]
    notes: Sequence[Note] = ()
    changed: Sequence[str] = ()
    names: str = ""
    """The notes' names as the asker reads them."""


async def combined(ctx: RunContext, work: Round) -> Draft:
    """By code; only notes on the answer as a whole take a call."""
    if work.notes:
        return await synthesized(ctx, work)
    return combine(work.reports, version=ctx.version, changed=work.changed)


async def synthesized(ctx: RunContext, work: Round) -> Draft:
    """Not asked where there is only one report to merge and no note to fix, or nothing that was read."""
    alone = sum(bool(report.summary.strip()) for report in work.reports) < 2 and not work.notes
    if alone or retrieved_nothing(work.reports):
        return combine(work.reports, version=ctx.version, changed=work.changed)
    output = await _output(ctx, work)
    if output is None or not output.answer.strip():
        return _side_by_side(ctx, work)
    changed = [*work.changed, f"Rewritten from the reports for {work.names}"] if work.notes else work.changed
    return assemble(work.reports, _with_conflicts(output, work.reports), version=ctx.version, changed=changed)


async def _output(ctx: RunContext, work: Round) -> SynthesizerOutput | None:
    task = synthesizer_task(ctx.run.question, work.reports, work.notes)
    try:
        return await invoke(ctx, SYNTHESIZER, task, Work(f"v{ctx.version}/synthesizer"))
    except (TimeoutError, ModelFailed):
        return None


def _side_by_side(ctx: RunContext, work: Round) -> Draft:
    failed = f"The synthesizer's reply could not be used, so {work.names} is not fixed"
    changed = [*work.changed, failed] if work.notes else work.changed
    draft = combine(work.reports, version=ctx.version, changed=changed)
    return draft if work.notes else replace(draft, gaps=(*draft.gaps, NOT_MERGED))


def _with_conflicts(output: SynthesizerOutput, reports: Sequence[WorkerReport]) -> str:
    if not output.conflicts:
        return output.answer
    titles = {report.subtask_id: report.title for report in reports}
    lines = []
    for conflict in output.conflicts:
        between = " and ".join(titles[i] for i in dict.fromkeys(conflict.subtask_ids) if i in titles)
        lines.append(f"- {conflict.text}{f' ({between})' if between else ''}")
    return "\n".join([output.answer, "", "**The reports disagree:**", "", *lines])
