"""When an agent has had enough: of its own time, or of what the whole run may call and read.

Both depend on a clock and on who came first, so the moment is a step: a replay takes the tools away at the same
place and finds the calls after it already paid for.
"""

from dataclasses import dataclass

from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.values.setbacks import Announced

FINAL_SHARE = 0.6
"""Once this share of an agent's time is gone it gets no more tools: the rest is for its answer."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A turn, and the share of the agent's time that was gone before it."""

    turn: int
    time_spent: float


async def reached(ctx: RunContext, place: str, now: Ceiling, next_key: str) -> bool:
    """Whether the agent at `place` has to answer without tools; `next_key` is the call that would offer them."""
    key = f"{place}/ceiling"
    if stored := ctx.journal.steps.get(key):
        return now.turn >= adapter(Ceiling).validate_json(stored.result).turn
    exhausted = ctx.spent.exhausted(ctx.services.limits)
    if next_key in ctx.journal.steps or (now.time_spent < FINAL_SHARE and exhausted is None):
        return False

    async def met() -> Ceiling:
        return now

    await ctx.journal.step(key, met, returns=Ceiling, operation="ceiling")
    if exhausted:
        await ctx.emit(Announced(exhausted, f"v{ctx.version}/ceiling"))
    return True
