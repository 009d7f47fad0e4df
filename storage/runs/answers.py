"""What people answer to a run that asked, each one compare-and-set with its event; and that nobody answered in time."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from orchestration.values.domain import RunStatus
from orchestration.values.events import RunExpired
from orchestration.values.inquiry import ClarificationGiven, ConsentGiven, Escalated, ReuseChosen
from orchestration.values.ports import Clock
from orchestration.values.states import DECISIONS, Decision
from storage.engine.database import Database
from storage.engine.run_rows import find_run, lock_run
from storage.engine.tables import drafts
from storage.engine.tables import runs as table
from storage.runs import events as event_log
from storage.runs.runs import NoSuchRun, set_going
from storage.runs.transitions import Guard, move

T = TypeVar("T")

HOURS_TO_ANSWER = 24
EXPIRED = (
    f"Nobody answered within {HOURS_TO_ANSWER} hours, so nothing was started. `threadwork retry {{run_id}}` asks again."
)
_WAITING = frozenset({RunStatus.AWAITING_INPUT})


class Answers:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def give(self, run_id: str, answer: ConsentGiven | ClarificationGiven | ReuseChosen) -> bool:
        """The first answer to the question that is open now sets the run going; any other changes nothing."""

        def work(conn: Connection) -> bool:
            # The epoch is the question's own: an answer to an older one finds a younger epoch and is refused.
            asked = Guard(_WAITING, epoch=answer.epoch)
            if not move(conn, run_id, RunStatus.QUEUED, guard=asked, values=set_going(answer.epoch + 1)):
                return False
            event_log.insert(conn, run_id, [answer], self._clock.now())
            return True

        return await self._act(run_id, work)

    async def escalate(self, run_id: str, escalated: Escalated) -> bool:
        """Starts the next version with the offered workers, where the draft is still the newest and nobody decided."""

        def work(conn: Connection) -> bool:
            row = lock_run(conn, run_id)
            newest = conn.execute(select(func.max(drafts.c.version)).where(drafts.c.run_id == run_id)).scalar()
            if row is None or newest != escalated.version:
                return False
            values = set_going(row.epoch + 1) | {"draft_version": escalated.version + 1}
            if not move(
                conn,
                run_id,
                RunStatus.QUEUED,
                guard=Guard(DECISIONS[Decision.REQUEST_REVISIONS].origins, epoch=row.epoch),
                values=values,
            ):
                return False
            event_log.insert(conn, run_id, [escalated], self._clock.now())
            return True

        return await self._act(run_id, work)

    async def expire(self) -> list[str]:
        """Ends the runs whose question nobody answered in time, and names them."""
        now = self._clock.now()
        overdue = select(table.c.run_id, table.c.epoch).where(
            table.c.status == RunStatus.AWAITING_INPUT, table.c.ended_at <= now - timedelta(hours=HOURS_TO_ANSWER)
        )
        found = await self._db.read(lambda conn: conn.execute(overdue).all())

        def expired(conn: Connection, row: Any) -> bool:
            guard, values = Guard(_WAITING, epoch=row.epoch), {"ended_at": now}
            if not move(conn, row.run_id, RunStatus.EXPIRED, guard=guard, values=values):
                return False
            sentence = EXPIRED.format(run_id=row.run_id)
            event_log.insert(conn, row.run_id, [RunExpired(row.epoch, sentence)], now)
            return True

        # Each by itself: two runs in one transaction would wait for each other's events.
        ended = [row.run_id for row in found if await self._db.write(partial(expired, row=row))]
        if ended:
            self._db.announce()
        return ended

    async def _act(self, run_id: str, work: Callable[[Connection], T]) -> T:
        def known(conn: Connection) -> T:
            if find_run(conn, run_id) is None:
                raise NoSuchRun(f"There is no run {run_id}. `threadwork runs` lists them.")
            return work(conn)

        result = await self._db.write(known)
        self._db.announce()
        return result
