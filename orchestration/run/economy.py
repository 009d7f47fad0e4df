"""What a run goes without when its budget is short: decided before the work, by the estimate against what is left."""

from collections.abc import Iterator
from dataclasses import replace

from orchestration.agents.substitute import cheaper
from orchestration.context.beginning import has_begun
from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.roles.verifier import can_judge
from orchestration.routing.estimate import band
from orchestration.strategies import STRATEGIES
from orchestration.values.domain import Economy, Route, Strategy
from orchestration.values.limits import Limits
from orchestration.values.setbacks import Degraded, Saving

FEWEST_WORKERS = 2

Choice = tuple[Economy, Degraded]


async def economise(ctx: RunContext, route: Route) -> None:
    """Sets the run's economy. One step of the journal, so that a replay works under the same one.

    It is decided again where a person set the run going again before anything was spent: there may be money now.
    """
    key = f"v{ctx.version}/economy"
    stored = ctx.journal.steps.get(key)
    if stored and (has_begun(ctx) or ctx.run.interrupted):
        ctx.spent.economy = adapter(Economy).validate_json(stored.result)
        return
    purse = ctx.services.purse
    if purse is None or has_begun(ctx) or ctx.version > 1:
        return
    left = await purse.left(ctx.run.run_id)
    choices = list(_ladder(ctx, route, left))
    if not choices and not stored:
        return
    ctx.journal.steps.pop(key, None)
    chosen = choices[-1][0] if choices else Economy()

    async def decided() -> Economy:
        return chosen

    ctx.spent.economy = await ctx.journal.step(key, decided, returns=Economy, operation="economise")
    await ctx.emit(*(event for _, event in choices))


def _ladder(ctx: RunContext, route: Route, left: int) -> Iterator[Choice]:
    """One step down after the other, until the work fits.

    The mildest two are taken where it would probably not fit, the others only where not even the least would. What
    never fits is tried all the same: an estimate is no bill, and each call has a hold of its own.
    """
    economy, limits = Economy(), ctx.services.limits
    short = f"{_usd(left)} is left and this would cost more:"
    if limits.verify != "quotes" and can_judge(limits) and sum(_expected(ctx, route, economy)) / 2 > left:
        economy = replace(economy, verify=False)
        yield economy, Degraded(ctx.version, Saving.NO_VERIFICATION, f"{short} no model verifies the claims.")
    if cheaper(ctx, limits.model) and sum(_expected(ctx, route, economy)) / 2 > left:
        economy = replace(economy, cheaper_model=True)
        sentence = f"{short} {limits.fallback_model} answers, which is cheaper."
        yield economy, Degraded(ctx.version, Saving.CHEAPER_MODEL, sentence)
    most = route.subtask_count if route.strategy is Strategy.SUPERVISOR else FEWEST_WORKERS
    for workers in range(most - 1, FEWEST_WORKERS - 1, -1):
        if _expected(ctx, route, economy)[0] > left:
            economy = replace(economy, workers=workers)
    if economy.workers:
        sentence = f"{short} {economy.workers} workers instead of {most}."
        yield economy, Degraded(ctx.version, Saving.FEWER_WORKERS, sentence)
    if (route.critic or STRATEGIES[route.strategy].critic) and _expected(ctx, route, economy)[0] > left:
        economy = replace(economy, critic=False)
        yield economy, Degraded(ctx.version, Saving.NO_CRITIC, f"{short} no critic reviews the draft.")


def _expected(ctx: RunContext, route: Route, economy: Economy) -> tuple[int, int]:
    limits = ctx.services.limits
    used = _with_fallback(limits) if economy.cheaper_model else limits
    used = used if economy.verify else replace(used, verify="quotes")
    return band(replace(route, subtask_count=economy.workers or route.subtask_count), ctx.services.prices, used)


def _with_fallback(limits: Limits) -> Limits:
    return replace(limits, model=limits.fallback_model or limits.model, model_by_role={})


def _usd(nano: int) -> str:
    return f"${nano / 1e9:.4f}" if nano < 10_000_000 else f"${nano / 1e9:.2f}"
