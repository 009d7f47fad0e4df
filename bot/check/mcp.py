"""The part of `threadwork check` that asks the MCP servers of `threadwork.toml`."""

import asyncio

from bot.bootstrap import open_services, tool_servers
from bot.check.finding import Finding, Mark, wrong_setting
from bot.setup import mcp_state, operator_file
from bot.setup.mcp_state import ServerState
from bot.setup.settings import Settings, SettingsError
from orchestration.values.errors import OperatorError
from orchestration.values.offers import PinState
from storage.library.pins import Pins


async def look(configured: Settings) -> list[Finding]:
    """A wrong file is a finding too."""
    try:
        operator = operator_file.load()
    except SettingsError as error:
        return [wrong_setting(line) for line in error.lines]
    if not operator.mcp_servers:
        return []
    try:
        async with open_services(configured) as services:
            servers = tool_servers(services, operator)
            assert servers
            pins = Pins(services.database, services.clock)
            try:
                found = await asyncio.gather(*(mcp_state.look(servers, pins, each) for each in operator.mcp_servers))
            finally:
                await servers.close()
    except OperatorError:
        return []  # what is wrong with the database is a finding of its own
    named = {name for policy in operator.policies.all() for name in policy.mcp_servers}
    return [finding for state in found for finding in _findings(state, used=state.server.name in named)]


def _findings(state: ServerState, *, used: bool) -> list[Finding]:
    part = f"mcp.{state.server.name}"
    approve = f"Read and run `threadwork mcp approve {state.server.name}`"
    if state.trouble:
        return [Finding(part, Mark.WRONG, state.trouble.rstrip("."), "Fix its table in threadwork.toml")]
    changed = state.of(PinState.CHANGED)
    found = [
        Finding(f"{part}.{pin.seen.tool}", Mark.WRONG, f"changed and is off: {mcp_state.difference(pin)}", approve)
        for pin in changed
    ]
    pinned, new = len(state.of(PinState.PINNED)), len(state.of(PinState.NEW))
    counts = f"{pinned} of {len(state.pins)} tools approved"
    if new:
        return [*found, Finding(part, Mark.UNUSED, counts, approve)]
    where = "" if used else "; no channel uses it: list it under mcp_servers"
    return [*found, Finding(part, Mark.GOOD if pinned and used else Mark.UNUSED, f"{counts}{where}")]
