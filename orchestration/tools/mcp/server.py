"""An MCP server as the operator declared it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CALL_SECONDS = 20.0
"""Of a call where the operator says nothing: below a worker's 30 s, so that it can still report."""
SHORTEST_SECRET = 6
"""A shorter value of the environment is no secret, and blanking it would blank half the log."""


@dataclass(frozen=True, slots=True)
class McpServer:
    """Started with `command`, or reached at `url`."""

    name: str
    command: tuple[str, ...] = ()
    url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """All that its process sees."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_seconds: float = CALL_SECONDS
    tools: tuple[str, ...] | None = None
    """Only these, as the server calls them; None is all."""
    effects: tuple[str, ...] = ()
    """Tools that may be used although they do not declare that they only read."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Values that came from the environment; they are blanked in everything that is logged or shown."""

    @property
    def transport(self) -> str:
        return "stdio" if self.command else "http"

    def redacted(self, text: str) -> str:
        for secret in self.secrets:
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, "***")
        return text
