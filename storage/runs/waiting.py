"""What waits for a person and nobody answers: one reminder, then it expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, cast, exists, false, or_, select

from orchestration.values.domain import RunStatus
from orchestration.values.events import ReviewReminded, RunExpired
from orchestration.values.ports import Clock
from storage.engine.database import Database
from storage.engine.tables import events
from storage.engine.tables import runs as table
from storage.runs import events as event_log
from storage.runs.transitions import Guard, move

HOURS_TO_ANSWER = 24
HOURS_TO_REMINDER = 24
_S = RunStatus
_TO_DECIDE = (_S.AWAITING_REVIEW, _S.PAUSED)
_NOBODY_ANSWERED = (
    f"Nobody answered within {HOURS_TO_ANSWER} hours, so nothing was started. `threadwork retry {{run_id}}` asks again."
)
_NOBODY_DECIDED = "Nobody decided within {days} days. What is paid for is kept: *Go on* asks for a decision again."
_NOBODY_TOPPED_UP = "There was no room in the budget within {days} days. What is paid for is kept."


@dataclass(frozen=True, slots=True)
class Waiting:
    db: Database
    clock: Clock
    review_days: int
    """After which a draft or a paused run expires; 0 means never, and then nobody is reminded."""

    async def fall_due(self) -> list[str]:
        """Ends the runs whose time is over, names them, and reminds once of those that wait for a day.

        Whoever answers in the same moment wins or loses as a whole. A second call finds nothing more to do.
        """
        now = self.clock.now()
        overdue, unreminded = self._overdue(now), self._unreminded(now)

        # Each in a transaction of its own: two runs in one would wait for each other's events.
        late = await self.db.read(lambda conn: conn.execute(overdue).all())
        ended = [row.run_id for row in late if await self.db.write(partial(self._expire, row=row, now=now))]
        quiet = await self.db.read(lambda conn: conn.execute(unreminded).all())
        for row in quiet:
            await self.db.write(partial(self._remind, row=row, now=now))
        if late or quiet:
            self.db.announce()
        return ended

    def _remind(self, conn: Connection, row: Any, now: datetime) -> None:
        event_log.insert(conn, row.run_id, [ReviewReminded(row.epoch, self._end(row))], now)

    def _overdue(self, now: datetime) -> Any:
        asked = and_(table.c.status == _S.AWAITING_INPUT, _since(now - timedelta(hours=HOURS_TO_ANSWER)))
        to_decide = and_(table.c.status.in_(_TO_DECIDE), _since(now - timedelta(days=self.review_days)))
        return _rows().where(or_(asked, to_decide) if self.review_days else asked)

    def _unreminded(self, now: datetime) -> Any:
        """Those that wait for a day, and not for the last one: with it over, they expire."""
        key = _REMINDED + cast(table.c.epoch, String)
        known = exists().where(events.c.run_id == table.c.run_id, events.c.key == key)
        waits = table.c.status.in_(_TO_DECIDE) & _since(now - timedelta(hours=HOURS_TO_REMINDER))
        return _rows().where(waits, ~known) if self.review_days > 1 else _rows().where(false())

    def _expire(self, conn: Connection, row: Any, now: datetime) -> bool:
        guard = Guard(frozenset({_S(row.status)}), epoch=row.epoch)
        if not move(conn, row.run_id, _S.EXPIRED, guard=guard, values={"ended_at": now}):
            return False
        sentence = _SENTENCES[_S(row.status)].format(run_id=row.run_id, days=self.review_days)
        event_log.insert(conn, row.run_id, [RunExpired(row.epoch, sentence)], now)
        return True

    def _end(self, row: Any) -> datetime:
        since: datetime = max(filter(None, (row.ended_at, row.waits_since)))
        return since + timedelta(days=self.review_days)


def _rows() -> Any:
    return select(table.c.run_id, table.c.epoch, table.c.status, table.c.ended_at, table.c.waits_since)


def _since(moment: datetime) -> ColumnElement[bool]:
    """What waited before there was a deadline counts from the upgrade that brought it."""
    return and_(table.c.ended_at <= moment, or_(table.c.waits_since.is_(None), table.c.waits_since <= moment))


_REMINDED = "reminded/"
"""Of the key of `ReviewReminded`, before the epoch."""
_SENTENCES = {
    _S.AWAITING_INPUT: _NOBODY_ANSWERED,
    _S.AWAITING_REVIEW: _NOBODY_DECIDED,
    _S.PAUSED: _NOBODY_TOPPED_UP,
}
