"""The bill adds up, in every grouping, from the ledger alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from orchestration.values.domain import (
    Decision,
    Draft,
    Review,
    Route,
    RunStatus,
    Strategy,
)
from orchestration.values.errors import AskerError
from orchestration.values.events import DraftReady, RouteChosen
from storage.money.spend import GROUPINGS


async def a_bill(house: Any, settled: Any) -> None:
    """Two runs of team T1 by two people in two channels, one of another team."""
    first = await house.running(user="U1", channel="C1")
    await house.log.emit(first, [RouteChosen(Route(Strategy.SUPERVISOR, "parts"))])
    await house.spend_on(first, 100, agent="worker", model="m")
    await house.spend_on(first, 50, agent="critic", model="n")
    second = await house.running(user="U2", channel="C2")
    await house.log.emit(second, [RouteChosen(Route(Strategy.SINGLE, "simple"))])
    hold = await house.hold(second, 30, agent="single", model="m")
    await house.ledger.assume(hold.hold_id, "timeout")
    await house.hold(second, 7, agent="single", model="m")
    released = await house.hold(second, 1000, agent="single", model="m")
    await house.ledger.release(released.hold_id)
    await house.spend_on(await house.running(team="T2"), 5000)


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("agent", [("worker", 100, 1, 1), ("critic", 50, 1, 1), ("single", 30, 1, 1)]),
        ("user", [("U1", 150, 1, 2), ("U2", 30, 1, 1)]),
        ("channel", [("C1", 150, 1, 2), ("C2", 30, 1, 1)]),
        ("model", [("m", 130, 2, 2), ("n", 50, 1, 1)]),
        ("strategy", [("supervisor", 150, 1, 2), ("single", 30, 1, 1)]),
    ],
)
async def test_spend_is_grouped_most_expensive_first(house: Any, settled: Any, by: str, groups: list[Any]) -> None:
    await a_bill(house, settled)
    report = await house.spend.report("T1", "2026-11", by)
    found = [(group.key, group.cost.nano_usd, group.runs, group.cost.llm_calls) for group in report.groups]
    assert found == groups
    assert (report.spent_nano_usd, report.estimated_nano_usd, report.held_nano_usd) == (180, 30, 7)


async def test_the_report_is_the_contracts_json(house: Any, settled: Any) -> None:
    await a_bill(house, settled)
    report = (await house.spend.report("T1", "2026-11", "agent")).to_json()
    assert report["groups"][0] == {
        "key": "worker",
        "spent_usd": "0.0000001",
        "estimated_usd": "0.000000",
        "runs": 1,
        "llm_calls": 1,
        "tool_calls": 0,
        "input_tokens": 100,
        "output_tokens": 20,
        "cache_read_tokens": 5,
    }
    del report["groups"]
    assert report == {
        "team_id": "T1",
        "period": "2026-11",
        "timezone": "UTC",
        "budget_usd": "50.000000",
        "spent_usd": "0.00000018",
        "estimated_usd": "0.00000003",
        "held_usd": "0.000000007",
        "runs": {"total": 2, "approved": 0, "running": 2},
        "by": "agent",
    }


async def test_a_report_of_one_channel_or_user_names_no_other(house: Any, settled: Any) -> None:
    await a_bill(house, settled)
    by_user = await house.spend.report("T1", "2026-11", "user", channel_id="C2")
    by_channel = await house.spend.report("T1", "2026-11", "channel", user_id="U1")
    assert [group.key for group in by_user.groups] == ["U2"]
    assert [group.key for group in by_channel.groups] == ["C1"]
    assert (by_user.runs["total"], by_user.spent_nano_usd, by_channel.spent_nano_usd) == (1, 30, 150)


async def test_the_budget_beside_the_bill_is_that_of_what_it_covers(house: Any) -> None:
    await house.budgets.set("user:T1/U1", 700, "day", "U9")

    async def budget(period: str, **covered: str) -> int | None:
        report = await house.spend.report("T1", period, "agent", **covered)
        limit: int | None = report.budget_nano_usd
        return limit

    assert await budget("2026-11") == 50_000_000_000
    assert await budget("2026-11-20") is None
    assert await budget("2026-11-20", user_id="U1") == 700
    assert await budget("2026-11", channel_id="C1") is None


async def test_a_period_covers_its_own_days_and_an_empty_one_is_a_report_too(house: Any) -> None:
    run = await house.running()
    await house.spend_on(run, 10)
    house.clock.pass_(86_400)
    await house.spend_on(run, 20)
    spent = [
        (await house.spend.report("T1", period, "agent")).spent_nano_usd
        for period in ("2026-11", "2026-11-20", "2026-11-21", "2026-11-22", "2025-11")
    ]
    assert spent == [30, 10, 20, 0, 0]
    nothing = await house.spend.report("T1", "2025-11", "agent")
    assert (nothing.groups, nothing.runs) == ((), {"total": 0, "approved": 0})


async def test_runs_are_counted_by_status_and_approval(house: Any) -> None:
    run = await house.running()
    await house.log.emit(run, [DraftReady(Draft(1, "So.", (), ()))])
    await house.log.finish(run, RunStatus.AWAITING_REVIEW, [], 1.0)
    review = Review("U1", Decision.APPROVE, datetime(2026, 11, 20, tzinfo=UTC), 1)
    await house.runs.review(run.run_id, review)
    await house.ask()
    report = await house.spend.report("T1", "2026-11", "agent")
    assert report.runs == {"total": 2, "approved": 1, "complete": 1, "queued": 1}


async def test_a_late_settlement_is_one_call_at_its_real_cost(house: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.ledger.assume(hold.hold_id, "timeout")
    await house.ledger.settle(settled(hold, 120))
    receipt = await house.spend.receipt(run.run_id)
    total = receipt.total
    assert (total.llm_calls, total.cost_nano_usd, total.estimated, total.input_tokens) == (1, 120, False, 100)


async def test_a_receipt_lists_agents_most_expensive_first_and_adds_up(house: Any, settled: Any) -> None:
    run = await house.running()
    await house.spend_on(run, 10, agent="supervisor")
    await house.spend_on(run, 30, agent="worker")
    hold = await house.hold(run, 20, agent="worker")
    await house.ledger.assume(hold.hold_id, "timeout")
    await house.log.finish(run, RunStatus.COMPLETE, [], 2.5)
    receipt = await house.spend.receipt(run.run_id)
    lines = [(line.agent, line.llm_calls, line.cost_nano_usd, line.estimated) for line in receipt.agents]
    assert lines == [("worker", 2, 50, True), ("supervisor", 1, 10, False)]
    assert (receipt.total.cost_nano_usd, receipt.seconds) == (60, 2.5)


async def test_a_run_that_spent_nothing_has_an_empty_receipt(house: Any) -> None:
    receipt = await house.spend.receipt((await house.ask()).run_id)
    assert (receipt.agents, receipt.total.cost_nano_usd) == ((), 0)


@pytest.mark.parametrize(("period", "by"), [("2026-13", "agent"), ("november", "agent"), ("2026-11", "colour")])
async def test_what_cannot_be_reported_is_refused_with_what_can(house: Any, period: str, by: str) -> None:
    with pytest.raises(AskerError, match=r"2026-11-20|agent, user, channel, model or strategy"):
        await house.spend.report("T1", period, by)


def test_groupings_are_the_contracts() -> None:
    assert set(GROUPINGS) == {"agent", "user", "channel", "model", "strategy"}
