"""One agent with tools: what most questions need."""

from orchestration.context.run_context import RunContext
from orchestration.roles.supervisor import titled
from orchestration.roles.worker import SINGLE
from orchestration.strategies.combine import combine
from orchestration.strategies.research_subtask import research_subtask
from orchestration.strategies.way import LOOP, Calls, Way
from orchestration.values.domain import Draft, Question, Subtask
from orchestration.values.roles import Role


async def single(question: Question, ctx: RunContext) -> Draft:
    subtask = Subtask("s1", titled(question.text), question.text)
    await ctx.emit_with_next(ctx.plan((subtask,)))
    report = await research_subtask(ctx, SINGLE, subtask)
    return combine([report], version=ctx.version)


ALONE = Way(
    draft=single,
    member="agent",
    agent=SINGLE,
    size=1,
    calls=lambda parts: [Calls(Role.SINGLE, 2, 4, *LOOP)],
    in_sequence=lambda parts: (2, 4),
)
