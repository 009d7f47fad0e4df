"""Money: caps hold, every transition happens once, and the entries always add up."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from orchestration.values.errors import BudgetRefused, CallLost, Fenced
from orchestration.values.ports import Hold
from storage.engine.tables import balances, holds, ledger_entries


async def balance(house: Any, scope: str) -> tuple[int, int, int]:
    """Held, spent, estimated, over all periods."""
    sums = select(*(func.coalesce(func.sum(balances.c[name]), 0) for name in ("held", "spent", "estimated")))
    found = await house.db.read(lambda conn: conn.execute(sums.where(balances.c.scope == scope)).one())
    return tuple(found)


async def state_of(house: Any, hold: Hold) -> tuple[str, str]:
    statement = select(holds.c.state, holds.c.reason).where(holds.c.hold_id == hold.hold_id)
    return tuple(await house.db.read(lambda conn: conn.execute(statement).one()))


async def test_a_hold_counts_on_the_team_and_on_the_run_until_it_is_settled(house: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    for scope in ("team:T1", f"run:{run.run_id}"):
        assert await balance(house, scope) == (500, 0, 0)
    await house.ledger.settle(settled(hold, 120))
    for scope in ("team:T1", f"run:{run.run_id}"):
        assert await balance(house, scope) == (0, 120, 0)


async def test_a_released_hold_leaves_nothing_behind(house: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.ledger.release(hold.hold_id)
    assert await balance(house, "team:T1") == (0, 0, 0)


async def test_an_assumed_hold_is_spent_whole_and_marked_as_a_guess(house: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.ledger.assume(hold.hold_id, "timeout")
    assert await balance(house, "team:T1") == (0, 500, 500)
    assert await state_of(house, hold) == ("assumed", "timeout")


async def test_a_late_settlement_of_an_assumed_hold_books_the_difference_once(house: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.ledger.assume(hold.hold_id, "timeout")
    for _ in range(3):
        await house.ledger.settle(settled(hold, 120))
    assert await balance(house, "team:T1") == (0, 120, 0)
    assert (await house.ledger.verify()).ok


async def test_an_estimated_settlement_is_marked_as_a_guess(house: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.ledger.settle(settled(hold, 120, estimated=True))
    assert await balance(house, "team:T1") == (0, 120, 120)


async def test_a_settlement_above_its_hold_is_booked_as_the_whole_hold_and_marked(house: Any, settled: Any) -> None:
    """What was reported is kept with the entry; a real difference is for an audited adjustment."""
    run = await house.running(budget=1000)
    hold = await house.hold(run, 1000)
    await house.ledger.settle(settled(hold, 1500))
    assert await balance(house, f"run:{run.run_id}") == (0, 1000, 1000)
    with pytest.raises(BudgetRefused):
        await house.hold(run, 1)
    assert (await house.ledger.verify()).ok


async def test_a_late_settlement_above_its_hold_books_no_more_than_was_assumed(house: Any, settled: Any) -> None:
    run = await house.running(budget=1000)
    hold = await house.hold(run, 1000)
    await house.ledger.assume(hold.hold_id, "interrupted")
    await house.ledger.settle(settled(hold, 1500))
    assert await balance(house, f"run:{run.run_id}") == (0, 1000, 1000)
    assert (await house.ledger.verify()).ok


TRANSITIONS: dict[str, Callable[[Any, Hold, Any], Any]] = {
    "settle": lambda house, hold, settled: house.ledger.settle(settled(hold, 120)),
    "release": lambda house, hold, settled: house.ledger.release(hold.hold_id),
    "assume": lambda house, hold, settled: house.ledger.assume(hold.hold_id, "timeout"),
}


@pytest.mark.parametrize("second", TRANSITIONS)
@pytest.mark.parametrize("first", ["settle", "release"])
async def test_a_closed_hold_stays_as_it_was_closed(house: Any, settled: Any, first: str, second: str) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await TRANSITIONS[first](house, hold, settled)
    before = await balance(house, "team:T1")
    await TRANSITIONS[second](house, hold, settled)
    assert await balance(house, "team:T1") == before
    assert (await house.ledger.verify()).ok


@pytest.mark.parametrize("transition", TRANSITIONS)
async def test_a_hold_that_was_never_opened_cannot_be_closed(house: Any, settled: Any, transition: str) -> None:
    run = await house.running()
    await TRANSITIONS[transition](house, house.a_hold(run, 500), settled)
    assert await balance(house, "team:T1") == (0, 0, 0)
    assert (await house.ledger.verify()).entries == 0


async def test_the_same_hold_twice_is_held_once(house: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.ledger.hold(hold)
    assert await balance(house, "team:T1") == (500, 0, 0)


async def test_a_refused_hold_holds_nothing_on_any_scope_and_names_the_one_that_refused(house: Any) -> None:
    run = await house.running(budget=100)
    with pytest.raises(BudgetRefused) as refused:
        await house.hold(run, 101)
    assert refused.value.scope == f"run:{run.run_id}"
    assert await balance(house, "team:T1") == (0, 0, 0)
    assert await house.db.read(lambda conn: conn.execute(select(func.count()).select_from(holds)).scalar()) == 0


async def test_a_hold_may_fill_a_cap_to_the_last_nano_dollar(house: Any) -> None:
    run = await house.running(budget=100)
    await house.hold(run, 100)
    with pytest.raises(BudgetRefused) as refused:
        await house.hold(run, 1)
    assert refused.value.siblings_hold


async def test_only_settled_money_makes_waiting_for_siblings_pointless(house: Any) -> None:
    run = await house.running(budget=100)
    await house.spend_on(run, 60)
    await house.hold(run, 30)
    with pytest.raises(BudgetRefused) as later:
        await house.hold(run, 40)
    with pytest.raises(BudgetRefused) as never:
        await house.hold(run, 41)
    assert (later.value.siblings_hold, never.value.siblings_hold) == (True, False)


async def test_a_hold_of_an_older_epoch_or_a_stopped_run_is_fenced(house: Any) -> None:
    run = await house.running()
    with pytest.raises(Fenced):
        await house.hold(replace(run, epoch=run.epoch - 1), 1)
    with pytest.raises(Fenced):
        await house.hold(replace(run, run_id="r_unknown"), 1)
    await house.runs.cancel(run.run_id, "U1")
    with pytest.raises(Fenced):
        await house.hold(run, 1)


async def test_settling_is_never_fenced(house: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.runs.cancel(run.run_id, "U1")
    await house.ledger.settle(settled(hold, 120))
    assert await balance(house, "team:T1") == (0, 120, 0)


async def test_a_call_lost_twice_in_a_crash_fails_until_a_person_retries(house: Any) -> None:
    run = await house.ask()
    for _ in range(2):
        taken = await house.log.take_up(run.run_id)
        await house.hold(taken, 10, step_key="v1/chat/1")
    taken = await house.log.take_up(run.run_id)
    with pytest.raises(CallLost, match=f"v1/chat/1 of run {run.run_id} was lost in two crashes"):
        await house.hold(taken, 10, step_key="v1/chat/1")
    await house.hold(taken, 10, step_key="v1/chat/2")
    await house.runs.cancel(run.run_id, "U1")
    await house.runs.retry(run.run_id, "U1")
    await house.hold(await house.log.take_up(run.run_id), 10, step_key="v1/chat/1")


async def test_the_reaper_assumes_only_what_is_past_its_lease(house: Any) -> None:
    run = await house.running()
    driven = await house.running()
    old, new = await house.hold(run, 10), await house.hold(run, 20, lease_seconds=600)
    late = await house.hold(driven, 30)
    house.clock.pass_(200)
    assert await house.ledger.reap(run_ids_driven=[driven.run_id]) == 2
    assert await house.ledger.reap() == 0
    states = [await state_of(house, hold) for hold in (old, new, late)]
    assert states == [("assumed", "lost"), ("open", ""), ("assumed", "expired")]


async def test_waiting_for_siblings_ends_with_the_next_settlement(house: Any, settled: Any) -> None:
    run = await house.running(budget=100)
    hold = await house.hold(run, 100)

    async def second() -> None:
        with pytest.raises(BudgetRefused):
            await house.hold(run, 50)
        refused.set()
        await house.ledger.changed(run.run_id, 30)
        await house.hold(run, 50)

    refused = asyncio.Event()
    waiting = asyncio.create_task(second())
    await refused.wait()
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await house.ledger.settle(settled(hold, 10))
    await asyncio.wait_for(waiting, 30)


async def test_a_settlement_between_the_refusal_and_the_wait_is_not_missed(house: Any, settled: Any) -> None:
    run = await house.running(budget=100)
    hold = await house.hold(run, 100)
    with pytest.raises(BudgetRefused):
        await house.hold(run, 50)
    await house.ledger.settle(settled(hold, 10))
    await asyncio.wait_for(house.ledger.changed(run.run_id, 60), 30)


async def test_waiting_for_siblings_ends_at_its_timeout(house: Any) -> None:
    await asyncio.wait_for(house.ledger.changed("r_1", 0.01), 30)


async def test_what_a_call_used_stays_in_the_ledger_with_its_prices(house: Any, settled: Any) -> None:
    run = await house.running()
    await house.ledger.settle(settled(await house.hold(run, 500), 120))
    details = select(ledger_entries.c.detail).where(ledger_entries.c.detail.is_not(None))
    found = await house.db.read(lambda conn: conn.execute(details).scalars().all())
    assert len(found) == 1
    assert '"price_source": "bundled 1"' in found[0] and '"prompt_tokens": 100' in found[0]


async def test_verify_names_a_balance_that_differs_from_its_entries(house: Any) -> None:
    run = await house.running()
    await house.spend_on(run, 500)
    assert (await house.ledger.verify()).ok

    def forge(conn: Connection) -> None:
        conn.execute(update(balances).where(balances.c.scope == "team:T1").values(spent=499))

    await house.db.write(forge)
    drift = (await house.ledger.verify()).drift
    assert [(d.scope, d.period, d.kept, d.rebuilt) for d in drift] == [("team:T1", "2026-11", (0, 499, 0), (0, 500, 0))]


async def test_verify_names_a_hold_whose_entries_contradict_its_state(house: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    await house.db.write(lambda conn: conn.execute(update(holds).values(state="settled")))
    assert [drift.scope for drift in (await house.ledger.verify()).drift] == [f"hold:{hold.hold_id}"]
