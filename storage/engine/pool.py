"""Reads and short writes of a process that drives no runs on its SQLite file: aiosqlite through SQLAlchemy's pool."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from storage.engine.connections import pooled, set_up_reader, set_up_writer
from storage.engine.refused import DatabaseRefused, refusal

T = TypeVar("T")

READERS = 4


class Pool:
    """`committed` is called after each commit: with True for an own one, with False for one elsewhere."""

    def __init__(self, path: Path, committed: Callable[[bool], None]) -> None:
        self._readers = pooled(path, set_up_reader, size=READERS)
        # One connection, whose `data_version` tells other processes' commits from its own.
        self._writer = pooled(path, set_up_writer, size=1)
        self._committed = committed
        self._version: int | None = None
        self._writes: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def write(self, work: Callable[[Connection], T], *, patient: bool) -> T:
        """Runs to its end even if the caller is cancelled: what was handed in is handed in."""
        if self._closed:
            raise DatabaseRefused("The database is closed. Run the command again.")
        writing = asyncio.create_task(self._write(work))
        self._writes.add(writing)
        writing.add_done_callback(self._writes.discard)
        return await asyncio.shield(writing)

    async def read(self, work: Callable[[Connection], T]) -> T:
        async with self._readers.connect() as conn:
            return await conn.run_sync(_read, work)

    async def look(self) -> None:
        if self._closed:
            return
        async with self._writer.connect() as conn:
            self._compare(await conn.run_sync(_data_version))

    async def close(self) -> None:
        self._closed = True
        if self._writes:
            await asyncio.wait(self._writes)
        await self._writer.dispose()
        await self._readers.dispose()

    async def _write(self, work: Callable[[Connection], T]) -> T:
        try:
            async with self._writer.connect() as conn:
                value, version = await conn.run_sync(_write, work)
        except Exception as error:
            raise refusal(error) from error
        self._committed(True)
        self._compare(version)
        return value

    def _compare(self, version: int) -> None:
        seen, self._version = self._version, version
        if seen is not None and seen != version:
            self._committed(False)


def _read(conn: Connection, work: Callable[[Connection], T]) -> T:
    """One transaction, so that it sees one moment."""
    conn.exec_driver_sql("BEGIN")
    return work(conn)


def _write(conn: Connection, work: Callable[[Connection], T]) -> tuple[T, int]:
    conn.exec_driver_sql("BEGIN IMMEDIATE")
    value = work(conn)
    conn.commit()
    return value, _data_version(conn)


def _data_version(conn: Connection) -> int:
    return int(conn.exec_driver_sql("PRAGMA data_version").scalar_one())
