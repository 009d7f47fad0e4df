"""Tools that somebody else's server offers, what an operator approved of them, and who asks such servers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from orchestration.values.errors import ToolFailed


class ServerSaid(ToolFailed):
    """The server answered that the call failed; its words are as private as any answer. Try other arguments."""


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A tool as its server describes it now."""

    server: str
    tool: str
    """As the server calls it."""
    name: str
    """As models call it: `server__tool`."""
    description: str
    """As models read it: without what cannot be seen, cut to a size."""
    schema: Mapping[str, Any]
    fingerprint: str
    """Hash of name, description, schema and whether it only reads, as the server sent them."""
    read_only: bool = True


class PinState(StrEnum):
    NEW = "new"
    PINNED = "pinned"
    CHANGED = "changed"
    """Its server described it in another way since. It stays so, also where the server takes that back."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One tool, as it was approved and as it was last seen; agents may call it only while it is pinned."""

    state: PinState
    seen: OfferedTool
    seen_at: datetime
    """Since when its server has described it so."""
    approved: OfferedTool | None = None
    approved_at: datetime | None = None
    approved_by: str = ""


class Pins(Protocol):
    async def see(self, offers: Sequence[OfferedTool]) -> Mapping[str, Pin]:
        """By tool; a tool that differs from what was approved becomes `changed`. All offers are one server's."""

    async def approve(self, offers: Sequence[OfferedTool], by: str) -> None:
        """Pins them exactly as they are given."""

    async def of(self, server: str) -> Mapping[str, Pin]:
        """Every tool that was ever seen on this server, by its name there."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a run may call, and one sentence for each server that it has to do without."""

    tools: tuple[OfferedTool, ...] = ()
    troubles: Mapping[str, str] = field(default_factory=dict)


class ToolServers(Protocol):
    async def usable(self, servers: Sequence[str]) -> Offers:
        """The approved tools of these servers; none raises, and none is waited for longer than its time."""

    async def call(self, offer: OfferedTool, arguments: Mapping[str, Any]) -> str:
        """What the tool answered, as text of a bounded size.

        Raises ToolFailed with a sentence for the model; ServerSaid where words of the server are in it.
        """
