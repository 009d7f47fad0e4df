"""The real cost of a call: booked as a difference, once, where its hold counts, with who and why."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from orchestration.values.errors import BudgetRefused
from orchestration.values.ports import Hold
from storage.engine.opening import open_database
from storage.engine.tables import balances, holds, ledger_entries
from storage.money.adjustments import Adjusted, Adjustment, NotAdjustable
from storage.money.ledger import Ledger
from storage.runs.show import show


def adjustment(hold: Hold, cost: int, reason: str = "the bill") -> Adjustment:
    return Adjustment(hold.hold_id, cost, "ana", reason)


async def balance(house: Any, scope: str, period: str) -> tuple[int, int, int]:
    wanted = select(balances.c.held, balances.c.spent, balances.c.estimated).where(
        balances.c.scope == scope, balances.c.period == period
    )
    return tuple(await house.db.read(lambda conn: conn.execute(wanted).one()))


async def assumed(house: Any, amount: int = 500) -> Hold:
    hold: Hold = await house.hold(await house.running(), amount)
    await house.ledger.assume(hold.hold_id, "timeout")
    return hold


async def test_the_difference_counts_on_every_scope_of_the_hold_in_its_own_period(house: Any) -> None:
    await house.budgets.set("global", 10_000, "day", "ana")
    hold = await assumed(house)
    house.clock.pass_(40 * 86_400)
    found = await house.ledger.adjust(adjustment(hold, 120))
    assert found == Adjusted(hold.run_id, 500, 500, changed=True)
    for scope, period in [("global", "2026-11-20"), ("team:T1", "2026-11"), (f"run:{hold.run_id}", "")]:
        assert await balance(house, scope, period) == (0, 120, 0)
    assert (await house.ledger.verify()).ok
    assert (await house.spend.report("T1", "2026-11", "agent")).spent_nano_usd == 120
    assert (await house.spend.receipt(hold.run_id)).total.cost_nano_usd == 120


async def test_a_budget_that_was_set_after_the_call_counts_its_adjustment_too(house: Any) -> None:
    hold = await house.spend_on(await house.running(), 500)
    await house.budgets.set("global", 10_000, "month", "ana")
    await house.ledger.adjust(adjustment(hold, 700))
    await house.budgets.set("user:T1/U1", 10_000, "month", "ana")
    for scope in ("global", "team:T1", "user:T1/U1"):
        assert await balance(house, scope, "2026-11") == (0, 700, 0)
    assert (await house.ledger.verify()).ok


async def test_the_same_twice_changes_nothing_and_another_books_the_new_difference(house: Any) -> None:
    hold = await assumed(house)
    both = await asyncio.gather(*(house.ledger.adjust(adjustment(hold, 120)) for _ in range(2)))
    assert sorted(found.changed for found in both) == [False, True]
    house.clock.pass_(60)
    assert await house.ledger.adjust(adjustment(hold, 150, "the second bill")) == Adjusted(hold.run_id, 120, 0, True)
    kept = (await show(house.db, hold.run_id))["holds"][0]
    assert (kept["cost_usd"], kept["held_usd"], kept["estimated"]) == ("0.00000015", "0.0000005", False)
    assert kept["adjustments"] == [
        {
            **{"cost_usd": "0.00000012", "difference_usd": "-0.00000038", "by": "ana", "reason": "the bill"},
            "at": "2026-11-20T12:00:00Z",
        },
        {
            **{"cost_usd": "0.00000015", "difference_usd": "0.00000003", "by": "ana", "reason": "the second bill"},
            "at": "2026-11-20T12:01:00Z",
        },
    ]


async def test_an_estimate_that_was_right_is_no_longer_one(house: Any) -> None:
    hold = await assumed(house)
    assert (await house.ledger.adjust(adjustment(hold, 500))).changed
    assert await balance(house, "team:T1", "2026-11") == (0, 500, 0)
    assert not (await house.ledger.adjust(adjustment(hold, 500))).changed


async def test_the_truth_may_overspend_a_budget_and_then_nothing_more_fits(house: Any) -> None:
    run = await house.running(budget=1_000)
    hold = await house.spend_on(run, 900)
    await house.ledger.adjust(adjustment(hold, 5_000))
    assert await house.ledger.left(run.run_id) == 0
    with pytest.raises(BudgetRefused):
        await house.hold(run, 1)
    assert (await house.ledger.verify()).ok


async def test_usage_that_arrives_after_an_adjustment_is_not_booked(house: Any, settled: Any) -> None:
    hold = await assumed(house)
    await house.ledger.adjust(adjustment(hold, 120))
    await house.ledger.settle(settled(hold, 300))
    assert await balance(house, "team:T1", "2026-11") == (0, 120, 0)


@pytest.mark.parametrize("closed", [False, True])
async def test_a_hold_for_which_nothing_is_booked_is_refused(house: Any, closed: bool) -> None:
    hold = await house.hold(await house.running(), 500)
    if closed:
        await house.ledger.release(hold.hold_id)
    entries = (await house.ledger.verify()).entries
    with pytest.raises(NotAdjustable, match="was released" if closed else "is still open"):
        await house.ledger.adjust(adjustment(hold, 120))
    assert (await house.ledger.verify()).entries == entries


async def test_what_the_library_paid_is_adjusted_as_well(house: Any) -> None:
    hold = Hold("h_lib", "", 0, "embed", "library", "m", 500, 60.0, team_id="T1")
    await house.ledger.hold(hold)
    await house.ledger.assume(hold.hold_id, "timeout")
    assert await house.ledger.adjust(adjustment(hold, 20)) == Adjusted(None, 500, 500, changed=True)
    for scope, period in [("team:T1", "2026-11"), ("library:T1", "2026-11"), ("library:T1", "")]:
        assert await balance(house, scope, period) == (0, 20, 0)
    assert (await house.ledger.verify()).ok


async def test_another_process_may_adjust(house: Any, settled: Any) -> None:
    run = await house.running(budget=1_000)
    hold, going_on = await house.hold(run, 500), await house.hold(run, 100)
    await house.ledger.assume(hold.hold_id, "timeout")
    other = await open_database(house.url, clock=house.clock)
    await asyncio.gather(
        Ledger(other, house.clock, house.defaults).adjust(adjustment(hold, 120)),
        house.ledger.settle(settled(going_on, 30)),
    )
    await other.close()
    assert await balance(house, f"run:{run.run_id}", "") == (0, 150, 0)
    assert (await house.ledger.verify()).ok


async def test_who_and_why_are_kept_once_and_no_earlier_entry_changes(house: Any) -> None:
    hold = await assumed(house)
    everything = select(ledger_entries).where(ledger_entries.c.hold_id == hold.hold_id)
    before = set(await house.db.read(lambda conn: conn.execute(everything).all()))
    await house.ledger.adjust(adjustment(hold, 120))
    after = set(await house.db.read(lambda conn: conn.execute(everything).all()))
    assert before < after
    assert {row.kind for row in after - before} == {"adjustment:1"}
    (said,) = [row.detail for row in after - before if row.detail]
    assert json.loads(said) == {"cost_nano_usd": 120, "by": "ana", "reason": "the bill"}
    assert await house.db.read(lambda conn: conn.execute(select(holds.c.state)).scalar_one()) == "settled"
