"""What people answer to a run that asked, each one compare-and-set with its event."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, func, select

from orchestration.values.domain import RunStatus
from orchestration.values.inquiry import ClarificationGiven, ConsentGiven, Escalated, ReuseChosen
from orchestration.values.ports import Clock
from orchestration.values.states import DECISIONS, Decision
from storage.engine.database import Database
from storage.engine.run_rows import find_run, lock_run
from storage.engine.tables import drafts
from storage.runs import events as event_log
from storage.runs.runs import NoSuchRun, set_going
from storage.runs.transitions import Guard, move

T = TypeVar("T")

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

    async def _act(self, run_id: str, work: Callable[[Connection], T]) -> T:
        def known(conn: Connection) -> T:
            if find_run(conn, run_id) is None:
                raise NoSuchRun(f"There is no run {run_id}. `threadwork runs` lists them.")
            return work(conn)

        result = await self._db.write(known)
        self._db.announce()
        return result
