"""What a server lists, read as offers: named so that models can call them, cleaned, fingerprinted, or refused."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from orchestration.tools.mcp.schema import Unfit, checked, visible
from orchestration.tools.mcp.server import McpServer
from orchestration.values.offers import OfferedTool

TOOLS_A_SERVER = 40
"""More would fill an agent's context before it has read anything."""
DESCRIPTION_LETTERS = 2_000
NAME_LETTERS = 64
"""Of a function's name in the wire format of chat completions."""


@dataclass(frozen=True, slots=True)
class ListedTool:
    """As it came over the wire."""

    name: str
    description: str
    schema: Mapping[str, Any]
    read_only: bool


@dataclass(frozen=True, slots=True)
class Refused:
    tool: str
    why: str
    """A sentence that says what the operator can do about it."""


@dataclass(frozen=True, slots=True)
class Listing:
    offers: tuple[OfferedTool, ...] = ()
    refused: tuple[Refused, ...] = ()


def read(server: McpServer, listed: Sequence[ListedTool]) -> Listing:
    """Pure: what may be used of a list once it is approved, and why the rest may not."""
    offers: list[OfferedTool] = []
    refused: list[Refused] = []
    times = Counter(tool.name for tool in listed)
    for tool in listed:
        why = _refusal(server, tool, times[tool.name]) or ("" if len(offers) < TOOLS_A_SERVER else TOO_MANY)
        try:
            if not why:
                offers.append(_offer(server, tool))
        except Unfit as unfit:
            why = f"It is refused: {unfit}."
        if why:
            refused.append(Refused(visible(tool.name)[:NAME_LETTERS], why))
    return Listing(tuple(offers), tuple(dict.fromkeys(refused)))


TOO_MANY = f"Only the first {TOOLS_A_SERVER} tools of a server are used. List the ones you need under `tools`."


def _refusal(server: McpServer, tool: ListedTool, times: int) -> str:
    if server.tools is not None and tool.name not in server.tools:
        return "It is not listed under `tools`."
    if times > 1:
        return f"The server lists this name {times} times, so it is unclear which one would answer."
    if not tool.read_only and tool.name not in server.effects:
        return "It does not declare that it only reads. Name it under `effects` to allow it anyway."
    return ""


def _offer(server: McpServer, tool: ListedTool) -> OfferedTool:
    description = visible(tool.description).strip()
    if len(description) > DESCRIPTION_LETTERS:
        description = f"{description[: DESCRIPTION_LETTERS - 1].rstrip()}…"
    return OfferedTool(
        server=server.name,
        tool=tool.name,
        name=name_for_models(server.name, tool.name),
        description=description,
        schema=checked(tool.schema),
        fingerprint=fingerprint(tool),
        read_only=tool.read_only,
    )


def name_for_models(server: str, tool: str) -> str:
    """`server__tool` in the letters that function names allow; ends in a hash where that changes or cuts it."""
    plain = re.sub(r"[^a-zA-Z0-9_-]", "_", tool)
    name = f"{server}__{plain}"
    if plain == tool and len(name) <= NAME_LETTERS:
        return name
    return f"{name[: NAME_LETTERS - 9]}_{sha256(tool.encode(errors='surrogatepass')).hexdigest()[:8]}"


def fingerprint(tool: ListedTool) -> str:
    """Of what was sent, not of what is shown: a change that nobody can see is a change."""
    sent = [tool.name, tool.description, tool.schema, tool.read_only]
    return sha256(json.dumps(sent, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
