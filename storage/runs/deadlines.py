"""What nobody answers or decides on in time: one reminder, then the run expires."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, and_, cast, literal, not_, or_, select

from orchestration.values.domain import RunStatus
from orchestration.values.events import DecisionReminded, Event, RunExpired
from orchestration.values.ports import Clock
from storage.engine.database import Database
from storage.engine.tables import events as event_table
from storage.engine.tables import runs as table
from storage.runs import events as event_log
from storage.runs.transitions import Guard, move

HOURS_TO_ANSWER = 24
HOURS_TO_REMINDER = 24
_ASKING = frozenset({RunStatus.AWAITING_INPUT})
_UNDECIDED = frozenset({RunStatus.AWAITING_REVIEW, RunStatus.PAUSED})


class Deadlines:
    def __init__(self, db: Database, clock: Clock, review_days: int) -> None:
        """Drafts and paused runs wait for `review_days`; 0 is for ever."""
        self._db = db
        self._clock = clock
        self._review_days = review_days

    async def fall_due(self) -> list[str]:
        """Ends the runs whose time is over and names them, then reminds of those that wait for a day."""
        now = self._clock.now()
        if not await self._db.read(lambda conn: conn.execute(select(literal(1)).where(self._due(now)).limit(1)).all()):
            return []

        def work(conn: Connection) -> list[str]:
            overdue = conn.execute(select(table).where(self._overdue(now))).all()
            ended = [row.run_id for row in overdue if self._expire(conn, row, now)]
            for row in conn.execute(select(table).where(_unreminded(now))).all():
                event_log.insert(conn, row.run_id, [self._reminder(row)], now)
            return ended

        ended = await self._db.write(work)
        self._db.announce()
        return ended

    def _due(self, now: datetime) -> ColumnElement[bool]:
        return or_(self._overdue(now), _unreminded(now))

    def _overdue(self, now: datetime) -> ColumnElement[bool]:
        asking = _waits(_ASKING, now - timedelta(hours=HOURS_TO_ANSWER))
        if not self._review_days:
            return asking
        return or_(asking, _waits(_UNDECIDED, now - timedelta(days=self._review_days)))

    def _expire(self, conn: Connection, row: Row[Any], now: datetime) -> bool:
        guard = Guard(frozenset({RunStatus(row.status)}), epoch=row.epoch)
        if not move(conn, row.run_id, RunStatus.EXPIRED, guard=guard, values={"ended_at": now}):
            return False
        event_log.insert(conn, row.run_id, [RunExpired(row.epoch, self._why(row))], now)
        return True

    def _why(self, row: Row[Any]) -> str:
        retry = f"`threadwork retry {row.run_id}`"
        if row.status == RunStatus.AWAITING_INPUT:
            return f"Nobody answered within {HOURS_TO_ANSWER} hours, so nothing was started. {retry} asks again."
        within = "within a day" if self._review_days == 1 else f"within {self._review_days} days"
        if row.status == RunStatus.PAUSED:
            return f"The run was paused at a budget, and nobody continued it {within}. {retry} continues it."
        return f"Nobody decided on version {row.draft_version} {within}. The draft is kept; {retry} opens it again."

    def _reminder(self, row: Row[Any]) -> Event:
        since = max(filter(None, (row.ended_at, row.waits_from)))
        until = since + timedelta(days=self._review_days) if self._review_days else None
        return DecisionReminded(row.epoch, until)


def _waits(statuses: Collection[RunStatus], since: datetime) -> ColumnElement[bool]:
    counted = or_(table.c.waits_from.is_(None), table.c.waits_from <= since)
    return and_(table.c.status.in_(statuses), table.c.ended_at <= since, counted)


def _unreminded(now: datetime) -> ColumnElement[bool]:
    reminded = select(literal(1)).where(
        event_table.c.run_id == table.c.run_id,
        event_table.c.key == literal("reminded/").concat(cast(table.c.epoch, String)),
    )
    return and_(_waits(_UNDECIDED, now - timedelta(hours=HOURS_TO_REMINDER)), not_(reminded.exists()))
