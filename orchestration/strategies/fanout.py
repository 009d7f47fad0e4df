"""Specialists look at the same material side by side, a synthesizer merges what they see and names conflicts."""

from orchestration.context.run_context import RunContext
from orchestration.roles.document import PARTS, asks_for_analysis
from orchestration.roles.planner import CASTING, planner_task
from orchestration.roles.specialist import SPECIALIST
from orchestration.strategies.material import material
from orchestration.strategies.merging import merged
from orchestration.strategies.planning import planned
from orchestration.strategies.research_subtask import research_subtask
from orchestration.strategies.synthesis import Round, synthesized
from orchestration.values.domain import Draft, Question, Subtask
from orchestration.values.side_by_side import side_by_side


async def fanout(question: Question, ctx: RunContext) -> Draft:
    subtasks = PARTS if asks_for_analysis(question) else await _cast(question, ctx)
    await ctx.emit_with_next(ctx.plan(subtasks))
    reports = await side_by_side(research_subtask(ctx, SPECIALIST, subtask) for subtask in subtasks)
    return await synthesized(ctx, Round(reports))


async def _cast(question: Question, ctx: RunContext) -> tuple[Subtask, ...]:
    place = f"v{ctx.version}/planner"
    task = planner_task(question, "specialists", await material(ctx, place))
    if ctx.names:
        task["names"] = list(ctx.names)
    return merged((await planned(ctx, CASTING, task, place, question=question)).subtasks)
