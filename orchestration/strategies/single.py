"""One agent with tools: what most questions need."""

from orchestration.agents.supervisor import titled
from orchestration.agents.worker import SINGLE
from orchestration.context import RunContext
from orchestration.domain import Draft, Question, Subtask
from orchestration.strategies.combine import combine
from orchestration.strategies.research_subtask import research_subtask


async def single(question: Question, ctx: RunContext) -> Draft:
    subtask = Subtask("s1", titled(question.text), question.text)
    await ctx.emit_with_next(ctx.plan((subtask,)))
    report = await research_subtask(ctx, SINGLE, subtask)
    return combine([report], version=ctx.version)
