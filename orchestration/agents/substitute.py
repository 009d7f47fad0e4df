"""Another model for a role: where its own stays unavailable, and where the budget has no room for it."""

from dataclasses import dataclass, replace

from orchestration.context.run_context import RunContext
from orchestration.money.prices import Price
from orchestration.values.domain import Outcome
from orchestration.values.errors import BudgetRefused, UnknownPrice
from orchestration.values.ports import ChatRequest, ModelCallFailed
from orchestration.values.setbacks import Degraded, FellBack, Saving

UNAVAILABLE = frozenset({Outcome.TRANSPORT, Outcome.QUOTA, Outcome.MALFORMED, Outcome.NOT_SERVED})


@dataclass(frozen=True, slots=True)
class Substitute:
    request: ChatRequest
    event: FellBack | Degraded


def as_agreed(ctx: RunContext, request: ChatRequest) -> ChatRequest:
    """The request to the model that answers for its role by now."""
    fallen_back = (request.agent, request.model) in ctx.trouble.fallen_back
    if fallen_back or (ctx.spent.economy.cheaper_model and cheaper(ctx, request.model)):
        return replace(request, model=ctx.services.limits.fallback_model or request.model)
    return request


def substitute(ctx: RunContext, request: ChatRequest, error: ModelCallFailed | BudgetRefused) -> Substitute | None:
    """None where no other model would do better."""
    name = ctx.services.limits.fallback_model
    if name is None or name == request.model or _price(ctx, name) is None or ctx.remaining(ctx.deadline) <= 0:
        return None
    if isinstance(error, BudgetRefused):
        if not cheaper(ctx, request.model):
            return None
        sentence = f"The budget has no room for {request.model}: from here on {name} answers, which is cheaper."
        return Substitute(_by_fallback(ctx, request), Degraded(ctx.version, Saving.CHEAPER_MODEL, sentence))
    if error.outcome not in UNAVAILABLE:
        return None
    sentence = f"{request.model} is unavailable, so {name} answers as {request.agent}. {error.sentence}"
    return Substitute(_by_fallback(ctx, request), FellBack(request.agent, request.model, name, sentence))


def cheaper(ctx: RunContext, model: str) -> bool:
    """Whether the fallback model costs less than this one, in both directions."""
    name = ctx.services.limits.fallback_model
    other, own = _price(ctx, name) if name else None, _price(ctx, model)
    if other is None or own is None:
        return False
    return other != own and other.input <= own.input and other.output <= own.output


def _price(ctx: RunContext, model: str) -> Price | None:
    """Without one no budget can hold for the model, so it cannot replace another."""
    try:
        return ctx.services.prices.price(model)
    except UnknownPrice:
        return None


def _by_fallback(ctx: RunContext, request: ChatRequest) -> ChatRequest:
    """With a time of its own: the first model may have used up that of the call."""
    limits = ctx.services.limits
    seconds = max(min(limits.call_seconds, ctx.remaining(ctx.deadline)), 0.001)
    return replace(request, model=limits.fallback_model or request.model, timeout_seconds=seconds)
