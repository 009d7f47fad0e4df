"""Drives the runs of one database: takes up what is there, then notices rows that anybody changes.

Budgets, reviews, retries and cancellations are rows, written by a listener of this process or by a command next to it.
Looking at the rows is the only way in, so both come the same way and nothing is lost between them.
"""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass

from orchestration.indexing import Indexer
from orchestration.run.research import Research
from orchestration.values.domain import RunStatus
from orchestration.values.ports import Clock
from orchestration.values.states import AT_WORK
from storage.engine.database import Database, DriverLost, Driving
from storage.library.erasure import erase
from storage.money.ledger import Ledger
from storage.runs.events import Events
from storage.runs.pauses import Pauses
from storage.runs.queue import Queue
from storage.runs.runs import Runs
from storage.runs.waiting import Waiting

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.05
"""Between two looks, so that a burst of clicks or of another process's commits costs one."""
SWEEP_SECONDS = 30.0
"""A look without a change: expired holds and unanswered questions fall due by time alone."""
PARK_SECONDS = 0.5
"""The same while paused work has calls out: their end is no change that a driver is woken for."""
ERASE_SECONDS = 3600.0
"""Between two looks for what a command that was killed left to erase."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a driver looks."""

    runs: Runs
    waiting: Waiting
    events: Events
    ledger: Ledger
    pauses: Pauses


class Driver:
    def __init__(
        self, database: Database, rows: Rows, *, research: Research, queue: Queue, indexer: Indexer | None = None
    ) -> None:
        self._database = database
        self._rows = rows
        self._research = research
        self._queue = queue
        self._indexer = indexer
        self._indexing: asyncio.Task[None] | None = None
        self._erasing: asyncio.Task[None] | None = None
        self._clock: Clock = database.clock
        self._lock = AsyncExitStack()
        self._driving: Driving | None = None
        self._watch: asyncio.Task[None] | None = None
        self._heard = 0

    async def start(self) -> None:
        """Takes the database's driver lock (AlreadyDriven where another process has it) and every unfinished run."""
        self._driving = await self._lock.enter_async_context(self._database.drive())
        self._heard = await self._rows.events.newest()
        await self._queue.start()
        self._watch = asyncio.create_task(self._follow(), name="driver")
        self._erasing = asyncio.create_task(self._erase(), name="eraser")
        if self._indexer:
            self._indexing = asyncio.create_task(self._index(self._indexer), name="indexer")

    async def stop(self, seconds: float) -> None:
        """Starts nothing more, lets runs end for `seconds`, parks the rest as `queued` and gives the lock back."""
        await self._stop_looking()
        await self._queue.drain(seconds)
        await self._lock.aclose()

    @property
    def running(self) -> set[str]:
        return self._queue.running()

    async def ended(self, run_id: str) -> RunStatus:
        """Returns once the run is neither queued nor running: it is done, or it waits for a person."""
        while (status := (await self._rows.runs.get(run_id)).status) in AT_WORK:
            await self._queue.segment_end(run_id, SWEEP_SECONDS)
        return status

    async def guard(self) -> None:
        """Stops every run at once where another process may drive them by now, and then raises DriverLost."""
        if self._driving is not None:
            await self._driving.lost()
            log.error("the connection that holds the driver's lock is gone: every run stops here")
            await self._stop_looking()
            await self._queue.drain(0)
            raise DriverLost

    async def _stop_looking(self) -> None:
        for task in (self._watch, self._indexing, self._erasing):
            if task:
                task.cancel()
                await asyncio.wait([task])

    async def _follow(self) -> None:
        changes = self._database.subscribe(acts_only=True)
        swept = self._clock.monotonic() - SWEEP_SECONDS
        while True:
            try:
                if self._clock.monotonic() - swept >= SWEEP_SECONDS:
                    swept = self._clock.monotonic()
                    await self._rows.ledger.reap(run_ids_driven=self.running)
                    await self._rows.waiting.fall_due()
                enough = await self._look()
                await asyncio.sleep(PAUSE_SECONDS)
                await changes.wait(enough)
            except Exception:  # a look that failed must not be the last one
                log.exception("looking for runs failed")
                await asyncio.sleep(1)

    async def _index(self, indexer: Indexer) -> None:
        while True:
            try:
                await indexer.run()
            except Exception:  # a look that failed must not be the last one
                log.exception("indexing failed")
                await self._clock.sleep(SWEEP_SECONDS)

    async def _erase(self) -> None:
        while True:
            try:
                await erase(self._database)
            except Exception:  # what is due stays due
                log.exception("erasing deleted text failed")
            await asyncio.sleep(ERASE_SECONDS)

    async def _look(self) -> float:
        """For how long it is enough, where nothing changes."""
        parking = False
        wanted = {row.run_id: row for row in await self._rows.runs.at_work()}
        for run_id, row in wanted.items():
            if run_id not in self.running or row.status == RunStatus.QUEUED:
                self._queue.submit(run_id, (row.team_id, row.user_id))
        for run_id in self.running - wanted.keys():
            if (await self._rows.runs.get(run_id)).status is RunStatus.CANCELLED:
                await self._queue.cancel(run_id)
        if self.running:
            parking = await self._park()
            self._heard = await self._pass_on(self._heard)
        return PARK_SECONDS if parking else SWEEP_SECONDS

    async def _park(self) -> bool:
        """Where an owner paused work: what runs there is queued again, once the calls that are out have ended.

        Whether some of it still has calls out.
        """
        paused = await self._rows.pauses.at_work(self.running)
        for run_id, can_be in paused.items():
            if can_be:
                await self._queue.cancel(run_id)
        return not all(paused.values())

    async def _pass_on(self, cursor: int) -> int:
        said = await self._rows.events.steered_after(cursor)
        for _, run_id, steering in said:
            self._research.steer(run_id, steering)
        return said[-1][0] if said else cursor
