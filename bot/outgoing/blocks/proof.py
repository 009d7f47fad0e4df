"""The form that the Sources button opens: each source, when it was read, and claim, quote and place one by one.

Slack shows at most 100 blocks in a form. What does not fit comes on further pages, which two buttons turn.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.outgoing.blocks.amounts import counted
from bot.outgoing.blocks.elements import (
    Span,
    actions,
    button,
    context,
    line,
    link,
    moment,
    prose,
    quoted,
    rich,
    span,
    words,
)
from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.mrkdwn import escape, host, plain, verbatim
from bot.outgoing.view.proof import Cited, Proof, Proofs
from orchestration.values.domain import Claim, Entailment, Support

PAGE_BLOCKS = 60
"""Of one page, below Slack's hundred, so that its bytes stay within a form's as well."""
PAGE_CHARACTERS = 40_000
CLAIM_CHARACTERS = 500
QUOTE_CHARACTERS = 1_200
_SAID = {
    Entailment.SUPPORTED: "a model finds it supported",
    Entailment.UNSUPPORTED: "a model finds it not supported",
    Entailment.CONTRADICTED: "a model finds it contradicted",
    Entailment.UNCLEAR: "a model could not tell",
    Entailment.NOT_VERIFIED: "not verified by a model",
}


def sources_form(run_id: str, version: int, found: Proofs, *, page: int = 1) -> dict[str, Any]:
    """The modal `sources_form`; its private metadata is `run_id:version`, its buttons carry the page they turn to."""
    pages = paged(list(_blocks(found)))
    page = max(1, min(page, len(pages)))
    turn = _turn(page, len(pages))
    return {
        "type": "modal",
        "callback_id": "sources_form",
        "private_metadata": f"{run_id}:{version}",
        "title": words("Sources", 24),
        "close": words("Close", 24),
        "blocks": [context(_summary(found)), *pages[page - 1], *turn],
    }


def paged(blocks: Sequence[Block]) -> list[list[Block]]:
    """At least one page, and no page without a block."""
    pages: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        weight = len(str(block))
        if pages[-1] and (len(pages[-1]) >= PAGE_BLOCKS or size + weight > PAGE_CHARACTERS):
            pages.append([])
            size = 0
        pages[-1].append(block)
        size += weight
    return pages


def backing(claim: Claim) -> str:
    """Nothing where it was not counted."""
    if claim.support is not Support.QUOTED or not claim.independent_sources:
        return ""
    return "one source" if claim.independent_sources == 1 else f"{claim.independent_sources} independent sources"


def judged(claim: Claim) -> str:
    """What a model said of it, in a few words."""
    if claim.entailment is None:
        return ""
    reason = f": {claim.entailment_reason}" if claim.entailment_reason else ""
    return f"{_SAID[claim.entailment]}{reason}"


def _summary(found: Proofs) -> str:
    claims = [cited.claim for proof in found.sources for cited in proof.claims]
    total = counted(len(claims) + len(found.unread), "claim")
    several = len(found.sources) != found.independent
    kinds = f" ({counted(found.independent, 'independent one')})" if several else ""
    said = f"{total} in {counted(len(found.sources), 'source')}{kinds}" if found.sources else f"{total}, no source"
    return escape(f"{said}. Each quote was looked up in the text as it was read. Only you can see this.")


def _blocks(found: Proofs) -> Iterator[Block]:
    for proof in found.sources:
        yield rich(line(*_head(proof)))
        for cited in proof.claims:
            yield rich(*_claim(cited))
        if not proof.claims:
            yield rich(line(span("Cited without its own claim.", "italic")))
    if found.unread:
        yield rich(line(span("Not read in this run", "bold")))
        for claim in found.unread:
            yield rich(line(span("⚠ "), span(plain(claim.text, CLAIM_CHARACTERS))))


def _head(proof: Proof) -> list[Span]:
    source = proof.source
    where = host(source.url)
    title = plain(source.title, 150) or where or source.source_id
    spans = [span(f"[{proof.number}] ", "bold"), link(source.url, title), *([span(f" · {where}")] if where else [])]
    spans += [span(" · read "), moment(source.retrieved_at)]
    return [*spans, *([span(f" · the same text as [{proof.same_as}]", "italic")] if proof.same_as else [])]


def _claim(cited: Cited) -> Iterator[Block]:
    claim = cited.claim
    found = claim.support is Support.QUOTED
    yield line(span("✓ " if found else "⚠ ", "bold"), *_words(claim.text, CLAIM_CHARACTERS))
    if claim.quote.strip() and not cited.is_quote:
        yield quoted(*_words(claim.quote, QUOTE_CHARACTERS))
    facts = ("word for word" if cited.is_quote else "", cited.place, cited.chunk_id or "")
    said = [plain(text, 300) for text in (*facts, claim.reason, claim.doubt, judged(claim), backing(claim)) if text]
    if said:
        yield line(span(" · ".join(said), "italic"))


def _words(text: str, limit: int) -> list[Span]:
    """Code as code, where its marks come in pairs."""
    shown = verbatim(text, limit)
    return prose(shown) if shown.count("`") % 2 == 0 else [span(shown)]


def _turn(page: int, pages: int) -> list[Block]:
    if pages == 1:
        return []
    buttons = []
    if page > 1:
        buttons.append(button("Previous", "sources_previous", str(page - 1)))
    if page < pages:
        buttons.append(button("Next", "sources_next", str(page + 1)))
    return [actions(*buttons), context(f"Page {page} of {pages}")]
