"""Reads one page of the web; every hop is checked anew: its address, the channel's policy, the site's robots.txt."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

import aiohttp
from yarl import URL

from orchestration.errors import ToolFailed
from orchestration.policy import SourcePolicy
from orchestration.ports import Clock, Page
from orchestration.text import clean
from orchestration.tools.web.converter import Converter, Received
from orchestration.tools.web.guard import Reach, Reply, fetched, place_of, shown
from orchestration.tools.web.robots import REDIRECTED, REDIRECTS, Robots

SECONDS = 12.0
"""All hops of a page together, robots.txt included; its conversion has limits of its own."""
MOST_BYTES = 5_000_000
HTML = ("text/html", "application/xhtml+xml")
XML = ("application/xml", "text/xml")
TEXT = ("application/json", "application/javascript", "application/yaml", "application/x-yaml", "application/toml")
UNKNOWN = ("application/octet-stream", "binary/octet-stream")
"""What servers declare that do not know."""
PDF = (
    "{} is a PDF. This version reads PDFs only as files in the conversation: ask for it to be shared there, "
    "or look for the same text as a web page."
)


class Reader:
    """Implements `orchestration.ports.PageReader`."""

    def __init__(self, clock: Clock, *, reach: Reach | None = None, converter: Converter | None = None) -> None:
        self._reach = reach or Reach()
        self._robots = Robots(self._reach, clock)
        self._converter = converter or Converter()

    async def read(self, address: str, policy: SourcePolicy) -> Page:
        try:
            async with asyncio.timeout(SECONDS):
                url, reply = await self._followed(_parsed(address), policy)
        except TimeoutError:
            raise ToolFailed(f"{address[:200]} did not answer within {SECONDS:g} seconds. Try another page.") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ToolFailed(f"{address[:200]} cannot be read ({type(error).__name__}). Try another page.") from None
        if reply.status != 200:
            raise ToolFailed(f"{shown(url)} answered HTTP {reply.status}. Try another page.")
        found = await self._converter.text_of(_received(url, reply))
        if not found["text"]:
            raise ToolFailed(f"{shown(url)} has no text to read; it may need a browser. Try another page.")
        return _page(address, url, found)

    async def _followed(self, url: URL, policy: SourcePolicy) -> tuple[URL, Reply]:
        for _ in range(REDIRECTS + 1):
            await self._admitted(url, policy)
            reply = await fetched(url, self._reach, most_bytes=MOST_BYTES)
            target = reply.headers.get("Location")
            if reply.status not in REDIRECTED or not target:
                return url, reply
            url = url.join(_parsed(target)).with_fragment(None)
        raise ToolFailed(f"{shown(url)} was redirected more than {REDIRECTS} times and was not read.")

    async def _admitted(self, url: URL, policy: SourcePolicy) -> None:
        host, _ = place_of(url)
        if not policy.admits(host):
            raise ToolFailed(f"This channel's policy does not take pages from {host}. Use another source.")
        if not await self._robots.allow(url):
            raise ToolFailed(f"{host} does not let robots read this page (robots.txt). Use another source.")


def _parsed(address: str) -> URL:
    try:
        return URL(address)
    except ValueError:
        raise ToolFailed(f"{address[:200]!r} is no address of a web page.") from None


def _received(url: URL, reply: Reply) -> Received:
    declared = reply.headers.get("Content-Type", "")
    name, _, parameters = declared.partition(";")
    name = name.strip().lower()
    kind = _kind(url, "" if name in UNKNOWN else name, reply.body)
    return Received(kind, str(url), _charset(parameters), reply.body)


def _kind(url: URL, name: str, body: bytes) -> str:
    """By the declared type, and by the first bytes where they say otherwise or nothing is declared."""
    start = body[:1024].lstrip().lower()
    if name == "application/pdf" or start.startswith(b"%pdf-"):
        raise ToolFailed(PDF.format(shown(url)))
    if name in HTML or (not name and start.startswith((b"<!doctype html", b"<html"))):
        return "html"
    if name in XML or name.endswith("+xml"):
        return "xml"
    is_text = not name or name.startswith("text/") or name in TEXT or name.endswith("+json")
    if not is_text or _is_binary(body):
        raise ToolFailed(f"{shown(url)} is {name[:60] or 'a binary file'}, not text. Use another source.")
    return "text"


def _is_binary(body: bytes) -> bool:
    return b"\0" in body[:1024] and not body.startswith((b"\xff\xfe", b"\xfe\xff"))


def _charset(parameters: str) -> str | None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40] or None
    return None


def _page(address: str, url: URL, found: Mapping[str, Any]) -> Page:
    links = tuple(clean(str(link)) for link in found.get("links") or ())
    title = clean(str(found.get("title") or "")) or url.host or ""
    return Page(address, str(url), title, clean(found["text"]), _date(found.get("date")), links)


def _date(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
