"""A Postgres database: SQLAlchemy's pool of psycopg connections, each piece of work one transaction.

Other processes hear of commits by NOTIFY in the same transaction, on a connection of their own.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError

from orchestration.values.ports import Clock
from storage.engine.database import AlreadyDriven, Changes, Database, Driving
from storage.engine.postgres_connections import NOT_KEPT, direct, pooled, refusal
from storage.engine.postgres_lock import DRIVER, AdvisoryLock, held_since
from storage.engine.schema import upgrade

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 4
"""Of a transaction that Postgres gave up for another's sake."""
AGAIN_SECONDS = 1.0
UPGRADE_LOCK = 0x7468_7265_6164
"""An advisory lock's number: of two processes that open a new database at once one makes the tables."""


class PostgresDatabase(Database):
    def __init__(self, address: URL, clock: Clock) -> None:
        super().__init__(clock)
        self.address = address
        self._engine = pooled(address)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._name = uuid.uuid4().hex
        self._listener: asyncio.Task[None] | None = None
        self._writes: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, address: URL, *, clock: Clock) -> "PostgresDatabase":
        """Makes the tables where there are none. Raises DatabaseRefused."""
        database = cls(address, clock)
        shown = address.render_as_string(hide_password=True)
        try:
            await database.write(lambda conn: _upgrade(conn, shown))
        except BaseException:
            await database.close()
            raise
        return database

    async def write(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        """Runs to its end even if the caller is cancelled: what was handed in is handed in."""
        writing = asyncio.create_task(self._write(work))
        self._writes.add(writing)
        writing.add_done_callback(self._writes.discard)
        return await asyncio.shield(writing)

    async def read(self, work: Callable[[Connection], T]) -> T:
        try:
            async with self._reading.connect() as conn:
                return await conn.run_sync(work)
        except DBAPIError as error:
            raise refusal(error, self.address) from error

    async def checkpoint(self) -> bool:
        """What was deleted is written over when Postgres vacuums, which is its own business."""
        return True

    @asynccontextmanager
    async def drive(self) -> AsyncIterator[Driving]:
        async with AdvisoryLock(self.address, DRIVER) as lock:
            if not lock.taken:
                raise AlreadyDriven
            yield lock

    async def driven_since(self) -> datetime | None:
        return await self.read(lambda conn: held_since(conn, DRIVER))

    def subscribe(self, *, acts_only: bool = False) -> Changes:
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(), name="listener")
        return super().subscribe(acts_only=acts_only)

    async def close(self) -> None:
        if self._writes:
            await asyncio.wait(self._writes)
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
        await self._engine.dispose()

    async def _look(self) -> None:
        """Nothing to do: the server tells."""

    async def _write(self, work: Callable[[Connection], T]) -> T:
        for left in reversed(range(TRIES)):
            try:
                async with self._engine.begin() as conn:
                    value = await conn.run_sync(work)
                    await conn.execute(_NOTIFY, {"name": self._name})
            except DBAPIError as error:
                if not (left and getattr(error.orig, "sqlstate", None) in NOT_KEPT):
                    raise refusal(error, self.address) from error
            else:
                break
        self._committed(True)
        return value

    async def _listen(self) -> None:
        while True:
            with suppress(psycopg.Error, OSError):
                async with await direct(self.address) as connection:
                    await connection.execute(_LISTEN)
                    self._committed(False)  # whatever was committed before anybody listened
                    async for told in connection.notifies():
                        if told.payload != self._name:
                            self._committed(False)
            await asyncio.sleep(AGAIN_SECONDS)


def _upgrade(conn: Connection, shown: str) -> None:
    conn.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": UPGRADE_LOCK})
    upgrade(conn, shown_url=shown)


# A channel of this schema alone: its name is no secret, and a channel's name may be no parameter of LISTEN.
_NOTIFY = text("SELECT pg_notify('threadwork_' || current_schema(), :name)")
_LISTEN = "DO $$ BEGIN EXECUTE format('LISTEN %I', 'threadwork_' || current_schema()); END $$"
