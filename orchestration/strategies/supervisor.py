"""A supervisor plans, two to four workers go side by side, code combines their reports."""

from collections.abc import Sequence

from orchestration.context.run_context import RunContext
from orchestration.roles.critic import CRITIC
from orchestration.roles.supervisor import MAX_SUBTASKS, SUPERVISOR, supervisor_task
from orchestration.roles.worker import WORKER
from orchestration.strategies.blackboard import Blackboard
from orchestration.strategies.combine import combine
from orchestration.strategies.listing import asks_for_list, look_up
from orchestration.strategies.material import material
from orchestration.strategies.merging import merged, numbered, shared_out
from orchestration.strategies.planning import planned
from orchestration.strategies.research_subtask import Brief, research_subtask
from orchestration.strategies.way import CRITIC_CALLS, LOOP, PLAN, Calls, Way
from orchestration.values.domain import Draft, Question, Subtask, WorkerReport
from orchestration.values.roles import Role
from orchestration.values.side_by_side import side_by_side


async def supervisor(question: Question, ctx: RunContext) -> Draft:
    listed = [await look_up(question, ctx)] if asks_for_list(question.text) else []
    subtasks = await _plan(question, ctx, listed)
    await ctx.emit_with_next(ctx.plan(subtasks))
    brief = Brief(blackboard=Blackboard(ctx) if ctx.services.limits.share_findings else None)
    reports = await side_by_side(research_subtask(ctx, WORKER, subtask, brief) for subtask in subtasks)
    return combine([*listed, *reports], version=ctx.version)


async def _plan(question: Question, ctx: RunContext, listed: Sequence[WorkerReport]) -> tuple[Subtask, ...]:
    place = f"v{ctx.version}/supervisor"
    task = supervisor_task(question, await material(ctx, place, parts=True))
    if ctx.names and not listed:
        task["names"] = list(ctx.names)
    if most := ctx.spent.economy.workers:
        task["max_subtasks"] = most
    if found := [report.summary for report in listed if report.summary]:
        task["list"] = found[0]
    plan = merged((await planned(ctx, SUPERVISOR, task, place, question=question)).subtasks)
    return numbered(shared_out(plan, most or MAX_SUBTASKS), 1 + len(listed))


def _calls(parts: int) -> list[Calls]:
    """A question for a list has one look-up more than it has parts."""
    return [Calls(Role.SUPERVISOR, 1, 1, *PLAN), Calls(Role.WORKER, 2 * parts, 4 * parts, *LOOP), CRITIC_CALLS]


SUPERVISED = Way(draft=supervisor, member="worker", critic=CRITIC, calls=_calls, in_sequence=lambda parts: (4, 6))
