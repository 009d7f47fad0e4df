"""Numbered sources and what could not be found in them."""

from collections import Counter
from collections.abc import Sequence

from bot.outgoing.blocks.elements import (
    Span,
    context,
    line,
    link,
    listed,
    rich,
    span,
)
from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.mrkdwn import host, plain
from orchestration.evidence.independence import independent
from orchestration.evidence.quotes import NOT_THERE
from orchestration.values.domain import Claim, Draft, Entailment, Source, Support

SHOWN = 30


def sources(found: Sequence[Source], *, heading: str = "Sources", limit: int = SHOWN) -> list[Block]:
    """The list that the `[n]` of the answer count into; a link only where the address is an honest http(s) one."""
    if not found:
        return []
    parts = [line(span(heading, "bold")), listed([_source(source) for source in found[:limit]], ordered=True)]
    if len(found) > limit:
        parts.append(line(span(f"and {len(found) - limit} more", "italic")))
    return [rich(*parts)]


def sources_line(found: Sequence[Source], limit: int = 6) -> list[Block]:
    """The same in one line, for a short report."""
    if not found:
        return []
    spans = [piece for n, source in enumerate(found[:limit], start=1) for piece in _mention(n, source)]
    more = [span(f"  and {len(found) - limit} more", "italic")] if len(found) > limit else []
    return [rich(line(*spans[:-1], *more))]


def unfounded(draft: Draft, limit: int = 5) -> list[Block]:
    """The claims whose quote is not in their source, each with where it was looked for."""
    numbers = {source.source_id: n for n, source in enumerate(draft.sources, start=1)}
    found = [claim for claim in draft.claims if claim.support is not Support.QUOTED]
    if not found:
        return []
    parts = [line(*_mark(claim, numbers.get(claim.source_id))) for claim in found[:limit]]
    if len(found) > limit:
        parts.append(line(span(f"⚠ and {len(found) - limit} more like these", "italic")))
    return [rich(*parts)]


def quoted_share(claims: Sequence[Claim]) -> str:
    """`9 of 10 claims found word for word`, or nothing where there are no claims."""
    quoted = sum(claim.support is Support.QUOTED for claim in claims)
    if not claims:
        return ""
    if quoted == len(claims):
        return f"all {quoted} claims found word for word" if quoted > 1 else "its claim found word for word"
    return f"{quoted} of {len(claims)} claims found word for word"


def _source(source: Source) -> list[Span]:
    where = host(source.url)
    title = plain(source.title, 120) or where or source.source_id
    return [link(source.url, title), *([span(f" · {where}")] if where else [])]


def _mention(number: int, source: Source) -> list[Span]:
    title = plain(source.title, 60) or host(source.url) or source.source_id
    return [span(f"[{number}]\u00a0"), link(source.url, title), span("   ")]


def backing_line(draft: Draft) -> list[Block]:
    """How many claims rest on one source, and what a model said of them where one was asked; small and grey."""
    counted = [claim for claim in draft.claims if claim.support is Support.QUOTED and claim.independent_sources]
    single = sum(claim.independent_sources == 1 for claim in counted)
    facts = []
    if single and len(independent(draft.sources)) == 1 and len(counted) > 1:
        facts.append("Everything here is based on one source.")
    elif single and single < len(counted):
        facts.append(f"{single} of {len(counted)} claims are based on a single source.")
    elif single > 1:
        facts.append("Each claim is based on a single source.")
    said = Counter(claim.entailment for claim in draft.claims if claim.entailment)
    if said:
        listed = ", ".join(f"{count} {_ENTAILED[entailment]}" for entailment, count in sorted(said.items()))
        facts.append(f"Judged by a model against their quotes: {listed}.")
    return [context(" ".join(facts))] if facts else []


def _mark(claim: Claim, number: int | None) -> list[Span]:
    where = f"not found word for word in [{number}]" if number else "its page was not read in this run"
    if number and claim.reason and claim.reason != NOT_THERE:
        where = f"{claim.reason} [{number}]"
    return [span(f"⚠ {plain(where, 200)}: ", "bold"), span(plain(claim.text, 240))]


_ENTAILED = {
    Entailment.SUPPORTED: "supported",
    Entailment.UNSUPPORTED: "not supported",
    Entailment.CONTRADICTED: "contradicted",
    Entailment.UNCLEAR: "unclear",
    Entailment.NOT_VERIFIED: "not verified",
}
