"""Opens the hold without which nothing that costs money may leave."""

import asyncio

from orchestration.context.run_context import RunContext
from orchestration.values.errors import BudgetRefused, WorkPaused
from orchestration.values.ports import Hold
from orchestration.values.uninterrupted import uninterrupted

LEASE_MARGIN_SECONDS = 60.0
"""On top of a request's own deadline, for what comes after it until it is settled."""
PAUSE_SECONDS = 0.5
"""Between two looks whether paused work goes on."""


async def reserve(ctx: RunContext, hold: Hold) -> None:
    """Commits the hold; where only open holds of siblings are in the way, waits for them to settle."""
    while True:
        try:
            return await ctx.services.ledger.hold(hold)
        except asyncio.CancelledError:
            # The hold may be committed all the same; writes keep their order, so this one finds it.
            await uninterrupted(ctx.services.ledger.release(hold.hold_id))
            raise
        except WorkPaused:
            # Calls that are out may end; then the driver parks the run, or work was resumed.
            await ctx.services.ledger.changed(ctx.run.run_id, PAUSE_SECONDS)
        except BudgetRefused as refusal:
            remaining = ctx.remaining(ctx.deadline)
            if not refusal.siblings_hold or remaining <= 0:
                raise
            await ctx.services.ledger.changed(ctx.run.run_id, min(remaining, 5.0))
