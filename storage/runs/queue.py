"""Who works on which run, in one process: a task a run, fair between teams and between the people of a team.

Nothing here is durable. A run is a row first and queued second; on start whoever owns the file submits every row
that says `queued` or `running`, and what a drain or a crash leaves behind is found there again.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass

log = logging.getLogger(__name__)

CANCEL_SECONDS = 2.0


Person = tuple[str, str]
"""The team and the user."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """How many runs are driven side by side: by the process, for a team, for one person."""

    runs: int
    team_runs: int
    user_runs: int


class Queue:
    """Drives submitted runs within these limits.

    Teams take turns, within a team its people, and one person's runs begin in the order of submission.
    """

    def __init__(self, drive: Callable[[str], Awaitable[None]], at_once: AtOnce) -> None:
        self._drive = drive
        self._at_once = at_once
        self._open = False
        # Insertion order is the order of turns: a team or person that was served moves to the end.
        self._waiting: dict[str, dict[str, deque[str]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asker_of: dict[str, Person] = {}
        self._running_of: Counter[str | Person] = Counter()
        self._again: set[str] = set()
        self._ends: dict[str, asyncio.Event] = {}

    async def start(self) -> None:
        """From now on runs are driven; what was submitted before starts here."""
        self._open = True
        self._fill()

    def submit(self, run_id: str, asker: Person) -> None:
        """Known and waiting: nothing changes. Being driven: driven once more afterwards.

        The second matters because a click can queue a run's next segment while the task of its last one is still
        unwinding; a segment with nothing to do costs one look at the row.
        """
        if run_id in self._tasks:
            self._again.add(run_id)
        elif run_id not in self._asker_of:
            self._asker_of[run_id] = asker
            team_id, user_id = asker
            self._waiting.setdefault(team_id, {}).setdefault(user_id, deque()).append(run_id)
            self._fill()

    async def cancel(self, run_id: str) -> bool:
        """Takes a run out of the line or stops its task, and returns once that ended; False if it was neither."""
        self._again.discard(run_id)
        if run_id in self._tasks:
            await self._stop({self._tasks[run_id]})
        elif run_id in self._asker_of:
            self._leave_line(run_id, self._asker_of.pop(run_id))
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
        while self._open and len(self._tasks) < self._at_once.runs:
            asker = next(filter(self._has_room, self._askers()), None)
            if asker is None:
                return
            team_id, user_id = asker
            run_id = self._waiting[team_id][user_id][0]
            self._leave_line(run_id, asker)
            if people := self._waiting.get(team_id):
                self._waiting[team_id] = self._waiting.pop(team_id)
                if user_id in people:
                    people[user_id] = people.pop(user_id)
            self._begin(run_id, asker)

    def _askers(self) -> Iterator[Person]:
        """Who waits, in the order of turns."""
        return ((team_id, user_id) for team_id, people in self._waiting.items() for user_id in people)

    def _has_room(self, asker: Person) -> bool:
        at_once, running = self._at_once, self._running_of
        return running[asker[0]] < at_once.team_runs and running[asker] < at_once.user_runs

    def _begin(self, run_id: str, asker: Person) -> None:
        # An empty context: the run must not log or trace under the click, or the other run, that made room for it.
        task = asyncio.create_task(self._segment(run_id), name=f"run {run_id}", context=Context())
        self._tasks[run_id] = task
        self._running_of.update((asker[0], asker))
        task.add_done_callback(lambda ended: self._ended(run_id, ended))

    async def _segment(self, run_id: str) -> None:
        await self._drive(run_id)

    def _ended(self, run_id: str, task: asyncio.Task[None]) -> None:
        del self._tasks[run_id]
        asker = self._asker_of.pop(run_id)
        self._running_of -= Counter((asker[0], asker))
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("driving run %s crashed: %s", run_id, error, exc_info=error)
        if (end := self._ends.pop(run_id, None)) is not None:
            end.set()
        if run_id in self._again:
            self._again.remove(run_id)
            self.submit(run_id, asker)
        self._fill()

    def _leave_line(self, run_id: str, asker: Person) -> None:
        """A line without runs, and a team without lines, would be looked at for ever."""
        team_id, user_id = asker
        people = self._waiting[team_id]
        people[user_id].remove(run_id)
        if not people[user_id]:
            del people[user_id]
        if not people:
            del self._waiting[team_id]
