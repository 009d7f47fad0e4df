"""What the declared MCP servers offer now, and what of it is approved: for `threadwork mcp` and `check`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.values.errors import ToolFailed
from orchestration.values.offers import OfferedTool, Pin, PinState

if TYPE_CHECKING:
    from orchestration.tools.mcp.offering import Refused
    from orchestration.tools.mcp.server import McpServer
    from orchestration.tools.mcp.servers import McpServers
    from orchestration.values.offers import Pins

START_SECONDS = 60.0
"""Longer than a run waits: a person can see that a server is being fetched."""


@dataclass(frozen=True, slots=True)
class ServerState:
    server: "McpServer"
    trouble: str = ""
    """Why it could not be asked."""
    pins: Sequence[Pin] = ()
    """Of what it offers now."""
    refused: "Sequence[Refused]" = ()
    missing: Sequence[str] = field(default=())
    """Tools that are approved and that it does not offer any more."""

    def of(self, state: PinState) -> list[Pin]:
        return [pin for pin in self.pins if pin.state is state]


async def look(servers: "McpServers", pins: "Pins", server: "McpServer") -> ServerState:
    """Starts or reaches the server; what it says is noted as seen, so that `serve` knows of a change at once."""
    try:
        listing = await servers.look(server.name, START_SECONDS)
    except ToolFailed as trouble:
        return ServerState(server, trouble.sentence)
    known = await pins.see(listing.offers) or await pins.of(server.name)
    offered = {offer.tool for offer in listing.offers} | {refused.tool for refused in listing.refused}
    missing = [tool for tool, pin in known.items() if tool not in offered and pin.approved is not None]
    return ServerState(server, "", [known[offer.tool] for offer in listing.offers], listing.refused, missing)


def difference(pin: Pin) -> str:
    """What is not as it was approved, with both texts where that is the description."""
    was, now = pin.approved, pin.seen
    if was is None or was.fingerprint == now.fingerprint:
        return "its description changed and is now the approved one again"
    changes = []
    if was.description != now.description:
        changes.append(f"was “{short(was.description)}”, is “{short(now.description)}”")
    if was.schema != now.schema:
        changes.append(f"its schema was {_json(was)}, is {_json(now)}")
    if was.read_only != now.read_only:
        changes.append("it no longer says that it only reads" if was.read_only else "it now says that it only reads")
    return "; ".join(changes) or "only invisible characters"


def short(text: str, letters: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= letters else f"{line[: letters - 1]}…"


def _json(offer: OfferedTool) -> str:
    return short(json.dumps(offer.schema, ensure_ascii=False), 200)
