"""`threadwork mcp`: servers of tools, and what agents may call of them."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.terminal import session, terminal
from bot.terminal.session import Exit
from orchestration.values.errors import AskerError

if TYPE_CHECKING:
    from bot.bootstrap import Services
    from bot.setup.mcp_state import ServerState
    from orchestration.values.offers import OfferedTool, Pin

group = typer.Typer(help="MCP servers and the tools that agents may call.", no_args_is_help=True)


@group.command("list", epilog="Example: threadwork mcp list --json")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Ask every server in threadwork.toml what it offers, and show which tools agents may call."""

    async def work(services: "Services") -> Exit:
        found = await _looked(services, None)
        if as_json:
            terminal.print_json({"servers": [_document(state) for state in found]})
        elif found:
            terminal.table(("server", "tool", "state", ""), [row for state in found for row in _rows(state)])
        else:
            terminal.mention("threadwork.toml declares no MCP server. docs/sources.md shows how.")
        return _worst(found)

    session.with_services(work)


@group.command(epilog="Example: threadwork mcp approve github --tool search_issues")
def approve(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The server, as threadwork.toml names it.")],
    tool: Annotated[list[str] | None, typer.Option("--tool", metavar="T", help="Only this tool; repeatable.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show how a server's tools describe themselves to agents, and let agents call them.

    A tool is turned off until it is approved again if its name, description, schema or read-only claim changes. At a
    terminal you are asked first. A running `serve` picks the change up at its next run.
    """

    async def work(services: "Services") -> Exit:
        state = (await _looked(services, name))[0]
        if state.trouble:
            return _worst([state])
        offers = _chosen(state, tool)
        if not as_json:
            _show(state, offers)
        if not (yes or as_json or await _agreed(len(offers))):
            terminal.complain("Nothing is approved.")
            return Exit.FAILED
        from storage.library.pins import Pins

        pins = Pins(services.database, services.clock)
        await pins.approve(offers, session.user_id())
        if as_json:
            terminal.print_json({"server": name, "approved": [_offer(offer) for offer in offers]})
        else:
            terminal.say(f"{len(offers)} {'tool' if len(offers) == 1 else 'tools'} of {name} approved.")
        return Exit.DONE

    session.with_services(work)


async def _looked(services: "Services", name: str | None) -> "list[ServerState]":
    import asyncio

    from bot.bootstrap import tool_servers
    from bot.setup import mcp_state, operator_file
    from storage.library.pins import Pins

    operator = operator_file.load()
    declared = [server for server in operator.mcp_servers if name in (None, server.name)]
    if name is not None and not declared:
        known = ", ".join(server.name for server in operator.mcp_servers) or "none"
        raise AskerError(f"threadwork.toml declares no MCP server {name}. It declares: {known}.")
    servers = tool_servers(services, operator) if declared else None
    if servers is None:
        return []
    pins = Pins(services.database, services.clock)
    try:
        return await asyncio.gather(*(mcp_state.look(servers, pins, server) for server in declared))
    finally:
        await servers.close()


def _worst(found: "list[ServerState]") -> Exit:
    for state in found:
        if state.trouble:
            terminal.complain(state.trouble)
    return Exit.FAILED if any(state.trouble for state in found) else Exit.DONE


def _chosen(state: "ServerState", tools: list[str] | None) -> "list[OfferedTool]":
    offered = {pin.seen.tool: pin.seen for pin in state.pins}
    for refused in state.refused:
        if tools and refused.tool in tools:
            raise AskerError(f"{refused.tool} cannot be approved. {refused.why}")
    for tool in tools or ():
        if tool not in offered:
            raise AskerError(f"{state.server.name} offers no tool {tool}. It offers: {', '.join(offered) or 'none'}.")
    if not offered:
        raise AskerError(f"{state.server.name} offers no tool that can be approved. `threadwork mcp list` says why.")
    return [offered[tool] for tool in (tools or offered)]


def _show(state: "ServerState", offers: "list[OfferedTool]") -> None:
    """On standard output, with everything that a model sees: this is what the operator approves."""
    from bot.setup.mcp_state import difference
    from orchestration.values.offers import PinState

    pins = {pin.seen.tool: pin for pin in state.pins}
    for offer in offers:
        pin = pins[offer.tool]
        terminal.say(f"{offer.name} ({pin.state.value}{'' if offer.read_only else ', may change things'})")
        if pin.state is PinState.CHANGED:
            terminal.say(f"Changed: {difference(pin)}.")
        terminal.say(offer.description or "(no description)")
        terminal.say(f"{json.dumps(offer.schema, indent=2, ensure_ascii=False)}\n")


async def _agreed(count: int) -> bool:
    """Where nobody can be asked, the command itself is the answer."""
    if not sys.stdin.isatty():
        return True
    said = await terminal.typed(f"Let agents call {'it' if count == 1 else f'these {count} tools'}? [y/N]: ")
    return said.strip().lower() in ("y", "yes")


def _rows(state: "ServerState") -> list[list[str]]:
    from bot.setup.mcp_state import difference, short
    from orchestration.values.offers import PinState

    name = state.server.name
    if state.trouble:
        return [[name, "", "not there", state.trouble]]
    rows = []
    for pin in state.pins:
        about = difference(pin) if pin.state is PinState.CHANGED else short(pin.seen.description)
        rows.append([name, pin.seen.tool, pin.state.value, about])
    rows += [[name, refused.tool, "off", refused.why] for refused in state.refused]
    rows += [[name, tool, "missing", "It is approved, but the server does not offer it now."] for tool in state.missing]
    return rows or [[name, "", "", "It offers no tools."]]


def _document(state: "ServerState") -> dict[str, Any]:
    return {
        "server": state.server.name,
        "transport": state.server.transport,
        "reachable": not state.trouble,
        "error": state.trouble or None,
        "tools": [_pin(pin) for pin in state.pins],
        "refused": [{"tool": refused.tool, "why": refused.why} for refused in state.refused],
        "missing": list(state.missing),
    }


def _pin(pin: "Pin") -> dict[str, Any]:
    from bot.setup.mcp_state import difference
    from orchestration.values.offers import PinState
    from storage.engine.moments import moment

    return {
        **_offer(pin.seen),
        "state": pin.state.value,
        "seen_at": moment(pin.seen_at),
        "approved_at": moment(pin.approved_at),
        "approved_by": pin.approved_by or None,
        "change": difference(pin) if pin.state is PinState.CHANGED else None,
    }


def _offer(offer: "OfferedTool") -> dict[str, Any]:
    names = ("tool", "name", "description", "schema", "read_only")
    return {name: getattr(offer, name) for name in names} | {"hash": offer.fingerprint}
