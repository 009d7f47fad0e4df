"""`web_search` and `fetch_page`: the web as one run may see it."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field
from yarl import URL

from orchestration.context.run_context import RunContext
from orchestration.tools.addresses import addresses_in
from orchestration.tools.tool import ToolResult
from orchestration.values.errors import ToolFailed
from orchestration.values.policy import SourcePolicy
from orchestration.values.ports import (
    Clock,
    KeptPage,
    PageReader,
    Pages,
    WebHit,
    WebSearch,
)
from orchestration.values.text import visible

HITS = 6
MORE_HITS = 12
"""What is asked of the engine, so that something is left where the policy takes some away."""
PART_BYTES = 14_000
LINKS = 40
NAMED = 8
"""Addresses that a refusal names."""


class Searching:
    """A search engine within the channel's policy. A hit is no source: only a page that was read is one."""

    def __init__(self, engine: WebSearch, policy: SourcePolicy, clock: Clock) -> None:
        self._engine = engine
        self._policy = policy
        self._clock = clock

    async def web_search(
        self, query: Annotated[str, Field(description="A few specific words, as for any search engine", min_length=2)]
    ) -> ToolResult:
        """Search the web. Returns pages with url, title, snippet; read one with fetch_page before you cite it."""
        found = await self._engine.search(query, self._policy, limit=MORE_HITS)
        hits = [hit for hit in found if self._takes(hit)][:HITS]
        shown: dict[str, Any] = {"results": [_shown(hit) for hit in hits]}
        if not hits:
            left_out = " allowed by this channel's policy" if found else ""
            shown["note"] = f"No page{left_out} matches. Try other words, or say that you found nothing."
        addresses = tuple(hit.url for hit in hits)
        return ToolResult(json.dumps(shown, ensure_ascii=False), addresses=addresses, billing="fee")

    def _takes(self, hit: WebHit) -> bool:
        """Some engines know no days but years."""
        return self._policy.admits(_host(hit.url)) and not _is_too_old(hit.published_on, self._policy, self._clock)


class Fetching:
    """Pages by address: of those that a person wrote, a search found or a page of a trusted host links to."""

    def __init__(self, reader: PageReader, pages: Pages, ctx: RunContext) -> None:
        self._reader = reader
        self._pages = pages
        self._ctx = ctx

    async def fetch_page(
        self,
        address: Annotated[str, Field(description="A url, exactly as the asker or a tool's result shows it")],
        part: Annotated[int, Field(description="Which part of a long page, counted from 1", ge=1)] = 1,
    ) -> ToolResult:
        """Read a web page, or a file at a web address (PDF, Word, PowerPoint, Excel, CSV), as text.

        Returns source_id, title, url, text, and how many parts it has.
        """
        self._check(address)
        kept = await self._pages.of_today(address)
        if kept is None:
            kept = await self._pages.keep(await self._reader.read(address, self._ctx.policy), None)
        self._accept(kept)
        return _page(kept, part, trusted=self._ctx.policy.trusts(_host(kept.page.url)))

    def _check(self, address: str) -> None:
        known = self._ctx.seen.addresses | given(self._ctx)
        if address in known:
            return
        named = ", ".join(sorted(known)[:NAMED]) or "none yet"
        raise ToolFailed(
            "Only an address that the asker wrote or a tool's result showed can be fetched, letter for letter; this is "
            f"not one of them. Search first, or use one of these: {named}."
        )

    def _accept(self, kept: KeptPage) -> None:
        """A page in today's cache may have been read under another channel's policy."""
        policy, page = self._ctx.policy, kept.page
        for host in (_host(page.address), _host(page.url)):
            if not policy.admits(host):
                raise ToolFailed(f"This channel's policy does not allow pages from {host}. Use another source.")
        if page.published_on and _is_too_old(page.published_on, policy, self._ctx.services.clock):
            raise ToolFailed(
                f"The page is from {page.published_on.isoformat()}, and this channel allows nothing older than "
                f"{policy.newest_days} days. Use a newer source."
            )


def _is_too_old(published_on: date | None, policy: SourcePolicy, clock: Clock) -> bool:
    """A page that does not say how old it is passes."""
    if published_on is None or policy.newest_days is None:
        return False
    return published_on < clock.now().date() - timedelta(days=min(policy.newest_days, 36_500))


def given(ctx: RunContext) -> set[str]:
    """The addresses that people wrote in this thread, up to now."""
    question = ctx.run.question
    texts = [question.text, *(turn.question for turn in question.earlier), *(said.text for said in ctx.heard.said)]
    texts += [said.text for said in question.thread]
    texts += [review.comment for review in ctx.history.reviews]
    return {address for text in texts for address in addresses_in(text)}


def _host(address: str) -> str:
    """By the parser that the request is made with, so that no address means one host here and another there."""
    try:
        return URL(address).raw_host or ""
    except ValueError:
        return ""


def _shown(hit: WebHit) -> dict[str, str]:
    dated = {"date": hit.published_on.isoformat()} if hit.published_on else {}
    return {"url": hit.url, "title": hit.title, "snippet": hit.snippet, **dated}


def _page(kept: KeptPage, number: int, *, trusted: bool) -> ToolResult:
    page, parts = kept.page, parts_of(visible(kept.page.text))
    if number > len(parts):
        raise ToolFailed(f"The page has {len(parts)} parts; there is no part {number}.")
    shown: dict[str, Any] = {"source_id": kept.source_id, "title": page.title, "url": page.url}
    if page.published_on:
        shown["date"] = page.published_on.isoformat()
    links = page.links[:LINKS] if trusted else ()
    shown |= {"part": number, "parts": len(parts), "text": parts[number - 1]}
    if links:
        shown["links"] = list(links)
    return ToolResult(json.dumps(shown, ensure_ascii=False), source_ids=(kept.source_id,), addresses=tuple(links))


def parts_of(text: str) -> Sequence[str]:
    """The text in pieces of at most `PART_BYTES`, cut between lines where there are any; joined they are the text."""
    parts, start = [], 0
    data = text.encode()
    while len(data) - start > PART_BYTES:
        end = start + PART_BYTES
        line = data.rfind(b"\n", start + PART_BYTES // 2, end)
        end = line + 1 if line > 0 else _whole(data, end)
        parts.append(data[start:end].decode())
        start = end
    return [*parts, data[start:].decode()]


def _whole(data: bytes, end: int) -> int:
    """Not in the middle of a character."""
    while data[end] & 0xC0 == 0x80:
        end -= 1
    return end
