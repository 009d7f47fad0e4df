"""Each source of a draft with what it is cited for: claim, quote, and the place of the quote.

Places come from the stored text of the version that the run has read, so that they are found for old answers too and
after the document was changed or removed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.evidence.forms import one_form
from orchestration.evidence.independence import independent
from orchestration.evidence.passages import trail
from orchestration.evidence.quotes import Page, folded
from orchestration.values.domain import Claim, Draft, Source, Span
from storage.engine.database import Database
from storage.library.source_texts import texts_of
from storage.search.chunks import split


@dataclass(frozen=True, slots=True)
class Cited:
    """A claim with the place of its quote; the place may be empty, the chunk None."""

    claim: Claim
    place: str
    chunk_id: str | None

    @property
    def is_quote(self) -> bool:
        """Whether the claim is its quote, so that showing one of them is enough."""
        return folded(self.claim.text) == folded(self.claim.quote)


@dataclass(frozen=True, slots=True)
class Proof:
    """One source; `number` is that of the answer."""

    number: int
    source: Source
    claims: tuple[Cited, ...]
    same_as: int | None = None
    """The number of an earlier source with the same text."""


@dataclass(frozen=True, slots=True)
class Proofs:
    sources: tuple[Proof, ...]
    unread: tuple[Claim, ...]
    """Claims whose source was not read in the run."""
    independent: int


async def proofs(database: Database, draft: Draft) -> Proofs:
    texts = await texts_of(database, {source.content_hash for source in draft.sources})
    # A long document takes its time, and others wait for the event loop.
    return await asyncio.to_thread(assembled, draft, texts)


def assembled(draft: Draft, texts: Mapping[str, str]) -> Proofs:
    """`texts` by content hash."""
    groups = independent(draft.sources)
    first = {source_id: ids[0] for ids in groups for source_id in ids}
    numbers = {source.source_id: number for number, source in enumerate(draft.sources, start=1)}
    found = []
    for source in draft.sources:
        claims = [claim for claim in draft.claims if claim.source_id == source.source_id]
        cited = _cited(claims, source, texts.get(source.content_hash))
        twin = numbers[first[source.source_id]]
        number = numbers[source.source_id]
        found.append(Proof(number, source, cited, twin if twin != number else None))
    unread = tuple(claim for claim in draft.claims if claim.source_id not in numbers)
    return Proofs(tuple(found), unread, len(groups))


async def with_places(database: Database, document: dict[str, Any], draft: Draft | None) -> dict[str, Any]:
    """The contract's JSON of a run with `place` and `chunk_id` of each claim."""
    if draft is None or len(draft.claims) != len(document["claims"]):
        return document
    found = await proofs(database, draft)
    by_claim = {cited.claim: cited for proof in found.sources for cited in proof.claims}
    claims = []
    for shown, claim in zip(document["claims"], draft.claims, strict=True):
        cited = by_claim.get(claim)
        claims.append({**shown, "place": cited.place if cited else "", "chunk_id": cited.chunk_id if cited else None})
    return {**document, "claims": claims, "independent_sources": found.independent}


def _cited(claims: Sequence[Claim], source: Source, text: str | None) -> tuple[Cited, ...]:
    if text is None or not claims:
        return tuple(Cited(claim, claim.place, None) for claim in claims)
    page = Page(text)
    chunks = [one_form(chunk.text) for chunk in split(text, title=source.title, source="")]
    return tuple(_placed(claim, page, chunks, source.title) for claim in claims)


def _placed(claim: Claim, page: Page, chunks: Sequence[str], title: str) -> Cited:
    span = page.span_of(claim)
    if span is None:
        return Cited(claim, claim.place, None)
    above = trail(page.text, span.start)
    named = above[1:] if above[:1] == (title,) else above
    number = _chunk(page.text, span, chunks)
    return Cited(claim, claim.place or " › ".join(named), f"{claim.source_id}#{number}" if number else None)


def _chunk(text: str, span: Span, chunks: Sequence[str]) -> int | None:
    """None where the quote spans two chunks."""
    end = 0
    for number, chunk in enumerate(chunks, start=1):
        if (begin := text.find(chunk, end)) >= 0:
            end = begin + len(chunk)
            if begin <= span.start and span.end <= end:
                return number
    return None
