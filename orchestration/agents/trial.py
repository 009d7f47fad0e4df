"""One request of an operator's check, outside any run: held, sent without what is refused, settled."""

import asyncio
from dataclasses import dataclass, replace

from orchestration.agents.charge import charge, charge_for_input
from orchestration.agents.reserve import LEASE_MARGIN_SECONDS
from orchestration.money.budget import Measured, measure, worst_case_nano_usd
from orchestration.money.prices import Prices
from orchestration.values.ports import ChatRequest, Clock, Completion, Hold, Ids, Ledger, Model, ModelCallFailed
from orchestration.values.uninterrupted import uninterrupted

AGENT = "check"
MOST_REFUSALS = 10


@dataclass(frozen=True, slots=True)
class Trial:
    refused: tuple[str, ...]
    """What the endpoint had to be asked without."""
    seconds: float
    """Of the request that was answered."""
    completion: Completion | None = None
    failed: ModelCallFailed | None = None


@dataclass(frozen=True, slots=True)
class Trials:
    model: Model
    ledger: Ledger
    prices: Prices
    clock: Clock
    ids: Ids
    team_id: str

    def most_nano_usd(self, request: ChatRequest) -> int:
        return worst_case_nano_usd(request, measure(request), self.prices.price(request.model))

    async def run(self, request: ChatRequest) -> Trial:
        """Raises BudgetRefused where the team has no room for it, UnknownPrice where nobody can say what it costs."""
        while True:
            begun = self.clock.monotonic()
            try:
                completion = await self._sent(request)
            except ModelCallFailed as error:
                if error.refusal is None or len(request.without) >= MOST_REFUSALS:
                    return Trial(_parts(request), self.clock.monotonic() - begun, failed=error)
                request = replace(request, without=(*request.without, error.refusal))
                continue
            return Trial(_parts(request), self.clock.monotonic() - begun, completion)

    async def _sent(self, request: ChatRequest) -> Completion:
        measured = measure(request)
        hold = self._hold(request, measured)
        await self.ledger.hold(hold)
        try:
            async with asyncio.timeout(request.timeout_seconds):
                completion = await self.model.complete(request)
        except (ModelCallFailed, TimeoutError) as error:
            failed = error if isinstance(error, ModelCallFailed) else _late(request)
            await uninterrupted(self._book(hold, measured, failed))
            raise failed from error
        except BaseException:
            await uninterrupted(self.ledger.assume(hold.hold_id, "interrupted"))
            raise
        await uninterrupted(self.ledger.settle(charge(self.prices, hold, measured, completion)))
        return completion

    async def _book(self, hold: Hold, measured: Measured, failed: ModelCallFailed) -> None:
        if failed.billing == "none":
            await self.ledger.release(hold.hold_id)
        elif failed.billing == "input":
            await self.ledger.settle(charge_for_input(hold, measured, self.prices.price(hold.model)))
        else:
            await self.ledger.assume(hold.hold_id, failed.sentence)

    def _hold(self, request: ChatRequest, measured: Measured) -> Hold:
        return Hold(
            hold_id=self.ids.new("h"),
            run_id="",
            epoch=0,
            step_key=AGENT,
            agent=AGENT,
            model=request.model,
            amount_nano_usd=worst_case_nano_usd(request, measured, self.prices.price(request.model)),
            lease_seconds=request.timeout_seconds + LEASE_MARGIN_SECONDS,
            team_id=self.team_id,
        )


def _late(request: ChatRequest) -> ModelCallFailed:
    return ModelCallFailed(request.too_late, billing="unknown", transient=True)


def _parts(request: ChatRequest) -> tuple[str, ...]:
    return tuple(refusal.part for refusal in request.without)
