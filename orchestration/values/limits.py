"""The settings that bound a run: seconds, calls, tokens, models and what is looked at twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OFFLINE = "offline"
"""The name of the model that answers where none is configured: it quotes, and cannot judge."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings a run works under; seconds are working seconds."""

    run_seconds: float = 600
    worker_seconds: float = 30
    plan_seconds: float = 60
    """For a supervisor or a planner."""
    worker_iterations: int = 6
    call_seconds: float = 120
    max_output_tokens: int = 2000
    max_output_tokens_by_role: Mapping[str, int] = field(default_factory=dict)
    model: str = OFFLINE
    model_by_role: Mapping[str, str] = field(default_factory=dict)
    fallback_model: str | None = None
    """Answers where a role's own model stays unavailable or, being cheaper, where the budget is short."""
    run_calls: int = 150
    run_tokens: int = 3_000_000
    """Past either, the agents of a version answer with what they have: no more tools."""
    auto_revisions: int = 0
    """How often a run fixes its critic's notes by itself."""
    ask_above_nano_usd: int = 250_000_000
    """A route that may cost more asks before it starts; 0 asks always."""
    context: str = "fields"
    """What a stage is handed of those before it: `full`, `summary` or `fields`."""
    share_findings: bool = False
    search_nano_usd: int = 0
    """What a web search costs, for estimates; 0 where none is set up or it is free."""
    verify: str = "quotes"
    """Which claims a model judges against their quotes: none with `quotes`, a `sample`, or `all`."""

    def output_cap(self, role: str) -> int:
        return self.max_output_tokens_by_role.get(role, self.max_output_tokens)

    def model_for(self, role: str) -> str:
        return self.model_by_role.get(role, self.model)
