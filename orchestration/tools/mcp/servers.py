"""All declared servers: what agents may call of them now, and the calls."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orchestration.tools.mcp.breaker import Breaker
from orchestration.tools.mcp.connection import Connection, NotReady, Unavailable
from orchestration.tools.mcp.offering import Listing, read
from orchestration.tools.mcp.schema import misfit
from orchestration.tools.mcp.server import McpServer
from orchestration.values.errors import ToolFailed
from orchestration.values.offers import OfferedTool, Offers, Pins, PinState, ServerSaid
from orchestration.values.ports import Clock

log = logging.getLogger(__name__)

START_SECONDS = 10.0
"""So long a run waits for servers that are not started yet; what is ready later serves the next run."""
CLIENT_LOGS = ("mcp", "client")
"""The client logs what servers send, with tracebacks; what matters of that is said by who asked."""
FAILURES_A_START = 2
"""After so many failures in a row, hanging calls for example, it is restarted."""


class _Asked:
    """A server with its connection and how it did so far."""

    def __init__(self, server: McpServer, clock: Clock) -> None:
        self.server = server
        self.connection = Connection(server)
        self.breaker = Breaker(server.name, clock)

    async def listing(self, patience: float) -> Listing:
        """Raises ToolFailed."""
        self.breaker.check()
        try:
            listed = await self.connection.tools(patience)
        except Unavailable as trouble:
            raise await self._failure(trouble) from None
        self.breaker.succeeded()
        return read(self.server, listed)

    async def call(self, offer: OfferedTool, arguments: Mapping[str, Any]) -> str:
        self.breaker.check()
        try:
            text = await self.connection.call(offer.tool, arguments)
        except Unavailable as trouble:
            raise await self._failure(trouble) from None
        except ServerSaid:
            self.breaker.succeeded()  # an answer, if no good one
            raise
        self.breaker.succeeded()
        return text

    async def _failure(self, trouble: Unavailable) -> ToolFailed:
        if self.breaker.failed() >= FAILURES_A_START and not isinstance(trouble, NotReady):
            await self.connection.close()
        return ToolFailed(f"{self.server.name} {trouble}.")


class McpServers:
    """Implements `orchestration.offers.ToolServers`. Closed by `close`; nothing is started before it is asked."""

    def __init__(self, declared: Iterable[McpServer], pins: Pins, clock: Clock) -> None:
        for name in CLIENT_LOGS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._asked = {server.name: _Asked(server, clock) for server in declared}
        self._pins = pins

    async def usable(self, servers: Sequence[str]) -> Offers:
        known = [name for name in dict.fromkeys(servers) if name in self._asked]
        found = await asyncio.gather(*(self._usable(name) for name in known))
        troubles = {name: trouble for name, (_, trouble) in zip(known, found, strict=True) if trouble}
        return Offers(tuple(tool for tools, _ in found for tool in tools), troubles)

    async def look(self, name: str, patience: float) -> Listing:
        """For people: everything the server lists, whatever is approved of it. Raises ToolFailed."""
        return await self._asked[name].listing(patience)

    async def call(self, offer: OfferedTool, arguments: Mapping[str, Any]) -> str:
        asked = self._asked.get(offer.server)
        if asked is None:
            raise ToolFailed(f"The server {offer.server} is gone. Answer without it.")
        if wrong := misfit(offer.schema, arguments):
            raise ToolFailed(f"The arguments for {offer.name} do not fit its schema: {wrong}")
        pin = (await self._pins.of(offer.server)).get(offer.tool)
        if pin is None or pin.state is not PinState.PINNED or pin.seen.fingerprint != offer.fingerprint:
            raise ToolFailed(f"{offer.name} is off until the operator approves it. Answer without it.")
        return await asked.call(offer, arguments)

    async def close(self) -> None:
        await asyncio.gather(*(asked.connection.close() for asked in self._asked.values()))

    async def _usable(self, name: str) -> tuple[list[OfferedTool], str]:
        try:
            listing = await self._asked[name].listing(START_SECONDS)
        except ToolFailed as trouble:
            log.warning("an MCP server is not used: %s", trouble.sentence, extra={"server": name})
            return [], f"The tools of {name} could not be used: {trouble.sentence}"
        pins = await self._pins.see(listing.offers)
        usable = [offer for offer in listing.offers if pins[offer.tool].state is PinState.PINNED]
        changed = [tool for tool, pin in pins.items() if pin.state is PinState.CHANGED]
        if changed:
            log.warning(
                "MCP tools changed and are off until they are approved",
                extra={"server": name, "tools": changed, "fix": f"threadwork mcp approve {name}"},
            )
        if usable or not listing.offers:
            return usable, ""
        return [], f"No tool of {name} is approved; the operator can approve them with `threadwork mcp approve {name}`."
