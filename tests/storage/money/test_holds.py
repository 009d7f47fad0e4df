"""What a run may still spend: the tightest of its caps, with what running calls hold already taken off."""

from typing import Any

TEAM = 50_000_000_000


async def test_the_tightest_cap_says_what_is_left(house: Any) -> None:
    run = await house.running(budget=1_000)
    assert 1_000 == await house.ledger.left(run.run_id)
    await house.budgets.set("team:T1", 700, "month", "U1")
    assert 700 == await house.ledger.left(run.run_id)
    await house.budgets.set("user:T1/U1", 300, "day", "U1")
    assert 300 == await house.ledger.left(run.run_id)


async def test_what_is_spent_and_what_is_held_are_both_taken_off(house: Any) -> None:
    run = await house.running(budget=1_000)
    await house.spend_on(run, 200)
    await house.hold(run, 300)
    assert 500 == await house.ledger.left(run.run_id)


async def test_another_run_of_the_team_leaves_less(house: Any) -> None:
    await house.budgets.set("team:T1", 1_000, "month", "U1")
    first, second = await house.running(), await house.running()
    await house.spend_on(first, 400)
    assert 600 == await house.ledger.left(second.run_id)


async def test_an_unlimited_team_leaves_the_runs_own_cap(house: Any) -> None:
    run = await house.running(budget=2 * TEAM)
    assert TEAM == await house.ledger.left(run.run_id)
    await house.budgets.set("team:T1", None, "month", "U1")
    assert 2 * TEAM == await house.ledger.left(run.run_id)


async def test_a_lowered_cap_leaves_nothing_rather_than_less(house: Any) -> None:
    run = await house.running()
    await house.spend_on(run, 400)
    await house.budgets.set("team:T1", 100, "month", "U1")
    assert 0 == await house.ledger.left(run.run_id)
