"""A SQLite file: a pool of aiosqlite connections, and in the process that drives runs one writer and a few readers.

A driver's statements go to the standard library's driver in threads of its own, a whole piece of work at a time:
through aiosqlite each statement costs several hops between threads. `Writer` and `Readers` say what that is worth.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from orchestration.values.ports import Clock
from storage.engine.connections import PAUSE_SECONDS, set_up_reader, set_up_writer, threaded
from storage.engine.copying import copy
from storage.engine.database import Database, Driving
from storage.engine.driver import DriverLock, driven_since, lock_of
from storage.engine.pool import Pool
from storage.engine.readers import Readers
from storage.engine.refused import not_opened, refusal
from storage.engine.schema import HEAD, require_full_text_search, revision, upgrade
from storage.engine.writer import Writer

T = TypeVar("T")

READERS = 4
CHECKPOINT_TRIES = 20


class SqliteDatabase(Database):
    def __init__(self, path: Path, clock: Clock, *, working: bool) -> None:
        super().__init__(clock)
        self.path = path
        self._store: Pool | _Threads = _Threads(path, self._committed) if working else Pool(path, self._committed)

    @classmethod
    async def open(cls, path: Path, *, clock: Clock, working: bool) -> "SqliteDatabase":
        """Creates the file where there is none and brings its tables to this version."""
        await asyncio.to_thread(_prepare, path)
        database = cls(path, clock, working=working)
        await database._look()
        return database

    async def write(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        return await self._store.write(work, patient=patient)

    async def read(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._store.read(work)
        except (OperationalError, sqlite3.OperationalError) as error:
            raise refusal(error) from error

    async def checkpoint(self) -> bool:
        for _ in range(CHECKPOINT_TRIES):
            if await asyncio.to_thread(_checkpoint, self.path):
                return True
            await self.clock.sleep(PAUSE_SECONDS)
        return False

    @asynccontextmanager
    async def drive(self) -> AsyncIterator[Driving]:
        with DriverLock(lock_of(self.path)) as lock:
            yield lock

    async def driven_since(self) -> datetime | None:
        since = driven_since(self.path)
        return None if since is None else datetime.fromtimestamp(since, UTC)

    async def close(self) -> None:
        await self._store.close()

    async def _look(self) -> None:
        await self._store.look()


class _Threads:
    """How a process works on a file whose runs it drives."""

    def __init__(self, path: Path, committed: Callable[[bool], None]) -> None:
        self._readers = Readers(threaded(path, set_up_reader), READERS)
        self._writer = Writer(threaded(path, set_up_writer), committed)

    async def write(self, work: Callable[[Connection], T], *, patient: bool) -> T:
        return await self._writer.write(work, patient=patient)

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._readers.read(work)

    async def look(self) -> None:
        self._writer.look()

    async def close(self) -> None:
        await self._writer.close()
        await self._readers.close()


def _prepare(path: Path) -> None:
    engine = threaded(path, set_up_writer)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with engine.connect() as conn:
            require_full_text_search(conn)
            if (before := revision(conn)) not in (None, HEAD):
                # A way back to the version that wrote it.
                copy(path, path.with_name(f"{path.name}.before-{HEAD}-from-{before}"))
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            upgrade(conn, shown_url=path.name)
            conn.commit()
    except (DBAPIError, OSError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise not_opened(path.name, reason) from error
    finally:
        engine.dispose()


def _checkpoint(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=PAUSE_SECONDS)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
