"""What runs announced, in the order in which it was committed; `insert` is the only way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, bindparam, func, literal_column, select, text

from orchestration.values.domain import Steering
from orchestration.values.events import EVENT_TYPES, Event, Steered
from storage.engine.codec import from_json, packed, to_json
from storage.engine.database import Database
from storage.engine.dialect import insert as insert_into
from storage.engine.prepared import Prepared
from storage.engine.tables import events as table
from storage.runs.projections import project


@dataclass(frozen=True, slots=True)
class StoredEvent:
    id: int
    """Grows with every commit: a cursor that has seen it has seen all before it."""
    run_id: str
    at: datetime
    event: Event


class Events:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def after(self, cursor: int, limit: int = 500) -> list[StoredEvent]:
        return await self._db.read(lambda conn: _stored(conn, _AFTER.limit(limit), {"cursor": cursor}))

    async def newest(self) -> int:
        """The cursor of somebody who wants to hear only what comes from now on."""
        return await self._db.read(lambda conn: conn.execute(_NEWEST).scalar() or 0)

    async def steered_after(self, cursor: int) -> list[tuple[int, str, Steering]]:
        """What people have said to their runs since, each with its id and run."""

        def work(conn: Connection) -> list[tuple[int, str, Steering]]:
            rows = _STEERED_AFTER.all(conn, {"cursor": cursor})
            said = [(number, run_id, from_json(Steered, body)) for number, run_id, body in rows]
            return [(number, run_id, Steering(s.steering_id, s.user_id, s.text)) for number, run_id, s in said]

        return await self._db.read(work)

    async def steered_run(self, run_ids: Sequence[str], steering_id: str) -> str | None:
        """Which of the runs got this message, whatever its status is now."""
        found = {"runs": list(run_ids), "key": Steered(steering_id, "", "").key}
        return await self._db.read(lambda conn: conn.execute(_STEERED, found).scalar())

    async def of(self, run_id: str, after: int = 0) -> list[StoredEvent]:
        found = {"cursor": after, "run": run_id}
        return await self._db.read(lambda conn: _stored(conn, _OF_RUN, found))


_AFTER = select(table).where(table.c.id > bindparam("cursor")).order_by(table.c.id)
_STEERED_AFTER = Prepared(
    select(table.c.id, table.c.run_id, table.c.body)
    .where(table.c.id > bindparam("cursor"), table.c.type == literal_column("'Steered'"))  # as the index has it
    .order_by(table.c.id)
)
_STEERED = select(table.c.run_id).where(
    table.c.run_id.in_(bindparam("runs", expanding=True)), table.c.key == bindparam("key")
)
_NEWEST = select(func.max(table.c.id))
_OF_RUN = _AFTER.where(table.c.run_id == bindparam("run"))
_INSERT = Prepared(
    insert_into(table).on_conflict_do_nothing(index_elements=["run_id", "key"]).returning(literal_column("1"))
)
# Held to the commit. A number that was given is committed before the next one is given, so that no cursor passes it by.
_IN_ORDER = text("SELECT pg_advisory_xact_lock(hashtextextended('threadwork events' || current_schema(), 0))")


def insert(conn: Connection, run_id: str, events: Sequence[Event], at: datetime) -> None:
    """Keeps events and what follows from them; one whose key is known was announced before and changes nothing."""
    if events and conn.dialect.name == "postgresql":
        conn.execute(_IN_ORDER)
    for event in events:
        body = packed(to_json(event))
        row = {"run_id": run_id, "key": event.key, "type": type(event).__name__, "body": body, "at": at}
        if _INSERT.first(conn, row) is not None:
            project(conn, run_id, event, at)


def _stored(conn: Connection, statement: Select[tuple[object, ...]], found: dict[str, object]) -> list[StoredEvent]:
    return [_from_row(row) for row in conn.execute(statement, found)]


def _from_row(row: Row[tuple[object, ...]]) -> StoredEvent:
    return StoredEvent(row.id, row.run_id, row.at, from_json(EVENT_TYPES[row.type], row.body))
