"""The rows of the decision table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.standing import Result, comparable, standings, wilson
from orchestration.values.domain import Strategy


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [(0.5, 10, 0.2366, 0.7634), (0.81, 263, 0.7582, 0.8529), (0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0)],
)
def test_the_interval_is_wilsons(share: float, count: int, low: float, high: float) -> None:
    assert (low, high) == pytest.approx(wilson(share, count), abs=5e-4)


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_holds_the_share_and_stays_between_nothing_and_all(count: int, share: float) -> None:
    low, high = wilson(share, count)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_a_row_has_percentiles_cost_accuracy_and_what_it_wins_and_loses_against_the_single_agent() -> None:
    single = [result("a", right=True), result("b", right=False), result("c", right=True)]
    debate = [
        result("a", Strategy.DEBATE, right=False, seconds=2.0, cost=30),
        result("b", Strategy.DEBATE, right=True, seconds=4.0, cost=10),
        result("c", Strategy.DEBATE, right=True, seconds=3.0, cost=20, status="awaiting_review"),
    ]
    first, second = standings(debate + single)
    assert (Strategy.SINGLE, 0, 0) == (first.strategy, first.better, first.worse)
    assert (Strategy.DEBATE, 1, 1) == (second.strategy, second.better, second.worse)
    assert (3, 3, 20) == (second.tasks, second.runs, second.cost_per_task_nano_usd)
    assert (3.0, pytest.approx(3.9)) == (second.seconds_p50, second.seconds_p95)
    assert pytest.approx(2 / 3) == second.accuracy
    assert {"fact": (2, 3)} == second.kinds


def test_repeated_runs_of_the_same_tasks_make_the_interval_no_narrower() -> None:
    once = [result("a", right=True), result("b", right=False)]
    often = [result(task, right=task == "a", n=n) for task in "ab" for n in range(10)]
    (few,), (many,) = standings(once), standings(often)
    assert (2, 20) == (few.runs, many.runs)
    assert few.interval == many.interval


def test_a_run_that_failed_counts_as_wrong_and_is_shown() -> None:
    (row,) = standings([result("a", right=True), result("b", right=False, status="error")])
    assert (1, 0.5) == (row.failed, row.accuracy)


def test_only_what_every_strategy_has_run_is_compared() -> None:
    both = [result("a", right=True), result("a", Strategy.DEBATE, right=True)]
    ahead = [result("b", right=False), result("a", right=True, n=2)]
    assert both == comparable([*both, *ahead], (Strategy.SINGLE, Strategy.DEBATE))
    assert [*both, *ahead] == comparable([*both, *ahead], (Strategy.SINGLE,))


def test_nothing_that_has_not_run_has_a_row() -> None:
    assert [] == standings([])


def result(
    task: str,
    strategy: Strategy = Strategy.SINGLE,
    *,
    right: bool,
    n: int = 1,
    seconds: float = 1.0,
    cost: int = 0,
    status: str = "complete",
) -> Result:
    return Result(
        task_id=task,
        kind="fact",
        strategy=strategy,
        n=n,
        run_id=f"r_{task}",
        status=status,
        faults=() if right else ("lacks 'it'",),
        seconds=seconds,
        cost_nano_usd=cost,
    )
