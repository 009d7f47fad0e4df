"""The vector of a run's query, paid by the run and once: it is a step of its journal."""

import logging
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from hashlib import sha256

from orchestration.context.run_context import RunContext
from orchestration.money.embedding import AGENT, QUERY_SECONDS, Embedding
from orchestration.values.errors import BudgetRefused, CallLost, UnknownPrice
from orchestration.values.ports import (
    EmbeddingRequest,
    Embeddings,
    ModelCallFailed,
    Settlement,
    Step,
    Vector,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryVector:
    """As the journal keeps it."""

    base64: str

    @property
    def vector(self) -> Vector:
        return b64decode(self.base64)


async def embed_query(ctx: RunContext, query: str) -> Vector | None:
    """The query's vector, from the journal where the run has paid for it; None where words alone have to do.

    None without an embedding model, where the budget or the price refuses it, and where the endpoint fails. Raises
    Fenced.
    """
    embedding = ctx.services.embedding
    if embedding is None or not query.strip():
        return None
    digest = sha256(f"{embedding.model}\0{query}".encode("utf-8", "replace")).hexdigest()
    key = f"v{ctx.version}/{AGENT}/embed/{digest[:12]}"
    known = ctx.journal.recall(key, digest, QueryVector)
    if known is not None:
        return known.vector
    try:
        return await _embed(ctx, embedding, query, (key, digest))
    except (BudgetRefused, CallLost, UnknownPrice, ModelCallFailed) as error:
        log.warning("a search goes by words alone: %s", error.sentence, extra={"run_id": ctx.run.run_id})
        return None


async def _embed(ctx: RunContext, embedding: Embedding, query: str, place: tuple[str, str]) -> Vector:
    key, digest = place
    seconds = max(min(QUERY_SECONDS, ctx.remaining(ctx.deadline)), 0.001)
    request = EmbeddingRequest(AGENT, embedding.model, (query,), ctx.run.run_id, seconds)
    hold = replace(embedding.hold(request, key), epoch=ctx.run.epoch)
    begun = ctx.services.clock.monotonic()

    async def keep(embeddings: Embeddings, settlement: Settlement) -> None:
        step = Step(
            run_id=hold.run_id,
            epoch=hold.epoch,
            key=key,
            agent=AGENT,
            operation="embeddings",
            request_hash=digest,
            result=f'{{"base64":"{b64encode(embeddings.vectors[0]).decode()}"}}',
            model=embeddings.model or embedding.model,
            usage=settlement.usage,
            cost_nano_usd=settlement.cost_nano_usd,
            estimated=settlement.estimated,
            seconds=ctx.services.clock.monotonic() - begun,
        )
        await ctx.journal.record(step, settlement=settlement)

    return (await embedding.paid(hold, request, keep)).vectors[0]
