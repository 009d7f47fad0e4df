"""Reads one page of the web; every hop is checked again: its address, the channel's policy, the site's robots.txt."""

import asyncio

import aiohttp
from yarl import URL

from orchestration.tools.web.guard import Reach, Reply, fetched, place_of, shown
from orchestration.tools.web.robots import REDIRECTED, REDIRECTS, Robots
from orchestration.values.errors import ToolFailed
from orchestration.values.policy import SourcePolicy
from orchestration.values.ports import Clock, Page, PageConversion, Received
from orchestration.values.text import clean

SECONDS = 12.0
"""All hops of a page together, robots.txt included; its conversion has limits of its own."""
UNKNOWN = ("application/octet-stream", "binary/octet-stream")
"""What servers declare that do not know."""


class Reader:
    """Implements `orchestration.ports.PageReader`."""

    def __init__(self, clock: Clock, conversion: PageConversion, *, reach: Reach | None = None) -> None:
        self._reach = reach or Reach()
        self._robots = Robots(self._reach, clock)
        self._conversion = conversion

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
        found = await self._conversion.text_of(_received(url, reply))
        links = tuple(clean(link) for link in found.links)
        title = clean(found.title) or url.host or ""
        return Page(address, str(url), title, clean(found.text), found.published_on, links)

    async def _followed(self, url: URL, policy: SourcePolicy) -> tuple[URL, Reply]:
        for _ in range(REDIRECTS + 1):
            await self._admitted(url, policy)
            reply = await fetched(url, self._reach, most_bytes=self._conversion.most_bytes)
            target = reply.headers.get("Location")
            if reply.status not in REDIRECTED or not target:
                return url, reply
            url = url.join(_parsed(target)).with_fragment(None)
        raise ToolFailed(f"{shown(url)} was redirected more than {REDIRECTS} times and was not read.")

    async def _admitted(self, url: URL, policy: SourcePolicy) -> None:
        host, _ = place_of(url)
        if not policy.admits(host):
            raise ToolFailed(f"This channel's policy does not allow pages from {host}. Use another source.")
        if not await self._robots.allow(url):
            raise ToolFailed(f"{host} does not let robots read this page (robots.txt). Use another source.")


def _parsed(address: str) -> URL:
    try:
        return URL(address)
    except ValueError:
        raise ToolFailed(f"{address[:200]!r} is not the address of a web page.") from None


def _received(url: URL, reply: Reply) -> Received:
    declared = reply.headers.get("Content-Type", "")
    name, _, parameters = declared.partition(";")
    name = name.strip().lower()
    return Received(str(url), reply.body, "" if name in UNKNOWN else name, _charset(parameters))


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40]
    return ""
