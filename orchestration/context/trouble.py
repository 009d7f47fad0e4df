"""What went wrong for single agents: the run's own failure only where nothing was found without them."""

from dataclasses import dataclass, field

from orchestration.values.errors import BudgetRefused, ModelFailed


@dataclass(slots=True)
class Trouble:
    model_failures: list[ModelFailed] = field(default_factory=list)
    refusals: list[BudgetRefused] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    """By an agent's place, why it has no output."""
    fallen_back: set[tuple[str, str]] = field(default_factory=set)
    """Role and model in whose place the fallback model answers."""

    def start_again(self) -> None:
        """For another version, which goes on with the models that answer by now."""
        self.model_failures, self.refusals = [], []

    def end_the_run(self, *, found: bool, first: bool) -> None:
        """A first draft makes do with what the budget allowed; a revision that was asked for waits for its money."""
        if self.refusals and not (found and first):
            raise self.refusals[0]
