"""What an evaluation of the strategies measures, and the name under which its runs are found again."""

from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path

from bot.evaluation.standing import BASELINE
from bot.evaluation.suite import Suite, Task
from bot.local_files.folders import found
from bot.setup.settings import Settings
from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError
from orchestration.values.limits import Limits


@dataclass(frozen=True, slots=True)
class Setup:
    suite: Suite
    library: Path
    """A file or a folder of documents; everything that the agents can find."""
    strategies: tuple[Strategy, ...]
    runs: int
    """Of each task by each strategy."""
    at_once: int = 1
    budget_nano_usd: int | None = None
    """None leaves it to the settings' budget of a team."""
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """One run that is wanted."""

    task: Task
    strategy: Strategy
    n: int

    @property
    def thread(self) -> str:
        return f"{self.task.id}/{self.strategy}/{self.n}"


def spots(setup: Setup) -> list[Spot]:
    """Every task by every strategy before any runs again: wherever it stops, the strategies can be compared."""
    wanted = product(range(1, setup.runs + 1), setup.suite.tasks, setup.strategies)
    return [Spot(task, strategy, n) for n, task, strategy in wanted]


def chosen_strategies(text: str | None) -> tuple[Strategy, ...]:
    """The baseline first, whether named or not. Raises AskerError."""
    names = [name.strip().lower() for name in text.split(",")] if text else list(Strategy)
    unknown = [name for name in names if name not in list(Strategy)]
    if unknown:
        known = ", ".join(Strategy)
        raise AskerError(f"--strategies: {unknown[0]!r} is not a strategy. Choose from {known}, separated by commas.")
    return tuple(strategy for strategy in Strategy if strategy is BASELINE or strategy in names)


def team_of(setup: Setup, settings: Settings, limits: Limits) -> str:
    """The team that all of its runs belong to.

    Whatever may change an answer is in it, so that runs of another model, suite, library or setting are never counted
    as its own; how many runs and which strategies is not, so that more can be added.
    """
    pages = [f"{path.name} {sha256(path.read_bytes()).hexdigest()}" for path in library_pages(setup.library)]
    conditions = (setup.suite.sha256, pages, limits, settings.openai_base_url, settings.run_budget_nano_usd)
    return f"eval-{sha256(repr(conditions).encode()).hexdigest()[:12]}"


def library_pages(library: Path) -> list[Path]:
    """The licence of the pages is none of them."""
    paths = [file.path for file in found([library]) if not file.refusal]
    return [path for path in paths if path.is_file() and path.stem != "LICENSE"]


def model_name(limits: Limits) -> str:
    """The model, and which roles have another."""
    others = (f"{role}: {model}" for role, model in limits.model_by_role.items() if model != limits.model)
    listed = ", ".join(others)
    return f"{limits.model} ({listed})" if listed else limits.model
