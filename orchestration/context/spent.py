"""What the version at work has spent, and what the run goes without to spend less."""

from dataclasses import dataclass, field

from orchestration.values.domain import Economy, Usage
from orchestration.values.limits import Limits


@dataclass(slots=True)
class Spent:
    calls: int = 0
    """Model calls, replayed ones included."""
    tokens: int = 0
    economy: Economy = field(default_factory=Economy)
    lost: dict[str, int] = field(default_factory=dict)
    """Nano-USD by step key: of requests that brought nothing and cost something all the same."""

    def count(self, usage: Usage) -> None:
        self.calls += 1
        self.tokens += usage.input_tokens + usage.output_tokens

    def start_again(self) -> None:
        """For another version: the ceilings are a version's own, a short budget is the run's."""
        self.calls = self.tokens = 0

    def exhausted(self, limits: Limits) -> str | None:
        """Which of the run's ceilings is reached."""
        if self.calls >= limits.run_calls:
            return f"The run has made {self.calls} model calls, which is its limit: it answers with what it has."
        if self.tokens >= limits.run_tokens:
            return f"The run has used {self.tokens:,} tokens, which is its limit: it answers with what it has."
        return None
