"""What every database of ours does: reads, writes, and telling who waits that something was committed.

SQL is written as plain functions over a SQLAlchemy Core `Connection`; a `Database` decides where they run.
`storage.engine.sqlite` and `storage.engine.postgres` are the two there are, `storage.engine.opening` chooses.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from orchestration.values.errors import OperatorError
from orchestration.values.ports import Clock

T = TypeVar("T")

LOOK_SECONDS = 0.5  # between two looks for other processes' commits, only while somebody waits


class AlreadyDriven(OperatorError):
    """Another process already drives runs on this database. Stop it first, or give this one its own DATABASE_URL."""


class DriverLost(OperatorError):
    """The connection that kept other processes from driving these runs is gone. Start again once the database is up."""


class Driving(Protocol):
    """The right to drive runs; it ends with the process, or with its connection."""

    async def lost(self) -> None:
        """Returns within seconds of the loss, and never where it cannot be lost."""


class Changes:
    """Tells one follower that something was committed since it last asked.

    With `acts_only` it sleeps through what this process writes for the runs it drives, dozens of commits a second:
    it wakes at once for what a person did here, and within a second for what another process wrote.
    """

    def __init__(self, database: "Database", *, acts_only: bool) -> None:
        self._database = database
        self._acts_only = acts_only
        self._seen = self._count()

    async def wait(self, timeout: float) -> bool:
        """True at the next commit: of this process at once, of another within a second. False at the timeout."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not self._moved():
            left = deadline - loop.time()
            if left <= 0:
                return False
            await self._database._next(self._acts_only, min(left, LOOK_SECONDS))
        return True

    def _moved(self) -> bool:
        count = self._count()
        moved = count != self._seen
        self._seen = count
        return moved

    def _count(self) -> tuple[int, int]:
        database = self._database
        return database._acts if self._acts_only else database._commits, database._foreign


class Database(ABC):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._commit, self._commits = asyncio.Event(), 0
        self._act, self._acts = asyncio.Event(), 0
        self._foreign = 0

    @abstractmethod
    async def write(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        """Committed when it returns; an exception undoes this work alone. Is `patient` where nobody waits for it."""

    @abstractmethod
    async def read(self, work: Callable[[Connection], T]) -> T:
        """Sees one moment, whatever is written meanwhile."""

    @abstractmethod
    def drive(self) -> AbstractAsyncContextManager[Driving]:
        """Held by the one process that drives runs on this database; entering it may raise AlreadyDriven."""

    @abstractmethod
    async def driven_since(self) -> datetime | None:
        """When the process that drives its runs took them; None where none does."""

    async def is_driven(self) -> bool:
        return await self.driven_since() is not None

    @abstractmethod
    async def checkpoint(self) -> bool:
        """What was deleted leaves the log too. False where somebody else's reading or writing did not end."""

    @abstractmethod
    async def close(self) -> None:
        """Whatever was handed in before is still written."""

    def subscribe(self, *, acts_only: bool = False) -> Changes:
        return Changes(self, acts_only=acts_only)

    def announce(self) -> None:
        """A person changed something that a driver has to notice."""
        self._acts += 1
        self._wake_for_act()

    @abstractmethod
    async def _look(self) -> None:
        """Notices other processes' commits soon, also while nothing is written."""

    def _committed(self, here: bool) -> None:
        self._foreign += not here
        self._commits += 1
        self._commit.set()
        self._commit = asyncio.Event()
        if not here:
            self._wake_for_act()

    def _wake_for_act(self) -> None:
        self._act.set()
        self._act = asyncio.Event()

    async def _next(self, act: bool, timeout: float) -> None:
        waiting = self._act if act else self._commit
        await self._look()
        try:
            async with asyncio.timeout(timeout):
                await waiting.wait()
        except TimeoutError:
            return
