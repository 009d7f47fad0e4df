"""A supervisor plans, two to four workers go side by side, code combines their reports."""

from orchestration.agents.loop import Work, invoke
from orchestration.agents.supervisor import SUPERVISOR, plan_from, supervisor_task
from orchestration.agents.worker import WORKER
from orchestration.context import RunContext
from orchestration.domain import Draft, Plan, Question
from orchestration.events import PlanReady
from orchestration.strategies.combine import combine
from orchestration.strategies.research_subtask import research_subtask, side_by_side


async def supervisor(question: Question, ctx: RunContext) -> Draft:
    plan = await _plan(question, ctx)
    await ctx.emit(PlanReady(ctx.version, plan.subtasks))
    reports = await side_by_side(research_subtask(ctx, WORKER, subtask) for subtask in plan.subtasks)
    return combine(reports, version=ctx.version)


async def _plan(question: Question, ctx: RunContext) -> Plan:
    output = await invoke(ctx, SUPERVISOR, supervisor_task(question), Work(f"v{ctx.version}/supervisor"))
    return plan_from(output, question)
