"""Budgets that owners set: which caps follow, what they know of the past, and who set them."""

from typing import Any

import pytest
from sqlalchemy import select

from orchestration.values.errors import AskerError, BudgetRefused
from storage.engine.tables import budget_changes
from storage.money.budgets import NoSuchBudget, NoSuchScope

SCOPES = ["global", "team:T1", "channel:T1/C1", "user:T1/U1"]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("period", ["month", "day"])
async def test_a_budget_caps_its_scope_from_now_on(house: Any, scope: str, period: str) -> None:
    await house.budgets.set(scope, 1000, period, "U9")
    run = await house.running()
    await house.spend_on(run, 900)
    with pytest.raises(BudgetRefused) as refused:
        await house.hold(run, 101)
    assert refused.value.scope == scope
    await house.hold(run, 100)


@pytest.mark.parametrize("scope", SCOPES[1:])
async def test_a_budget_leaves_others_alone(house: Any, scope: str) -> None:
    await house.budgets.set(scope, 10, "month", "U9")
    other = await house.running(team="T2", channel="C2", user="U2")
    await house.hold(other, 1000)


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_budget_set_in_the_middle_of_a_period_knows_what_was_spent_and_held_before(
    house: Any, settled: Any, scope: str
) -> None:
    run = await house.running()
    await house.spend_on(run, 600)
    held = await house.hold(run, 300)
    elsewhere = await house.running(team="T2", channel="C2", user="U2")
    if scope != "global":
        await house.spend_on(elsewhere, 5_000)
    await house.budgets.set(scope, 1000, "day", "U9")
    with pytest.raises(BudgetRefused):
        await house.hold(run, 101)
    await house.ledger.settle(settled(held, 0))
    await house.hold(run, 400)
    verified = await house.ledger.verify()
    assert verified.ok, verified.drift


async def test_a_budget_removed_and_set_again_counts_what_was_spent_between(house: Any) -> None:
    run = await house.running()
    await house.budgets.set("user:T1/U1", 1000, "month", "U9")
    await house.spend_on(run, 400)
    await house.budgets.remove("user:T1/U1", "U9")
    await house.spend_on(run, 500)
    await house.budgets.set("user:T1/U1", 1000, "month", "U9")
    with pytest.raises(BudgetRefused):
        await house.hold(run, 101)
    await house.hold(run, 100)
    assert (await house.ledger.verify()).ok


async def test_changing_a_budget_to_days_opens_no_fresh_one(house: Any) -> None:
    run = await house.running()
    await house.spend_on(run, 900)
    await house.budgets.set("team:T1", 1000, "day", "U9")
    with pytest.raises(BudgetRefused):
        await house.hold(run, 101)
    await house.budgets.remove("team:T1", "U9")
    assert (await house.budgets.team_status("T1")).spent_nano_usd == 900


async def test_a_new_day_starts_anew_without_anybody_resetting_it(house: Any) -> None:
    await house.budgets.set("team:T1", 1000, "day", "U9")
    run = await house.running()
    await house.spend_on(run, 1000)
    with pytest.raises(BudgetRefused):
        await house.hold(run, 1)
    house.clock.pass_(86_400)
    await house.hold(run, 1000)


async def test_a_day_begins_when_the_installations_time_zone_says_so(path: Any, open_house: Any) -> None:
    house = await open_house(path, timezone="Asia/Tokyo")
    await house.budgets.set("team:T1", 1000, "day", "U9")
    run = await house.running()
    await house.spend_on(run, 1000)  # 21:00 in Tokyo
    house.clock.pass_(3 * 3600 - 1)
    with pytest.raises(BudgetRefused, match="It resets on 2026-11-21 00:00 JST"):
        await house.hold(run, 1)
    house.clock.pass_(1)
    await house.hold(run, 1000)
    await house.db.close()


async def test_a_settlement_after_midnight_counts_in_the_period_of_its_hold(house: Any, settled: Any) -> None:
    await house.budgets.set("team:T1", 1000, "day", "U9")
    run = await house.running()
    hold = await house.hold(run, 1000)
    house.clock.pass_(86_400)
    await house.ledger.settle(settled(hold, 1000))
    assert (await house.budgets.team_status("T1")).spent_nano_usd == 0
    assert (await house.ledger.verify()).ok


async def test_a_team_without_a_budget_of_its_own_has_the_settings(house: Any) -> None:
    status = await house.budgets.team_status("T1")
    assert (status.limit_nano_usd, status.period) == (50_000_000_000, "2026-11")


async def test_unlimited_is_said_and_counted(house: Any) -> None:
    await house.budgets.set("team:T1", None, "month", "U9")
    run = await house.running(budget=10**15)
    await house.spend_on(run, 60_000_000_000)
    status = await house.budgets.team_status("T1")
    assert (status.limit_nano_usd, status.spent_nano_usd) == (None, 60_000_000_000)


async def test_a_lower_budget_than_what_is_spent_refuses_the_next_call_only(house: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.budgets.set("team:T1", 100, "month", "U9")
    with pytest.raises(BudgetRefused):
        await house.hold(run, 1)
    await house.ledger.settle(settled(hold, 500))
    assert (await house.budgets.team_status("T1")).spent_nano_usd == 500


async def test_budgets_are_listed_and_their_changes_kept(house: Any) -> None:
    await house.budgets.set("team:T1", 5, "month", "U8")
    await house.budgets.set("team:T1", 7, "day", "U9")
    listed = [(row.scope, row.period, row.limit_nano_usd, row.set_by) for row in await house.budgets.list()]
    assert listed == [("team:T1", "day", 7, "U9")]
    assert await house.budgets.remove("team:T1", "U9")
    assert not await house.budgets.remove("team:T1", "U9")
    changes = select(budget_changes.c.change, budget_changes.c.limit_nano_usd, budget_changes.c.by)
    kept = await house.db.read(lambda conn: [tuple(row) for row in conn.execute(changes.order_by(budget_changes.c.id))])
    assert kept == [("set", 5, "U8"), ("set", 7, "U9"), ("removed", 50_000_000_000, "U9")]


@pytest.mark.parametrize(
    "scope", ["", "Global", "team:", "team:T1/C1", "channel:C1", "user:T1/", "run:", "run:R", "team:T 1"]
)
async def test_a_scope_that_is_none_is_refused_with_those_that_are(house: Any, scope: str) -> None:
    with pytest.raises(NoSuchScope, match="global, team:T1, channel:T1/C1, user:T1/U1 or run:r_1"):
        await house.budgets.set(scope, 5, "month", "U9")


@pytest.mark.parametrize(("limit", "period"), [(-1, "month"), (2**63, "month"), (5, "week"), (5, "")])
async def test_a_budget_that_is_none_is_refused(house: Any, limit: int, period: str) -> None:
    with pytest.raises(NoSuchBudget):
        await house.budgets.set("global", limit, period, "U9")
    assert issubclass(NoSuchBudget, AskerError)
