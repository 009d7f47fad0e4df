"""Connections to a SQLite file and how each is set up."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_SECONDS = 5.0  # how long a write waits for another process's short one
PAUSE_SECONDS = 0.05  # before a lock is tried again

# Without an isolation level neither SQLAlchemy nor the driver begins a transaction: that is left to us.
# All of our statements stay cached: parsing one again costs more than running it.
ARGUMENTS = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False, "cached_statements": 512}
SetUp = Callable[[Any, object], None]


def threaded(path: Path, set_up: SetUp) -> Engine:
    url = URL.create("sqlite+pysqlite", database=str(path))
    engine = create_engine(url, poolclass=NullPool, connect_args=ARGUMENTS)
    event.listen(engine, "connect", set_up)
    return engine


def pooled(path: Path, set_up: SetUp, *, size: int) -> AsyncEngine:
    url = URL.create("sqlite+aiosqlite", database=str(path))
    engine = create_async_engine(url, pool_size=size, max_overflow=0, pool_timeout=None, connect_args=ARGUMENTS)
    event.listen(engine.sync_engine, "connect", set_up)
    return engine


def set_up_writer(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 5000")
    _write_ahead(cursor)
    # What is deleted is overwritten: a removed document must not be read in the file's free pages.
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def set_up_reader(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """SQLite does not always wait where another process is just turning the same new file to this mode."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)
