"""A tool call that costs a fee: hold → execute → settle, the result and its price recorded in one transaction.

One hold covers the call, for a tool sends a request again only where the one before provably cost nothing.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from orchestration.agents.reserve import LEASE_MARGIN_SECONDS, reserve
from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.money.fees import Fee
from orchestration.tools.tool import ToolResult
from orchestration.values.domain import Usage
from orchestration.values.ports import Hold, Settlement, Step
from orchestration.values.uninterrupted import uninterrupted

Execute = Callable[[], Awaitable[ToolResult]]


async def paid_step(ctx: RunContext, key: str, fee: Fee, *, execute: Execute, request: str) -> ToolResult:
    """The result for this place of the work, from the journal where it is already paid for.

    Raises BudgetRefused where a cap leaves no room for the fee: nothing was sent then.
    """
    digest = sha256(adapter(str).dump_json(request)).hexdigest()
    known = ctx.journal.recall(key, digest, ToolResult)
    if known is not None:
        return known
    hold = _hold(ctx, key, fee)
    await reserve(ctx, hold)
    begun = ctx.services.clock.monotonic()
    try:
        result = await execute()
    except BaseException:
        await uninterrupted(ctx.services.ledger.assume(hold.hold_id, "interrupted"))
        raise
    seconds = ctx.services.clock.monotonic() - begun
    await _record(ctx, hold, fee, result=result, step=_step(hold, digest, result, seconds=seconds))
    return result


async def _record(ctx: RunContext, hold: Hold, fee: Fee, *, result: ToolResult, step: Step) -> None:
    ledger = ctx.services.ledger
    if result.billing == "fee":
        settlement = Settlement(hold.hold_id, fee.nano_usd, Usage(), estimated=False, price_source=fee.source)
        return await ctx.journal.record(step, settlement=settlement)
    if result.billing == "none":
        await uninterrupted(ledger.release(hold.hold_id))
    else:
        await uninterrupted(ledger.assume(hold.hold_id, "the search's outcome is unknown"))
    await ctx.journal.record(step)


def _hold(ctx: RunContext, key: str, fee: Fee) -> Hold:
    return Hold(
        hold_id=ctx.services.ids.new("h"),
        run_id=ctx.run.run_id,
        epoch=ctx.run.epoch,
        step_key=key,
        agent=fee.tool,
        model=fee.provider,
        amount_nano_usd=fee.nano_usd,
        lease_seconds=ctx.remaining(ctx.deadline) + LEASE_MARGIN_SECONDS,
    )


def _step(hold: Hold, digest: str, result: ToolResult, *, seconds: float) -> Step:
    return Step(
        run_id=hold.run_id,
        epoch=hold.epoch,
        key=hold.step_key,
        agent=hold.step_key.split("/")[1],
        operation="execute_tool",
        request_hash=digest,
        result=adapter(ToolResult).dump_json(result).decode(),
        model=hold.model,
        cost_nano_usd=0 if result.billing == "none" else hold.amount_nano_usd,
        estimated=result.billing == "unknown",
        seconds=seconds,
    )
