"""How a run begins: by an earlier answer, by a question back, or by a route that its price may have to be agreed to."""

from orchestration.context.run_context import RunContext
from orchestration.routing.router import choose, choose_again
from orchestration.run.consent import beside_others, clarification_to_ask, consent_to_ask
from orchestration.run.ending import finish
from orchestration.run.reuse import earlier_draft, is_taken_as_it_is, reuse_route, reuse_to_offer
from orchestration.values.domain import Route, RunStatus
from orchestration.values.events import Event, RouteChosen, RunStarted


async def choose_route(ctx: RunContext) -> Route | None:
    """None where a person is asked first: what was meant, or whether it may cost so much."""
    started = RunStarted(ctx.run.epoch, ctx.version, ctx.run.interrupted, len(ctx.journal.steps))
    route, fresh = ctx.history.route, False
    if route is None:
        if offered := await reuse_to_offer(ctx):
            return await _ask(ctx, started, offered)
        route = await reuse_route(ctx)
    if route is None:
        choice = await choose(ctx)
        if question := clarification_to_ask(ctx, choice.clarify):
            return await _ask(ctx, started, question)
        route, fresh = choice.route, True
    elif larger := await choose_again(ctx, route):
        route, fresh, ctx.ways = larger, True, ctx.ways + 1
    chosen = RouteChosen(route, f"v1/route{ctx.way}")
    taken_over = await earlier_draft(ctx) is not None
    if not await is_taken_as_it_is(ctx) and (price := await consent_to_ask(ctx, route, settled=taken_over)):
        return await _ask(ctx, started, chosen, price)
    await ctx.emit_with_next(started, await beside_others(ctx, chosen) if fresh else chosen)
    return route


async def _ask(ctx: RunContext, *events: Event) -> Route | None:
    """Nothing more is spent until somebody answers the last of these."""
    await ctx.emit(*events[:-1])
    await finish(ctx, RunStatus.AWAITING_INPUT, events[-1])
    return None
