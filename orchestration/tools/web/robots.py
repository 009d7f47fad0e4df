"""What a site lets robots read (RFC 9309), asked once a day and host."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
from protego import Protego
from yarl import URL

from orchestration.tools.web.guard import NotReachable, Reach, Reply, fetched
from orchestration.values.errors import ToolFailed
from orchestration.values.ports import Clock

NAME = "Threadwork"
MOST_BYTES = 512_000
"""RFC 9309 has a reader parse at least 500 KiB; what comes after that counts as unreadable."""
SECONDS = 4.0
REDIRECTS = 5
HOSTS = 1_000
REDIRECTED = frozenset({301, 302, 303, 307, 308})
KEPT = timedelta(hours=24)
"""The longest that RFC 9309 allows; older rules count on only while newer ones cannot be had."""
AGAIN = timedelta(minutes=10)
"""When a host is asked again whose rules could not be had."""
ALL = Protego.parse("")
NONE = Protego.parse("User-agent: *\nDisallow: /")


@dataclass(frozen=True, slots=True)
class _Known:
    rules: Protego
    until: datetime


@dataclass(slots=True)
class Robots:
    """Each origin's rules, kept in this process."""

    reach: Reach
    clock: Clock
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict)

    async def allow(self, url: URL) -> bool:
        """Raises NotReachable where nothing is fetched from the host at all."""
        origin = url.origin()
        known = self._known.get(str(origin))
        if known is None or self.clock.now() >= known.until:
            known = await self._asked(origin, known)
            self._known[str(origin)] = known
            self._known.move_to_end(str(origin))
            while len(self._known) > HOSTS:
                self._known.popitem(last=False)
        return known.rules.can_fetch(str(url), NAME)

    async def _asked(self, origin: URL, before: _Known | None) -> _Known:
        rules = await self._rules(origin)
        if rules is not None:
            return _Known(rules, self.clock.now() + KEPT)
        return _Known(before.rules if before else NONE, self.clock.now() + AGAIN)

    async def _rules(self, origin: URL) -> Protego | None:
        """None where they cannot be had for now: then nothing may be read, says RFC 9309, unless they were known."""
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
            reply = await fetched(url, self.reach, most_bytes=lambda head: MOST_BYTES)
            if reply.status not in REDIRECTED:
                return reply
            url = url.join(URL(reply.headers.get("Location", "")))
        return None
