"""The one place that calls a model, and the one place that retries.

A logical call is one journal step; each of its HTTP requests has a hold of its own, committed before it leaves.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from orchestration.agents.charge import charge, charge_for_input
from orchestration.agents.outcome import outcome_of, overflow_sentence
from orchestration.agents.reserve import LEASE_MARGIN_SECONDS, reserve
from orchestration.agents.substitute import as_agreed, substitute
from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.money.budget import Measured, measure, worst_case_nano_usd
from orchestration.money.prices import Price
from orchestration.values.domain import Outcome
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.events import Event
from orchestration.values.ports import (
    ChatRequest,
    Completion,
    Hold,
    ModelCallFailed,
    Settlement,
    Step,
    seconds,
)
from orchestration.values.setbacks import EndpointSaid, FellBack, Retried
from orchestration.values.uninterrupted import uninterrupted

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""HTTP requests a logical call may cost; finding out what an endpoint refuses comes on top and costs nothing."""
MOST_REFUSALS = 10
"""A request has fewer parts; an endpoint that always refuses one more means something else."""
_BACKOFF = wait_random_exponential(multiplier=0.5, max=8)


def _silent(completion: Completion) -> Sequence[Event]:
    return ()


def _unheard(seconds: float) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the caller wants to know of a call while it goes on."""

    announce: Callable[[Completion], Sequence[Event]] = _silent
    waiting: Callable[[float], None] = _unheard
    """Hears of each wait that the endpoint asked for, in seconds: it is not the agent's own time."""


SILENT = Hearing()


@dataclass(frozen=True, slots=True)
class _Call:
    """A logical call. It is known by the request to the role's own model, whichever model answers in the end."""

    key: str
    measured: Measured
    hearing: Hearing


async def chat(ctx: RunContext, key: str, request: ChatRequest, hearing: Hearing = SILENT) -> Completion:
    """The completion for this place of the work, from the journal where it is already paid for.

    Raises ModelFailed once attempts or time are used up and no other model helped, BudgetRefused where a cap leaves
    no room, Fenced where somebody else drives the run.
    """
    measured = measure(request)
    completion = ctx.journal.recall(key, measured.digest, Completion)
    if completion is None:
        try:
            completion = await _from_any(ctx, _Call(key, measured, hearing), as_agreed(ctx, request))
        except ModelCallFailed as error:
            raise ModelFailed(error.sentence, repeats=error.repeats, late=error.late) from error
    ctx.spent.count(ctx.journal.steps[key].usage)
    return completion


async def _from_any(ctx: RunContext, call: _Call, request: ChatRequest) -> Completion:
    try:
        return await _Attempts(ctx, call, request).completion()
    except (ModelCallFailed, BudgetRefused) as error:
        other = substitute(ctx, request, error)
        if other is None:
            raise
    await ctx.emit(other.event)
    if isinstance(other.event, FellBack):
        ctx.trouble.fallen_back.add((request.agent, request.model))
    else:
        ctx.spent.economy = replace(ctx.spent.economy, cheaper_model=True)
    return await _Attempts(ctx, call, other.request).completion()


class _Attempts:
    """The requests of one logical call to one model, until one is answered or nothing speaks for another."""

    def __init__(self, ctx: RunContext, call: _Call, request: ChatRequest) -> None:
        self._ctx, self._call, self._failures = ctx, call, 0
        self._request = replace(request, allowed_seconds=request.timeout_seconds)
        self._deadline = ctx.services.clock.monotonic() + request.timeout_seconds

    async def completion(self) -> Completion:
        retrying = AsyncRetrying(
            sleep=self._ctx.services.clock.sleep,
            retry=retry_if_exception(lambda error: isinstance(error, ModelCallFailed) and error.transient),
            stop=self._stop,
            wait=self._wait,
            before_sleep=self._before_sleep,
            reraise=True,
        )
        return await retrying(self._attempt)

    def _wait(self, state: RetryCallState) -> float:
        error = _failure(state)
        if error.refusal:
            return 0.0
        return error.retry_after if error.retry_after is not None else _BACKOFF(state)

    def _stop(self, state: RetryCallState) -> bool:
        """Never sleeps past the call's deadline; past the run's, where the endpoint itself asks for the wait."""
        error = _failure(state)
        if error.refusal:
            return len(self._request.without) >= MOST_REFUSALS
        self._failures += 1
        asked = bool(error.retry_after)
        until = self._ctx.deadline if asked else self._deadline
        late = self._ctx.services.clock.monotonic() + state.upcoming_sleep >= until
        if late and asked and self._failures < ATTEMPTS:
            wait = seconds(state.upcoming_sleep)
            error.sentence += f" It asks to wait {wait}, longer than the run has left (THREADWORK_RUN_SECONDS)."
        return self._failures >= ATTEMPTS or late

    async def _before_sleep(self, state: RetryCallState) -> None:
        """Tells of a retry; not of a part that an endpoint refuses, which costs nothing and is found out once."""
        error, request = _failure(state), self._request
        if error.refusal:
            self._request = replace(request, without=(*request.without, error.refusal))
            return
        wait = ""
        if error.retry_after:
            self._deadline += error.retry_after
            self._call.hearing.waiting(error.retry_after)
            wait = f" in {seconds(error.retry_after)}, as it asks"
        sentence = f"{error.sentence} {request.model} is asked again as {request.agent}{wait}."
        await self._ctx.emit(Retried(self._call.key, request.model, state.attempt_number, sentence))

    async def _attempt(self) -> Completion:
        ctx, measured, clock = self._ctx, self._call.measured, self._ctx.services.clock
        # Taken before the hold: a wait for money is not the model's fault.
        request = replace(self._request, timeout_seconds=max(self._deadline - clock.monotonic(), 0.001))
        price = ctx.services.prices.price(request.model)
        hold = _worst_case(ctx, self._call, request, price)
        await reserve(ctx, hold)
        begun = clock.monotonic()
        try:
            completion = await _send(ctx, request)
        except ModelCallFailed as error:
            await _book_failure(ctx, hold, measured, price, error)
            raise
        except BaseException:
            await _assume(ctx, hold, "interrupted")
            raise
        settlement = charge(ctx.services.prices, hold, measured, completion)
        completion = replace(completion, outcome=outcome_of(completion, measured))
        if completion.outcome is Outcome.OVERFLOW:
            await _settle(ctx, hold, settlement)
            sentence = overflow_sentence(completion, measured)
            failed = ModelCallFailed(sentence, billing="unknown", transient=False, outcome=Outcome.OVERFLOW)
            failed.repeats = True
            raise failed
        step = _step(hold, measured, completion, settlement=settlement, seconds=clock.monotonic() - begun)
        await ctx.journal.record(step, settlement=settlement, events=self._call.hearing.announce(completion))
        return completion


def _failure(state: RetryCallState) -> ModelCallFailed:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, ModelCallFailed)
    return error


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
        # The client's own timeout counts each read separately, so a trickling reply would never end.
        async with asyncio.timeout(request.timeout_seconds):
            return await ctx.services.model.complete(request)
    except TimeoutError:
        late = ModelCallFailed(request.too_late, billing="unknown", transient=True)
        late.late = True
        raise late from None


async def _book_failure(ctx: RunContext, hold: Hold, measured: Measured, price: Price, error: ModelCallFailed) -> None:
    log.warning(
        "a model request failed: %s",
        error.sentence,
        extra={
            "run_id": hold.run_id,
            "agent": hold.agent,
            "model": hold.model,
            "hold_id": hold.hold_id,
            "billing": error.billing,
            "endpoint_said": error.reason,
        },
    )
    if error.billing == "none":
        await uninterrupted(ctx.services.ledger.release(hold.hold_id))
    elif error.billing == "input":
        await _settle(ctx, hold, charge_for_input(hold, measured, price))
    else:
        await _assume(ctx, hold, error.sentence)
    if error.reason:
        await ctx.emit_with_next(EndpointSaid(hold.step_key, hold.agent, hold.model, error.reason))


async def _settle(ctx: RunContext, hold: Hold, settlement: Settlement) -> None:
    _lose(ctx, hold, settlement.cost_nano_usd)
    await uninterrupted(ctx.services.ledger.settle(settlement))


async def _assume(ctx: RunContext, hold: Hold, why: str) -> None:
    _lose(ctx, hold, hold.amount_nano_usd)
    await uninterrupted(ctx.services.ledger.assume(hold.hold_id, why))


def _lose(ctx: RunContext, hold: Hold, nano_usd: int) -> None:
    ctx.spent.lost[hold.step_key] = ctx.spent.lost.get(hold.step_key, 0) + nano_usd


def _step(hold: Hold, measured: Measured, completion: Completion, *, settlement: Settlement, seconds: float) -> Step:
    return Step(
        run_id=hold.run_id,
        epoch=hold.epoch,
        key=hold.step_key,
        agent=hold.agent,
        operation="chat",
        request_hash=measured.digest,
        prompt=measured.prompt,
        result=adapter(Completion).dump_json(completion).decode(),
        model=completion.model or hold.model,
        usage=settlement.usage,
        cost_nano_usd=settlement.cost_nano_usd,
        estimated=settlement.estimated,
        seconds=seconds,
    )
