"""The decision table: what each strategy took and how often it was right, compared with the single agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import quantiles
from typing import Any

from orchestration.values.domain import Strategy
from storage.money.amounts import usd

BASELINE = Strategy.SINGLE
Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one task."""

    task_id: str
    kind: str
    strategy: Strategy
    n: int
    run_id: str
    status: str
    faults: tuple[str, ...]
    seconds: float
    cost_nano_usd: int

    @property
    def right(self) -> bool:
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        names = ("task_id", "kind", "n", "run_id", "status")
        shown = {name: getattr(self, name) for name in names} | {"strategy": self.strategy.value, "right": self.right}
        return shown | {
            "faults": list(self.faults),
            "seconds": round(self.seconds, 3),
            "cost_usd": usd(self.cost_nano_usd),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the table."""

    strategy: Strategy
    tasks: int
    runs: int
    failed: int
    """Runs without a draft: they count as wrong."""
    seconds_p50: float
    seconds_p95: float
    cost_per_task_nano_usd: int
    """Of one run of one task, the mean."""
    accuracy: float
    interval: tuple[float, float]
    """95 %, by Wilson. Runs of the same task are no new evidence, so it counts tasks."""
    better: int
    """Tasks that it got right more often than the baseline did, among those that both have run."""
    worse: int
    kinds: Mapping[str, tuple[int, int]]
    """By kind: runs that were right, of how many."""

    def to_json(self) -> dict[str, Any]:
        return {
            "strategy": self.strategy.value,
            "baseline": self.strategy is BASELINE,
            "tasks": self.tasks,
            "runs": self.runs,
            "failed": self.failed,
            "seconds_p50": round(self.seconds_p50, 3),
            "seconds_p95": round(self.seconds_p95, 3),
            "cost_per_task_usd": usd(self.cost_per_task_nano_usd),
            "accuracy": round(self.accuracy, 4),
            "accuracy_95": [round(bound, 4) for bound in self.interval],
            "better_than_baseline": self.better,
            "worse_than_baseline": self.worse,
            "kinds": {kind: {"right": right, "runs": runs} for kind, (right, runs) in self.kinds.items()},
        }


def comparable(results: Sequence[Result], strategies: Sequence[Strategy]) -> list[Result]:
    """Only what every strategy has run: where it stopped midway, some are ahead, and not on the hardest tasks."""
    ran = {(result.task_id, result.n, result.strategy) for result in results}
    return [r for r in results if all((r.task_id, r.n, strategy) in ran for strategy in strategies)]


def standings(results: Sequence[Result]) -> list[Standing]:
    """In the order of the strategies; one that has not run is left out."""
    by_strategy = {strategy: [r for r in results if r.strategy is strategy] for strategy in Strategy}
    baseline = _shares(by_strategy[BASELINE])
    return [_standing(strategy, mine, baseline) for strategy, mine in by_strategy.items() if mine]


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share seen in `count` tries; wide where there are few, never past 0 and 1."""
    spread = Z95 * sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2))
    middle, scale = share + Z95**2 / (2 * count), 1 + Z95**2 / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _standing(strategy: Strategy, mine: Sequence[Result], baseline: Mapping[str, float]) -> Standing:
    shares = _shares(mine)
    accuracy = sum(shares.values()) / len(shares)
    both = [(share, baseline[task]) for task, share in shares.items() if task in baseline]
    seconds = [result.seconds for result in mine]
    kinds = {kind: [r.right for r in mine if r.kind == kind] for kind in dict.fromkeys(r.kind for r in mine)}
    return Standing(
        strategy=strategy,
        tasks=len(shares),
        runs=len(mine),
        failed=sum(result.status in ("error", "paused", "cancelled") for result in mine),
        seconds_p50=percentile(seconds, 50),
        seconds_p95=percentile(seconds, 95),
        cost_per_task_nano_usd=round(sum(result.cost_nano_usd for result in mine) / len(mine)),
        accuracy=accuracy,
        interval=wilson(accuracy, len(shares)),
        better=sum(share > other for share, other in both),
        worse=sum(share < other for share, other in both),
        kinds={kind: (sum(rights), len(rights)) for kind, rights in kinds.items()},
    )


def _shares(results: Sequence[Result]) -> dict[str, float]:
    """By task, how many of its runs were right."""
    rights: dict[str, list[bool]] = {}
    for result in results:
        rights.setdefault(result.task_id, []).append(result.right)
    return {task: sum(runs) / len(runs) for task, runs in rights.items()}


def percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]
