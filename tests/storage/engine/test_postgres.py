"""Two processes on one Postgres: what they read and then write stays right whichever comes first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from orchestration.values.errors import BudgetRefused, Fenced
from orchestration.values.events import Steered
from storage.engine.database import AlreadyDriven, Database
from storage.engine.opening import open_database
from storage.money import holds
from storage.money.budgets import BudgetDefaults
from storage.runs import events as event_log
from storage.runs import run_log

BUDGETS = BudgetDefaults(50_000_000_000, "UTC")


@pytest.fixture
async def two(postgres_url: str, clock: Any) -> AsyncIterator[tuple[Database, Database]]:
    # Other tests work on the same server: who waits is looked for among these connections alone.
    named = postgres_url + "&application_name=" + postgres_url.rsplit("%3D", 1)[-1]
    first, second = [await open_database(named, clock=clock) for _ in range(2)]
    yield first, second
    await first.close()
    await second.close()


@pytest.fixture
def house(two: tuple[Database, Database], clock: Any, house_on: Callable[..., Any]) -> Any:
    return house_on(two[0], clock, BUDGETS)


async def in_turn(
    two: tuple[Database, Database],
    early: Callable[[Connection], Any],
    late: Callable[..., Any],
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> Any:
    """`early` does its work and keeps its transaction open until `late` waits for it or is done, and `meanwhile` is."""
    gate, done = asyncio.Event(), asyncio.Event()

    async def hold_open() -> Any:
        async with two[0]._engine.begin() as conn:  # type: ignore[attr-defined]
            value = await conn.run_sync(early)
            done.set()
            await gate.wait()
        return value

    first = asyncio.create_task(hold_open())
    await done.wait()
    second = asyncio.create_task(two[1].write(late))
    await waiting_or_done(two[0], second)
    if meanwhile is not None:
        await meanwhile()
    gate.set()
    return await asyncio.gather(first, second, return_exceptions=True)


async def waiting_or_done(db: Database, task: "asyncio.Task[Any]") -> None:
    while not task.done():
        if await db.read(lambda conn: conn.execute(text(_WAITING)).scalar()):
            return
        await asyncio.sleep(0.01)


_WAITING = (
    "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE NOT l.granted AND a.application_name = current_schema()"
)


async def test_two_that_take_a_run_up_at_once_get_two_epochs(two: Any, house: Any) -> None:
    run = await house.ask()
    now = house.clock.now()

    def take_up(conn: Connection) -> Any:
        return run_log._take_up(conn, run.run_id, now)

    first, second = await in_turn(two, take_up, take_up)
    assert [first.epoch, second.epoch] == [1, 2]


async def test_a_hold_of_an_old_epoch_is_not_opened_next_to_a_take_up(two: Any, house: Any) -> None:
    run = await house.running()
    hold, now = house.a_hold(run, 5), house.clock.now()
    _, refused = await in_turn(
        two,
        lambda conn: run_log._take_up(conn, run.run_id, now),
        lambda conn: holds.open_hold(conn, hold, now=now, defaults=BUDGETS),
    )
    assert isinstance(refused, Fenced)


async def test_a_hold_that_came_before_a_take_up_is_assumed_by_it(two: Any, house: Any) -> None:
    run = await house.running()
    hold, now = house.a_hold(run, 5), house.clock.now()
    await in_turn(
        two,
        lambda conn: holds.open_hold(conn, hold, now=now, defaults=BUDGETS),
        lambda conn: run_log._take_up(conn, run.run_id, now),
    )
    state = await two[0].read(lambda conn: conn.execute(text("SELECT state FROM holds")).scalar_one())
    assert state == "assumed"
    assert (await house.ledger.verify()).ok


async def test_a_cursor_never_passes_an_event_that_is_committed_later(two: Any, house: Any) -> None:
    one, other = await house.running(), await house.running()
    before, now = await house.events.newest(), house.clock.now()

    def say(run: Any, name: str) -> Callable[[Connection], None]:
        return lambda conn: event_log.insert(conn, run.run_id, [Steered(name, "U1", "Go")], now)

    seen: list[int] = []

    async def look() -> None:
        seen.extend([stored.id for stored in await house.events.after(max(seen, default=before))])

    await in_turn(two, say(one, "a"), say(other, "b"), look)
    await look()
    assert len(seen) == 2


async def test_two_creations_with_one_key_are_one_run(two: Any, house: Any, house_on: Callable[..., Any]) -> None:
    elsewhere = house_on(two[1], house.clock, BUDGETS)
    elsewhere.ids.count = iter(range(1000, 2000))
    question = house.question()
    made = await asyncio.gather(
        *(each.runs.create(question, key="k", budget_nano_usd=5) for each in (house, elsewhere) for _ in range(5))
    )
    assert len({run.run_id for run, _ in made}) == 1
    assert [new for _, new in made].count(True) == 1


async def test_calls_of_two_processes_fill_a_cap_exactly(two: Any, house: Any, house_on: Callable[..., Any]) -> None:
    houses = [house, house_on(two[1], house.clock, BUDGETS)]
    run = await house.running()
    await house.budgets.set("channel:T1/C1", 100, "month", "U1")

    async def call(number: int) -> bool:
        try:
            await houses[number % 2].ledger.hold(house.a_hold(run, 1, hold_id=f"h{number}"))
        except BudgetRefused:
            return False
        return True

    assert sum(await asyncio.gather(*map(call, range(140)))) == 100
    assert (await house.ledger.verify()).ok


async def test_a_follower_hears_of_another_processes_commit(two: Any, house: Any) -> None:
    changes = two[1].subscribe(acts_only=True)
    await changes.wait(5)  # for the first time once it listens
    await house.ask()
    assert await changes.wait(30)


async def test_a_second_driver_is_refused_until_the_first_ones_connection_ends(two: Any) -> None:
    async with two[0].drive():
        assert await two[1].is_driven()
        with pytest.raises(AlreadyDriven, match="already drives runs"):
            async with two[1].drive():
                pass
    async with two[1].drive():
        assert await two[0].is_driven()


async def test_a_driver_whose_connection_is_cut_hears_of_it_within_five_seconds(two: Any, postgres_url: str) -> None:
    async with two[0].drive() as driving:
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
                "AND (classid::bigint << 32 | objid::bigint) = "
                "hashtextextended('threadwork driver' || current_schema(), 0)"
            )
        await asyncio.wait_for(driving.lost(), 5)
        async with two[1].drive():
            assert await two[1].is_driven()


async def test_a_write_that_deadlocked_is_done_again(two: Any, house: Any) -> None:
    runs = [await house.ask(), await house.ask()]
    held: list[str] = []

    def lock(first: Any, second: Any) -> Callable[[Connection], None]:
        def work(conn: Connection) -> None:
            conn.execute(_LOCK, {"run": first.run_id})
            held.append(first.run_id)
            while len(held) < 2:
                conn.execute(text("SELECT pg_sleep(0.01)"))
            conn.execute(_LOCK, {"run": second.run_id})

        return work

    await asyncio.gather(two[0].write(lock(*runs)), two[1].write(lock(*reversed(runs))))
    assert len(held) > 2


_LOCK = text("SELECT 1 FROM runs WHERE run_id = :run FOR UPDATE")
