"""A planner lays out stages, a worker does each and hands over to the next, an inspector ships the result or not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orchestration.context.run_context import RunContext
from orchestration.roles.inspector import INSPECTOR
from orchestration.roles.planner import DECLARING, PLANNER, planner_task
from orchestration.roles.worker import FIELDED, STAGE
from orchestration.strategies.combine import combine
from orchestration.strategies.handover import FIELDS, handed
from orchestration.strategies.material import material
from orchestration.strategies.planning import planned
from orchestration.strategies.research_subtask import Brief, research_subtask
from orchestration.strategies.way import LOOP, PLAN, REVIEW, Calls, Way
from orchestration.values.domain import Draft, Note, Question, Subtask, WorkerReport
from orchestration.values.roles import Role


async def sequential(question: Question, ctx: RunContext) -> Draft:
    """The inspection itself is the run's critique."""
    stages = await _plan(question, ctx)
    await ctx.emit_with_next(ctx.plan(stages))
    return combine(await in_turn(ctx, stages), version=ctx.version)


async def in_turn(
    ctx: RunContext,
    stages: Sequence[Subtask],
    *,
    before: Sequence[WorkerReport] = (),
    notes: Mapping[str, Sequence[Note]] | None = None,
    previous: Mapping[str, WorkerReport] | None = None,
) -> list[WorkerReport]:
    """The stages' reports; `before` are those of stages that are kept as they are."""
    reports: list[WorkerReport] = []
    for stage in stages:
        given = await handed(ctx, [*before, *reports])
        wrong = (notes or {}).get(stage.subtask_id, ())
        brief = Brief(wrong, (previous or {}).get(stage.subtask_id), handed=given)
        agent = FIELDED if stage.fields else STAGE
        reports.append(await research_subtask(ctx, agent, stage, brief))
    return reports


async def _plan(question: Question, ctx: RunContext) -> tuple[Subtask, ...]:
    place = f"v{ctx.version}/planner"
    task = planner_task(question, "stages", await material(ctx, place, parts=True))
    if ctx.names:
        task["names"] = list(ctx.names)
    planner = DECLARING if ctx.services.limits.context == FIELDS else PLANNER
    *before, last = (await planned(ctx, planner, task, place, question=question)).subtasks
    # Nobody comes after the last one whom it could hand anything.
    return (*before, replace(last, fields=()))


def _calls(stages: int) -> list[Calls]:
    return [
        Calls(Role.PLANNER, 1, 1, *PLAN),
        Calls(Role.WORKER, 2 * stages, 4 * stages, *LOOP),
        Calls(Role.INSPECTOR, 1, 1, *REVIEW),
    ]


SEQUENTIAL = Way(
    draft=sequential,
    member="stage",
    is_ordered=True,
    critic=INSPECTOR,
    reviewer="inspector",
    calls=_calls,
    in_sequence=lambda stages: (2 + 2 * stages, 2 + 4 * stages),
)
