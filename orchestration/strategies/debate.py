"""An advocate and a skeptic, blind to each other; a judge, blind to who is who, weighs them in both orders.

Where a document is to be analysed, a worker that takes no side does that as well.
"""

from orchestration.context.run_context import RunContext
from orchestration.roles.analyst import ANALYST, sides
from orchestration.roles.document import ANALYSIS, asks_for_analysis
from orchestration.roles.worker import WORKER
from orchestration.strategies.research_subtask import Brief, research_subtask
from orchestration.strategies.synthesis import Round
from orchestration.strategies.verdict import judged
from orchestration.strategies.way import LOOP, SMALLEST_TEAM, WEIGHING, Calls, Way
from orchestration.values.domain import Draft, Question
from orchestration.values.roles import Role
from orchestration.values.side_by_side import side_by_side


async def debate(question: Question, ctx: RunContext) -> Draft:
    both = sides(question)
    neutral = (ANALYSIS,) if asks_for_analysis(question) else ()
    await ctx.emit_with_next(ctx.plan((*both, *neutral)))
    work = [research_subtask(ctx, ANALYST, side) for side in both]
    work += [research_subtask(ctx, WORKER, subtask, Brief(parts=True)) for subtask in neutral]
    return await judged(ctx, Round(await side_by_side(work)))


def _calls(parts: int) -> list[Calls]:
    """Two analysts, and a worker for each further part; the judge is asked in both orders."""
    others = max(0, parts - SMALLEST_TEAM)
    return [
        Calls(Role.ANALYST, 2 * SMALLEST_TEAM, 4 * SMALLEST_TEAM, *LOOP),
        Calls(Role.WORKER, 2 * others, 4 * others, *LOOP),
        Calls(Role.JUDGE, 2, 2, *WEIGHING),
    ]


DEBATE = Way(
    draft=debate,
    member="side",
    agent=ANALYST,
    finish=judged,
    closing="The judge weighs both sides for version {version}",
    size=SMALLEST_TEAM,
    calls=_calls,
    in_sequence=lambda parts: (3, 6),
)
