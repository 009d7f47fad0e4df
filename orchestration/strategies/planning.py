"""A plan, in time of its own; where there is none, one agent takes the whole question and the thread reads why."""

from collections.abc import Mapping
from typing import Any, TypeVar

from orchestration.agents.agent import Agent
from orchestration.agents.loop import Work, invoke
from orchestration.context.run_context import RunContext
from orchestration.roles.supervisor import SupervisorOutput, plan_from
from orchestration.values.domain import Plan, Question
from orchestration.values.errors import ModelFailed
from orchestration.values.setbacks import Announced

SETTING = "THREADWORK_PLAN_SECONDS"


PlanT = TypeVar("PlanT", bound=SupervisorOutput)


async def planned(
    ctx: RunContext, agent: Agent[PlanT], task: Mapping[str, Any], place: str, *, question: Question
) -> Plan:
    """Raises ModelFailed where the endpoint refuses: then it would refuse the agents too."""
    output, why = None, "It names no part of the question."
    try:
        output = await invoke(ctx, agent, task, Work(place, seconds=ctx.services.limits.plan_seconds, bound_by=SETTING))
        why = ctx.trouble.unusable.get(place, why)
    except TimeoutError as late:
        why = str(late)
    except ModelFailed as error:
        if not error.late:
            raise
        why = error.sentence
    if output is None or not output.subtasks:
        await ctx.emit_with_next(Announced(f"The plan failed, so one agent takes the whole question. {why}", place))
    return plan_from(output, question)
