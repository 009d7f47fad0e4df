"""What a site lets robots read (RFC 9309), asked once a day and host."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date

import aiohttp
from protego import Protego
from yarl import URL

from orchestration.errors import ToolFailed
from orchestration.ports import Clock
from orchestration.tools.web.guard import NotReachable, Reach, Reply, fetched

NAME = "Threadwork"
MOST_BYTES = 512_000
"""RFC 9309 has a reader parse at least 500 KiB; what stands behind that counts as unreadable."""
SECONDS = 4.0
REDIRECTS = 5
HOSTS = 1_000
REDIRECTED = frozenset({301, 302, 303, 307, 308})
ALL = Protego.parse("")


@dataclass(slots=True)
class Robots:
    """Each origin's rules, kept for the UTC day in this process; those that could not be had are asked for again."""

    reach: Reach
    clock: Clock
    _known: OrderedDict[tuple[str, date], Protego] = field(default_factory=OrderedDict)

    async def allow(self, url: URL) -> bool:
        """Raises NotReachable where nothing is fetched from the host at all."""
        origin = url.origin()
        key = (str(origin), self.clock.now().date())
        rules = self._known.get(key)
        if rules is None:
            rules = await self._rules(origin)
            if rules is None:
                return False
            self._known[key] = rules
            while len(self._known) > HOSTS:
                self._known.popitem(last=False)
        return rules.can_fetch(str(url), NAME)

    async def _rules(self, origin: URL) -> Protego | None:
        """None where they cannot be had now: then nothing may be read, says RFC 9309."""
        try:
            async with asyncio.timeout(SECONDS):
                reply = await self._followed(origin / "robots.txt")
        except NotReachable:
            raise  # nor would the page be
        except (ToolFailed, aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return None
        if reply is None or 400 <= reply.status < 500:
            return ALL
        return Protego.parse(reply.body.decode(errors="replace")) if reply.status == 200 else None

    async def _followed(self, url: URL) -> Reply | None:
        """None after too many redirects: then there are no rules, says RFC 9309."""
        for _ in range(REDIRECTS + 1):
            reply = await fetched(url, self.reach, most_bytes=MOST_BYTES)
            if reply.status not in REDIRECTED:
                return reply
            url = url.join(URL(reply.headers.get("Location", "")))
        return None
