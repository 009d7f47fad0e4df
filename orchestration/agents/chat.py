"""The one place that calls a model, and the one place that retries.

A logical call is one journal step; each of its HTTP requests has a hold of its own, committed before it leaves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from orchestration.agents.outcome import outcome_of, overflow_sentence
from orchestration.agents.reserve import LEASE_MARGIN_SECONDS, reserve
from orchestration.agents.substitute import as_agreed, substitute
from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.money.budget import Measured, measure, worst_case_nano_usd
from orchestration.money.prices import Price
from orchestration.values.domain import Outcome, Usage
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.events import Event
from orchestration.values.ports import (
    ChatRequest,
    Completion,
    Hold,
    ModelCallFailed,
    Settlement,
    Step,
)
from orchestration.values.setbacks import FellBack, Retried
from orchestration.values.uninterrupted import uninterrupted

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""HTTP requests a logical call may cost; learning what an endpoint refuses comes on top, once a model."""
REFUSALS = 4
_BACKOFF = wait_random_exponential(multiplier=0.5, max=8)

Announce = Callable[[Completion], Sequence[Event]]


def _silent(completion: Completion) -> Sequence[Event]:
    return ()


@dataclass(frozen=True, slots=True)
class _Call:
    """A logical call. It is known by the request to the role's own model, whichever model answers in the end."""

    key: str
    measured: Measured
    announce: Announce


async def chat(ctx: RunContext, key: str, request: ChatRequest, *, announce: Announce = _silent) -> Completion:
    """The completion for this place of the work, from the journal where it is already paid for.

    Raises ModelFailed once attempts or time are used up and no other model helped, BudgetRefused where a cap leaves
    no room, Fenced where somebody else drives the run.
    """
    measured = measure(request)
    completion = ctx.journal.recall(key, measured.digest, Completion)
    if completion is None:
        try:
            completion = await _from_any(ctx, _Call(key, measured, announce), as_agreed(ctx, request))
        except ModelCallFailed as error:
            raise ModelFailed(error.sentence) from error
    ctx.spent.count(ctx.journal.steps[key].usage)
    return completion


async def _from_any(ctx: RunContext, call: _Call, request: ChatRequest) -> Completion:
    try:
        return await _attempts(ctx, call, request)
    except (ModelCallFailed, BudgetRefused) as error:
        other = substitute(ctx, request, error)
        if other is None:
            raise
    await ctx.emit(other.event)
    if isinstance(other.event, FellBack):
        ctx.trouble.fallen_back.add((request.agent, request.model))
    else:
        ctx.spent.economy = replace(ctx.spent.economy, cheaper_model=True)
    return await _attempts(ctx, call, other.request)


async def _attempts(ctx: RunContext, call: _Call, request: ChatRequest) -> Completion:
    deadline = ctx.services.clock.monotonic() + request.timeout_seconds
    retrying = AsyncRetrying(
        sleep=ctx.services.clock.sleep,
        retry=retry_if_exception(_is_transient),
        stop=_Stop(ctx, deadline),
        wait=_wait,
        before_sleep=_announced(ctx, call, request),
        reraise=True,
    )
    return await retrying(_attempt, ctx, call, request, deadline)


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, ModelCallFailed) and error.transient


def _failure(state: RetryCallState) -> ModelCallFailed | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, ModelCallFailed) else None


def _announced(ctx: RunContext, call: _Call, request: ChatRequest) -> Callable[[RetryCallState], Awaitable[None]]:
    """Tells of a retry; not of a feature that an endpoint refuses, which costs nothing and is learnt once."""

    async def announce(state: RetryCallState) -> None:
        error = _failure(state)
        if error and not error.unsupported:
            sentence = f"{error.sentence} {request.model} is asked again as {request.agent}."
            await ctx.emit(Retried(call.key, request.model, state.attempt_number, sentence))

    return announce


def _wait(state: RetryCallState) -> float:
    error = _failure(state)
    if error and error.unsupported:
        return 0.0
    return error.retry_after if error and error.retry_after is not None else _BACKOFF(state)


class _Stop:
    """Counts refused features apart from failures, and never sleeps past the deadline."""

    def __init__(self, ctx: RunContext, deadline: float) -> None:
        self._ctx, self._deadline, self._failures = ctx, deadline, 0

    def __call__(self, state: RetryCallState) -> bool:
        error = _failure(state)
        if error and error.unsupported:
            return state.attempt_number > REFUSALS + ATTEMPTS
        self._failures += 1
        late = self._ctx.services.clock.monotonic() + state.upcoming_sleep >= self._deadline
        return self._failures >= ATTEMPTS or late


async def _attempt(ctx: RunContext, call: _Call, request: ChatRequest, deadline: float) -> Completion:
    measured = call.measured
    # Taken before the hold: a wait for money is not the model's fault.
    request = replace(request, timeout_seconds=max(deadline - ctx.services.clock.monotonic(), 0.001))
    price = ctx.services.prices.price(request.model)
    hold = _worst_case(ctx, call, request, price)
    await reserve(ctx, hold)
    begun = ctx.services.clock.monotonic()
    try:
        completion = await _send(ctx, request)
    except ModelCallFailed as error:
        await _book_failure(ctx, hold, measured, price, error)
        raise
    except BaseException:
        await uninterrupted(ctx.services.ledger.assume(hold.hold_id, "interrupted"))
        raise
    settlement = _settlement(ctx, hold, measured, completion)
    completion = replace(completion, outcome=outcome_of(completion, request.messages, measured))
    if completion.outcome is Outcome.OVERFLOW:
        await uninterrupted(ctx.services.ledger.settle(settlement))
        sentence = overflow_sentence(completion, measured)
        raise ModelCallFailed(sentence, billing="unknown", transient=False, outcome=Outcome.OVERFLOW)
    step = _step(hold, measured, completion, settlement=settlement, seconds=ctx.services.clock.monotonic() - begun)
    await ctx.journal.record(step, settlement=settlement, events=call.announce(completion))
    return completion


def _worst_case(ctx: RunContext, call: _Call, request: ChatRequest, price: Price) -> Hold:
    return Hold(
        hold_id=ctx.services.ids.new("h"),
        run_id=ctx.run.run_id,
        epoch=ctx.run.epoch,
        step_key=call.key,
        agent=request.agent,
        model=request.model,
        amount_nano_usd=worst_case_nano_usd(request, call.measured, price),
        lease_seconds=request.timeout_seconds + LEASE_MARGIN_SECONDS,
    )


async def _send(ctx: RunContext, request: ChatRequest) -> Completion:
    try:
        # The client's own timeout counts each read anew, so a trickling reply would never end.
        async with asyncio.timeout(request.timeout_seconds):
            return await ctx.services.model.complete(request)
    except TimeoutError:
        raise ModelCallFailed("The model did not answer in time.", billing="unknown", transient=True) from None


async def _book_failure(ctx: RunContext, hold: Hold, measured: Measured, price: Price, error: ModelCallFailed) -> None:
    log.warning(
        "a model request failed: %s",
        error.sentence,
        extra={"run_id": hold.run_id, "agent": hold.agent, "model": hold.model, "billing": error.billing},
    )
    ledger = ctx.services.ledger
    if error.billing == "none":
        await uninterrupted(ledger.release(hold.hold_id))
    elif error.billing == "input":
        usage = Usage(input_tokens=measured.estimated_input_tokens)
        charge = _Charge(min(price.cost(usage), hold.amount_nano_usd), usage, price, estimated=True)
        await uninterrupted(ledger.settle(charge.settlement(hold)))
    else:
        await uninterrupted(ledger.assume(hold.hold_id, error.sentence))


@dataclass(frozen=True, slots=True)
class _Charge:
    cost_nano_usd: int
    usage: Usage
    price: Price
    estimated: bool

    def settlement(self, hold: Hold, completion: Completion | None = None) -> Settlement:
        return Settlement(
            hold_id=hold.hold_id,
            cost_nano_usd=self.cost_nano_usd,
            usage=self.usage,
            estimated=self.estimated,
            model_returned=completion.model if completion else "",
            raw_usage=completion.raw_usage if completion else {},
            input_nano_usd_per_million=self.price.input,
            output_nano_usd_per_million=self.price.output,
            cache_read_nano_usd_per_million=self.price.cache_read,
            price_source=self.price.source,
        )


def _settlement(ctx: RunContext, hold: Hold, measured: Measured, completion: Completion) -> Settlement:
    usage = completion.usage or Usage(measured.estimated_input_tokens, _estimated_output(completion))
    cost, price = ctx.services.prices.cost(hold.model, completion.model, usage)
    return _Charge(cost, usage, price, estimated=completion.usage is None).settlement(hold, completion)


def _estimated_output(completion: Completion) -> int:
    text = completion.text + "".join(call.name + call.arguments for call in completion.tool_calls)
    return len(text.encode("utf-8", "replace")) // 4 + 1


def _step(hold: Hold, measured: Measured, completion: Completion, *, settlement: Settlement, seconds: float) -> Step:
    return Step(
        run_id=hold.run_id,
        epoch=hold.epoch,
        key=hold.step_key,
        agent=hold.agent,
        operation="chat",
        request_hash=measured.digest,
        result=adapter(Completion).dump_json(completion).decode(),
        model=completion.model or hold.model,
        usage=settlement.usage,
        cost_nano_usd=settlement.cost_nano_usd,
        estimated=settlement.estimated,
        seconds=seconds,
    )
