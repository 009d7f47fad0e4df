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


async def within(clock: Clock, seconds: float, future: asyncio.Future[Any]) -> bool:
    """Whether the future is done before the clock has moved on by that many seconds; it is not cancelled."""
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({alarm, future}, return_when=asyncio.FIRST_COMPLETED)
        return future.done()
    finally:
        alarm.cancel()
