"""Texts into vectors: each request is held, sent once and settled. No second try here: words alone do without."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestration.money.prices import Price, Prices
from orchestration.values.domain import Usage
from orchestration.values.ports import (
    Embedder,
    EmbeddingRequest,
    Embeddings,
    Hold,
    Ids,
    Ledger,
    ModelCallFailed,
    Settlement,
)
from orchestration.values.uninterrupted import uninterrupted

AGENT = "library"
QUERY_SECONDS = 5.0
"""What a search may wait for its vector: a worker has half a minute for everything."""
BATCH_SECONDS = 60.0
LEASE_MARGIN_SECONDS = 60.0
PER_TEXT_TOKENS = 16
"""Begin and end markers; real ones take 2 or 3 a text."""

Keep = Callable[[Embeddings, Settlement], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Embedding:
    """The embedding model of this installation, and what its requests are paid with."""

    model: str
    embedder: Embedder
    ledger: Ledger
    prices: Prices
    ids: Ids

    async def of_team(
        self, team_id: str, texts: Sequence[str], *, seconds: float = QUERY_SECONDS, keep: Keep | None = None
    ) -> Embeddings:
        """Paid by the team's library. `keep` commits the settlement, in one transaction with whatever it stores.

        Raises BudgetRefused, UnknownPrice and ModelCallFailed.
        """
        request = EmbeddingRequest(AGENT, self.model, tuple(texts), timeout_seconds=seconds)
        hold = replace(self.hold(request, "vectors"), team_id=team_id)
        return await self.paid(hold, request, keep or self._settle)

    def hold(self, request: EmbeddingRequest, step_key: str) -> Hold:
        """Of the worst case: a byte-level tokenizer makes no more tokens than there are bytes."""
        return Hold(
            hold_id=self.ids.new("h"),
            run_id=request.run_id,
            epoch=0,
            step_key=step_key,
            agent=request.agent,
            model=request.model,
            amount_nano_usd=self.prices.price(request.model).worst_case(_most_tokens(request), 0),
            lease_seconds=request.timeout_seconds + LEASE_MARGIN_SECONDS,
        )

    async def paid(self, hold: Hold, request: EmbeddingRequest, keep: Keep) -> Embeddings:
        await self._reserve(hold)
        try:
            async with asyncio.timeout(request.timeout_seconds):
                embeddings = await self.embedder.embed(request)
        except (ModelCallFailed, TimeoutError) as error:
            failure = _failure(error)
            await uninterrupted(self._book_failure(hold, request, failure))
            raise failure from error
        except BaseException:
            await uninterrupted(self.ledger.assume(hold.hold_id, "interrupted"))
            raise
        await uninterrupted(keep(embeddings, self._settlement(hold, request, embeddings)))
        return embeddings

    async def _reserve(self, hold: Hold) -> None:
        try:
            await self.ledger.hold(hold)
        except asyncio.CancelledError:
            # The hold may be committed all the same; writes keep their order, so this one finds it.
            await uninterrupted(self.ledger.release(hold.hold_id))
            raise

    async def _book_failure(self, hold: Hold, request: EmbeddingRequest, error: ModelCallFailed) -> None:
        if error.billing == "none":
            await self.ledger.release(hold.hold_id)
        elif error.billing == "input":
            await self.ledger.settle(self._settlement(hold, request, Embeddings(())))
        else:
            await self.ledger.assume(hold.hold_id, error.sentence)

    def _settlement(self, hold: Hold, request: EmbeddingRequest, embeddings: Embeddings) -> Settlement:
        usage = embeddings.usage or Usage(input_tokens=_most_tokens(request) // 4)
        cost, price = self.prices.cost(request.model, embeddings.model, usage)
        return _settlement(hold, usage, cost, price, embeddings)

    async def _settle(self, _embeddings: Embeddings, settlement: Settlement) -> None:
        await self.ledger.settle(settlement)


def _most_tokens(request: EmbeddingRequest) -> int:
    return sum(len(text.encode("utf-8", "replace")) + PER_TEXT_TOKENS for text in request.texts)


def _failure(error: ModelCallFailed | TimeoutError) -> ModelCallFailed:
    if isinstance(error, ModelCallFailed):
        return error
    return ModelCallFailed("The embedding endpoint did not answer in time.", billing="unknown", transient=True)


def _settlement(hold: Hold, usage: Usage, cost: int, price: Price, embeddings: Embeddings) -> Settlement:
    estimated = embeddings.usage is None
    return Settlement(
        hold_id=hold.hold_id,
        cost_nano_usd=min(cost, hold.amount_nano_usd) if estimated else cost,
        usage=usage,
        estimated=estimated,
        model_returned=embeddings.model,
        raw_usage=embeddings.raw_usage,
        input_nano_usd_per_million=price.input,
        output_nano_usd_per_million=price.output,
        cache_read_nano_usd_per_million=price.cache_read,
        price_source=price.source,
    )
