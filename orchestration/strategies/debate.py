"""An advocate and a skeptic, blind to each other; a judge, blind to who is who, weighs them in both orders."""

from orchestration.agents.analyst import ANALYST, sides
from orchestration.context import RunContext
from orchestration.domain import Draft, Question
from orchestration.strategies.research_subtask import research_subtask, side_by_side
from orchestration.strategies.synthesis import Round
from orchestration.strategies.verdict import judged


async def debate(question: Question, ctx: RunContext) -> Draft:
    subtasks = sides(question)
    await ctx.emit_with_next(ctx.plan(subtasks))
    reports = await side_by_side(research_subtask(ctx, ANALYST, subtask) for subtask in subtasks)
    return await judged(ctx, Round(reports))
