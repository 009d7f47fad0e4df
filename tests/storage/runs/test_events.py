"""Events are kept once, in the order of their commits, and come back as they were."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.values.errors import StoredStepUnreadable
from orchestration.values.events import EVENT_TYPES, Event, RunStarted, SubtaskProgressed
from storage.engine.codec import from_json, to_json
from storage.runs import events as event_log


def progress(number: int) -> SubtaskProgressed:
    return SubtaskProgressed(1, "s1", f"step {number}", f"tool/{number}")


async def test_a_replay_announces_nothing_twice(house: Any) -> None:
    run = await house.running()
    await house.log.emit(run, [progress(1), progress(2)])
    await house.log.emit(run, [progress(2), progress(3), progress(1)])
    told = [stored.event for stored in await house.events.of(run.run_id)][1:]
    assert told == [progress(1), progress(2), progress(3)]


async def test_the_first_telling_of_a_key_stays(house: Any) -> None:
    run = await house.running()
    await house.log.emit(run, [SubtaskProgressed(1, "s1", "first", "tool/1")])
    await house.log.emit(run, [SubtaskProgressed(1, "s1", "second", "tool/1")])
    assert (await house.events.of(run.run_id))[-1].event.activity == "first"


async def test_a_cursor_reads_on_where_it_stopped_over_all_runs(house: Any) -> None:
    runs = [await house.running() for _ in range(3)]
    for number, run in enumerate(runs * 3):
        await house.log.emit(run, [progress(number)])
    seen = []
    cursor = 0
    while page := await house.events.after(cursor, limit=4):
        assert [stored.id for stored in page] == sorted(stored.id for stored in page)
        seen += page
        cursor = page[-1].id
    assert len(seen) == 12
    assert cursor == await house.events.newest()


async def test_a_runs_events_are_read_from_a_cursor_too(house: Any) -> None:
    run, other = await house.running(), await house.running()
    await house.log.emit(run, [progress(1)])
    await house.log.emit(other, [progress(1)])
    first = await house.events.of(run.run_id)
    await house.log.emit(run, [progress(2)])
    assert [stored.event for stored in await house.events.of(run.run_id, after=first[-1].id)] == [progress(2)]


async def test_ids_are_never_given_again(house: Any) -> None:
    run = await house.running()
    newest = await house.events.newest()
    await house.db.write(lambda conn: conn.execute(event_log.table.delete()))
    await house.log.emit(run, [progress(1)])
    assert await house.events.newest() == newest + 1


# Seconds come from a clock: they are numbers.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@settings(max_examples=150)
@given(st.one_of([st.from_type(kind) for kind in EVENT_TYPES.values()]))
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    assert from_json(EVENT_TYPES[type(event).__name__], to_json(event)) == event


def test_an_older_shape_is_refused_with_a_sentence() -> None:
    with pytest.raises(StoredStepUnreadable, match="This version cannot read a stored step"):
        from_json(RunStarted, '{"epoch": "many"}')
