"""Time comes from outside, so that a test can let five minutes pass in a moment."""

import asyncio
import time
from typing import Any, Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """Stands still until it is moved on; wakes everything that is due, in order."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._asleep = asyncio.Event()

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return await asyncio.sleep(0)
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, woken))
        self._asleep.set()
        await woken

    async def until_asleep(self) -> None:
        """Until somebody waits for their time to come."""
        await self._asleep.wait()

    def advance(self, seconds: float) -> None:
        self._now += seconds
        due = sorted((s for s in self._sleepers if s[0] <= self._now), key=lambda sleeper: sleeper[0])
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        if not self._sleepers:
            self._asleep.clear()
        for _, woken in due:
            if not woken.done():
                woken.set_result(None)


async def within(clock: Clock, seconds: float, future: asyncio.Future[Any]) -> bool:
    """Whether the future is done before the clock has moved on by that many seconds; it is not cancelled."""
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({alarm, future}, return_when=asyncio.FIRST_COMPLETED)
        return future.done()
    finally:
        alarm.cancel()
