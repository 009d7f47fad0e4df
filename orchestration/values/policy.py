"""Which sources the runs of a channel may use: the operator's decision, read from `threadwork.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourcePolicy:
    """The defaults hold where the operator says nothing."""

    web: bool = True
    """Whether agents may search the web and fetch pages, where a search is set up at all."""
    allowed_domains: tuple[str, ...] = ()
    """Only these and their subdomains; empty admits every public host. Links on their pages may be followed."""
    denied_domains: tuple[str, ...] = ()
    """Never these and their subdomains; stronger than `allowed_domains`."""
    newest_days: int | None = None
    """Pages that say they are older are no sources; a page without a date passes."""
    independent_sources: int = 1
    """A claim that rests on fewer is marked and becomes a note."""
    outward_after_private: bool = False
    """Whether web and MCP stay on once a run has read what is not public: a query can leak it."""
    mcp_servers: tuple[str, ...] = ()
    """Names of the servers whose tools agents may use here."""

    def admits(self, host: str) -> bool:
        return not _below(host, self.denied_domains) and (not self.allowed_domains or self.trusts(host))

    def trusts(self, host: str) -> bool:
        """Named by the operator, so that links on its pages count as given."""
        return _below(host, self.allowed_domains) and not _below(host, self.denied_domains)


def _below(host: str, domains: tuple[str, ...]) -> bool:
    name = host.rstrip(".").lower()
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


@dataclass(frozen=True, slots=True)
class SourcePolicies:
    """By place: `T/C` for a channel, `T` for a team; the closer one counts, whole."""

    default: SourcePolicy = field(default_factory=SourcePolicy)
    places: Mapping[str, SourcePolicy] = field(default_factory=dict)

    def all(self) -> tuple[SourcePolicy, ...]:
        return (self.default, *self.places.values())

    def of(self, team_id: str, channel_id: str) -> SourcePolicy:
        return self.places.get(f"{team_id}/{channel_id}") or self.places.get(team_id) or self.default
