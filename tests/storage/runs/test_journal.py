"""Steps: stored once with their money and their events, refused to who lost the run."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from orchestration.values.domain import Usage
from orchestration.values.errors import Fenced
from orchestration.values.events import SubtaskProgressed
from storage.engine.tables import steps

EVENT = SubtaskProgressed(1, "s1", "searches", "tool/1")


async def test_a_recorded_step_is_loaded_as_it_was(house: Any, a_step: Any) -> None:
    run = await house.running()
    step = a_step(
        run,
        "v1/chat/1",
        model="m",
        usage=Usage(10, 5, 2),
        cost_nano_usd=7,
        estimated=True,
        seconds=1.5,
        result='{"a":"é"}',
    )
    await house.journal.record(step)
    assert await house.journal.load(run.run_id) == {"v1/chat/1": step}


async def test_a_long_result_is_stored_in_less_room_and_loaded_as_it_was(house: Any, a_step: Any) -> None:
    run = await house.running()
    long = replace(a_step(run, "v1/chat/1"), result=json.dumps({"content": "Ümlaut and more. " * 200, "private": True}))
    await house.journal.record(long)
    assert await house.journal.load(run.run_id) == {"v1/chat/1": long}
    kept = await house.db.read(lambda conn: conn.execute(select(func.length(steps.c.result))).scalar_one())
    assert kept < len(long.result) / 3


async def test_steps_of_other_runs_are_not_loaded(house: Any, a_step: Any) -> None:
    run, other = await house.running(), await house.running()
    await house.journal.record(a_step(run, "v1/chat/1"))
    assert await house.journal.load(other.run_id) == {}


async def test_result_settlement_and_events_are_one_transaction(house: Any, a_step: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    broken = replace(a_step(run, "v1/chat/1"), agent=None)
    with pytest.raises(Exception, match=r"(?i)not.null"):
        await house.journal.record(broken, settlement=settled(hold, 120), events=[EVENT])
    assert await house.journal.load(run.run_id) == {}
    assert [stored.event for stored in await house.events.of(run.run_id)][1:] == []
    assert (await house.budgets.team_status("T1")).held_nano_usd == 500


async def test_who_lost_the_run_books_its_settlement_and_nothing_else(house: Any, a_step: Any, settled: Any) -> None:
    run = await house.running()
    hold = await house.hold(run, 500)
    again = await house.log.take_up(run.run_id)
    with pytest.raises(Fenced):
        await house.journal.record(a_step(run, "v1/chat/1"), settlement=settled(hold, 120), events=[EVENT])
    assert await house.journal.load(run.run_id) == {}
    assert len(await house.events.of(run.run_id)) == 1
    assert (await house.budgets.team_status("T1")).spent_nano_usd == 120
    await house.journal.record(a_step(again, "v1/chat/1"))


async def test_a_cancelled_run_takes_no_more_steps(house: Any, a_step: Any) -> None:
    run = await house.running()
    await house.runs.cancel(run.run_id, "U1")
    with pytest.raises(Fenced):
        await house.journal.record(a_step(run, "v1/chat/1"))


async def test_a_different_request_takes_the_key_over_and_the_paid_result_stays_readable(
    house: Any, a_step: Any
) -> None:
    run = await house.running()
    for request_hash in ("a", "b", "c"):
        await house.journal.record(a_step(run, "v1/chat/1", request_hash=request_hash))
    loaded = await house.journal.load(run.run_id)
    assert loaded["v1/chat/1"].request_hash == "c"
    kept = select(steps.c.request_hash).order_by(steps.c.id)
    assert await house.db.read(lambda conn: conn.execute(kept).scalars().all()) == ["a", "b", "c"]


async def test_steps_count_the_time_since_the_run_was_taken_up_as_work(house: Any, a_step: Any) -> None:
    run = await house.running()
    house.clock.pass_(2)
    await house.journal.record(a_step(run, "v1/chat/1", seconds=1.5))
    house.clock.pass_(3)
    await house.journal.record(a_step(run, "v1/chat/2", seconds=3))
    assert (await house.runs.get(run.run_id)).seconds == pytest.approx(5)


async def test_a_clock_that_goes_back_takes_no_work_away(house: Any, a_step: Any) -> None:
    run = await house.running()
    house.clock.pass_(2)
    await house.journal.record(a_step(run, "v1/chat/1"))
    house.clock.pass_(-86400)
    await house.journal.record(a_step(run, "v1/chat/2"))
    house.clock.pass_(1)
    await house.journal.record(a_step(run, "v1/chat/3"))
    assert (await house.runs.get(run.run_id)).segment_seconds == pytest.approx(3)
