"""What a run has seen, and where that may go."""

from dataclasses import dataclass, field
from typing import Self

from orchestration.values.domain import History
from orchestration.values.policy import SourcePolicy


@dataclass(slots=True)
class Seen:
    sources: set[str] = field(default_factory=set)
    """Source ids that tools returned in this run, earlier versions included."""
    addresses: set[str] = field(default_factory=set)
    """Web addresses that a tool's result has shown, letter for letter."""
    private: bool = False
    """Whether the conversation has read what is not public, other than from a tool server."""
    servers: set[str] = field(default_factory=set)
    """Tool servers that showed the conversation something; to each of them that is no news, to all others it is."""
    searched_web: bool = False
    withheld: bool = False
    """Whether something was not looked up outside because of what was read."""

    @classmethod
    def of(cls, history: History) -> Self:
        sources = {s.source_id for draft in history.drafts for report in draft.reports for s in report.sources}
        return cls(sources, private=history.read_private, servers=set(history.read_from))

    def note_private(self, origin: str | None, *, private: bool) -> None:
        """`origin` is the tool server that showed it."""
        self.private |= private and origin is None
        if private and origin is not None:
            self.servers.add(origin)

    def may_go_to(self, server: str | None, policy: SourcePolicy) -> bool:
        """Whether what the conversation has read may leave for this server, or for the web where it is None."""
        news = self.private or bool(self.servers - {server})
        return policy.outward_after_private or not news
