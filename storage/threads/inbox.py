"""What Slack delivered and we acknowledged: kept until it was worked on or given up."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from orchestration.values.ports import Clock
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.tables import inbox

log = logging.getLogger(__name__)

PAUSES_SECONDS = (1.0, 5.0, 30.0, 120.0)
"""Before each further try; after the last the row is a dead letter."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    row_id: int
    key: str
    event_id: str | None
    kind: str
    payload: dict[str, Any]
    attempts: int
    received_at: datetime


class Inbox:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def store(self, *, key: str, event_id: str, kind: str, payload: dict[str, Any]) -> bool:
        """Committed when it returns; False if the message, under this or another event id, was stored before."""
        now = self._clock.now()
        row = {
            "key": key,
            "event_id": event_id or None,
            "kind": kind,
            # ASCII: what no database could write as text, a lone surrogate, is kept as it came.
            "payload": json.dumps(payload),
            "received_at": now,
            "next_attempt_at": now,
        }
        return await self._db.write(lambda conn: conn.execute(_STORE, row).first() is not None)

    async def pending(self) -> list[InboxRow]:
        """What is due, oldest first."""
        due = _PENDING.where(inbox.c.next_attempt_at <= self._clock.now())
        return [_row(row) for row in await self._db.read(lambda conn: conn.execute(due).all())]

    async def done(self, row_id: int, outcome: str) -> None:
        """`outcome` says what became of it, for whoever looks later."""
        values = {"state": "done", "outcome": outcome, "error": "", "done_at": self._clock.now()}
        await self._db.write(lambda conn: _end(conn, row_id, **values))

    async def failed(self, row_id: int, error: str) -> float | None:
        """Seconds until it is due again, or None where it was given up."""
        now = self._clock.now()

        def work(conn: Connection) -> float | None:
            attempts = conn.execute(_ATTEMPTS, {"row_id": row_id}).scalar_one() + 1
            if attempts > len(PAUSES_SECONDS):
                outcome = f"Given up after {attempts} tries: {error}"
                _end(conn, row_id, state="dead", outcome=outcome, error=error, attempts=attempts, done_at=now)
                return None
            pause = PAUSES_SECONDS[attempts - 1]
            due = now + timedelta(seconds=pause)
            _end(conn, row_id, error=error, attempts=attempts, next_attempt_at=due)
            return pause

        pause = await self._db.write(work)
        if pause is None:
            log.error("inbox row %s is a dead letter: %s", row_id, error)
        return pause


_STORE = insert(inbox).values(state="pending").on_conflict_do_nothing().returning(inbox.c.id)
_PENDING = select(inbox).where(inbox.c.state == "pending").order_by(inbox.c.id)
_ATTEMPTS = select(inbox.c.attempts).where(inbox.c.id == bindparam("row_id"))


def _end(conn: Connection, row_id: int, **values: Any) -> None:
    # What is done or dead stays so, whoever comes late.
    conn.execute(update(inbox).where(inbox.c.id == row_id, inbox.c.state == "pending").values(**values))


def _row(row: Row[Any]) -> InboxRow:
    return InboxRow(row.id, row.key, row.event_id, row.kind, json.loads(row.payload), row.attempts, row.received_at)
