"""Wakes whoever waits for the world to change."""

import asyncio
from collections.abc import Callable


class Pulse:
    def __init__(self) -> None:
        self._next = asyncio.Event()

    def beat(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, predicate: Callable[[], object], timeout: float) -> None:
        """Returns once the predicate holds; it is asked again at every change."""
        async with asyncio.timeout(timeout):
            while not predicate():
                await self._next.wait()
