"""Who works on which run, in one process: a task a run, fair between teams.

Nothing here is durable. A run is a row first and queued second; on start whoever owns the file submits every row
that says `queued` or `running`, and what a drain or a crash leaves behind is found there again.
"""

import asyncio
import heapq
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

CANCEL_SECONDS = 2.0


@dataclass(frozen=True, slots=True, order=True)
class _Waiting:
    rank: tuple[int, int]
    run_id: str = field(compare=False)


class Queue:
    """Drives submitted runs within a limit for each team and one for the process.

    Teams take turns; within a team the higher priority goes first, then the earlier submission.
    """

    def __init__(self, drive: Callable[[str], Awaitable[None]], *, runs_at_once: int, team_runs_at_once: int) -> None:
        self._drive = drive
        self._runs_at_once = runs_at_once
        self._team_runs_at_once = team_runs_at_once
        self._open = False
        self._submitted = 0
        # Insertion order is the order of turns: a team that was served moves to the end.
        self._waiting: dict[str, list[_Waiting]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._team_of: dict[str, str] = {}
        self._running_of: Counter[str] = Counter()
        self._again: dict[str, int] = {}
        self._ends: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        """From now on runs are driven; what was submitted before starts here."""
        self._open = True
        self._fill()

    def submit(self, run_id: str, team_id: str, *, priority: int = 0) -> None:
        """Known and waiting: nothing changes. Being driven: driven once more afterwards.

        The second matters because a click can queue a run's next segment while the task of its last one is still
        unwinding; a segment with nothing to do costs one look at the row.
        """
        if run_id in self._tasks:
            self._again[run_id] = priority
        elif run_id not in self._team_of:
            self._submitted += 1
            self._team_of[run_id] = team_id
            waiting = _Waiting((-priority, self._submitted), run_id)
            heapq.heappush(self._waiting.setdefault(team_id, []), waiting)
            self._fill()

    async def cancel(self, run_id: str) -> bool:
        """Takes a run out of the line or stops its task, and returns once that ended; False if it was neither."""
        self._again.pop(run_id, None)
        if run_id in self._tasks:
            await self._stop({self._tasks[run_id]})
        elif run_id in self._team_of:
            self._leave_line(run_id)
        else:
            return False
        return True

    async def drain(self, seconds: float) -> None:
        """Starts nothing more, gives what runs `seconds` to end, then cancels it."""
        self._open = False
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=seconds)
            await self._stop(late)

    def running(self) -> set[str]:
        return set(self._tasks)

    async def segment_end(self, run_id: str, timeout: float) -> None:
        """Returns when a segment of this run ends, or at the timeout."""
        end = self._ends.setdefault(run_id, asyncio.Event())
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await end.wait()

    async def _stop(self, tasks: set[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        if tasks:
            _, deaf = await asyncio.wait(tasks, timeout=CANCEL_SECONDS)
            for task in deaf:
                log.warning("%s was cancelled and still runs after %s s", task.get_name(), CANCEL_SECONDS)

    def _fill(self) -> None:
        while self._open and len(self._tasks) < self._runs_at_once:
            team_id = next((team for team in self._waiting if self._running_of[team] < self._team_runs_at_once), None)
            if team_id is None:
                return
            line = self._waiting.pop(team_id)
            run_id = heapq.heappop(line).run_id
            if line:
                self._waiting[team_id] = line
            self._begin(run_id, team_id)

    def _begin(self, run_id: str, team_id: str) -> None:
        # An empty context: the run must not log or trace under the click, or the other run, that made room for it.
        task = asyncio.create_task(self._segment(run_id), name=f"run {run_id}", context=Context())
        self._tasks[run_id] = task
        self._running_of[team_id] += 1
        task.add_done_callback(lambda ended: self._ended(run_id, ended))

    async def _segment(self, run_id: str) -> None:
        await self._drive(run_id)

    def _ended(self, run_id: str, task: asyncio.Task[None]) -> None:
        del self._tasks[run_id]
        team_id = self._team_of.pop(run_id)
        self._running_of[team_id] -= 1
        if not self._running_of[team_id]:
            del self._running_of[team_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("driving run %s crashed: %s", run_id, error, exc_info=error)
        if (end := self._ends.pop(run_id, None)) is not None:
            end.set()
        if run_id in self._again:
            self.submit(run_id, team_id, priority=self._again.pop(run_id))
        self._fill()

    def _leave_line(self, run_id: str) -> None:
        team_id = self._team_of.pop(run_id)
        line = [waiting for waiting in self._waiting[team_id] if waiting.run_id != run_id]
        if line:
            heapq.heapify(line)
            self._waiting[team_id] = line
        else:
            del self._waiting[team_id]
