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
from orchestration.strategies.way import LOOP, WEIGHING, Calls, Way
from orchestration.values.domain import Draft, Question, Subtask
from orchestration.values.roles import Role
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


def _calls(specialists: int) -> list[Calls]:
    """An analysis with parts of its own needs no planner."""
    return [
        Calls(Role.PLANNER, 0, 1, (400, 2000), (100, 300)),
        Calls(Role.SPECIALIST, specialists, 3 * specialists, *LOOP),
        Calls(Role.SYNTHESIZER, 1, 1, *WEIGHING),
    ]


FANOUT = Way(
    draft=fanout,
    member="specialist",
    agent=SPECIALIST,
    finish=synthesized,
    closing="Merging the specialists' reports into version {version}",
    calls=_calls,
    in_sequence=lambda specialists: (2, 5),
)
