"""A lock on Postgres that ends with its connection: a killed process blocks nobody."""

import asyncio
from datetime import datetime
from types import TracebackType
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, text

from storage.engine.postgres_connections import direct

DRIVER = "threadwork driver"
GRACE_SECONDS = 0.5  # a process that was stopped may still be closing its connection
LOOK_SECONDS, ANSWER_SECONDS = 1.0, 2.0


class AdvisoryLock:
    """Each schema has its own."""

    def __init__(self, address: URL, name: str) -> None:
        self._address = address
        self._name = name
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self.taken = False

    async def __aenter__(self) -> "AdvisoryLock":
        self._connection = await direct(self._address)
        loop = asyncio.get_running_loop()
        until = loop.time() + GRACE_SECONDS
        while not self.taken and loop.time() < until:
            self.taken = await self._ask(_TAKE)
            if not self.taken:
                await asyncio.sleep(0.05)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def lost(self) -> None:
        """Returns within seconds of the loss, whoever cut the connection."""
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                async with asyncio.timeout(ANSWER_SECONDS):
                    if not await self._ask(_HAVE):
                        return
        except (psycopg.Error, OSError, TimeoutError):
            return

    async def _ask(self, question: str) -> bool:
        assert self._connection is not None
        found = await self._connection.execute(question, {"name": self._name})
        row = await found.fetchone()
        return bool(row and row[0])


def held_since(conn: Connection, name: str) -> datetime | None:
    """When the connection began that holds it; None where none does."""
    since: datetime | None = conn.execute(text(_SINCE), {"name": name}).scalar()
    return since


_KEY = "hashtextextended({name} || current_schema(), 0)"
_TAKE = f"SELECT pg_try_advisory_lock({_KEY.format(name='%(name)s::text')})"
_OF_LOCK = (
    "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND granted AND (classid::bigint << 32 | objid::bigint) = {key}"
)
_HAVE = (
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = pg_backend_pid() AND "
    f"{_OF_LOCK.format(key=_KEY.format(name='%(name)s::text'))})"
)
_SINCE = (
    "SELECT a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE "
    f"{_OF_LOCK.format(key=_KEY.format(name='CAST(:name AS text)'))} LIMIT 1"
)
