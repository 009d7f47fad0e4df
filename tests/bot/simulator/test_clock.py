import asyncio

from bot.simulator.clock import ManualClock, SystemClock, within


async def test_a_manual_clock_wakes_sleepers_in_order_and_only_when_their_time_has_come() -> None:
    clock, woken = ManualClock(100.0), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (5, 2, 9)]
    await asyncio.sleep(0)
    clock.advance(6)
    await asyncio.sleep(0)
    assert ([2, 5], 106.0) == (woken, clock.now())
    clock.advance(3)
    await asyncio.gather(*tasks)
    assert [2, 5, 9] == woken


async def test_within_tells_whether_the_future_came_first() -> None:
    loop = asyncio.get_running_loop()
    done, never = loop.create_future(), loop.create_future()
    done.set_result(None)
    assert await within(SystemClock(), 5, done)
    assert not await within(SystemClock(), 0.01, never)
    assert not never.cancelled()
