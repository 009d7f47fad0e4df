"""The file in which everything is kept: one writer, a few readers, one driver.

SQL is written as plain functions over a SQLAlchemy Core `Connection`; `Database` decides where they run. Writes go
through `Writer` and reads through `Readers`; both say why they are threads.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from orchestration.values.errors import OperatorError
from orchestration.values.ports import Clock
from storage.engine.driver import DriverLock, is_locked, lock_of
from storage.engine.readers import Readers
from storage.engine.refused import not_opened, refusal
from storage.engine.schema import require_full_text_search, upgrade
from storage.engine.writer import Writer

T = TypeVar("T")

BUSY_SECONDS = 5.0  # how long a write waits for another process's short one
READERS = 4
CHECKPOINT_TRIES = 20
PAUSE_SECONDS = 0.05  # before a lock is tried again
LOOK_SECONDS = 0.5  # between two looks for other processes' commits, only while somebody waits


class Changes:
    """Tells one follower that something was committed since it last asked.

    With `acts_only` it sleeps through what this process writes for the runs it drives, dozens of commits a second:
    it wakes at once for what a person did here, and within a second for what another process wrote.
    """

    def __init__(self, database: "Database", *, acts_only: bool) -> None:
        self._database = database
        self._acts_only = acts_only
        self._seen = self._count()

    async def wait(self, timeout: float) -> bool:
        """True at the next commit: of this process at once, of another within a second. False at the timeout."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not self._moved():
            left = deadline - loop.time()
            if left <= 0:
                return False
            await self._database._next(self._acts_only, min(left, LOOK_SECONDS))
        return True

    def _moved(self) -> bool:
        count = self._count()
        moved = count != self._seen
        self._seen = count
        return moved

    def _count(self) -> tuple[int, int]:
        database = self._database
        return database._acts if self._acts_only else database._commits, database._writer.foreign_commits


class Database:
    def __init__(self, path: Path, *, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self._commit, self._commits = asyncio.Event(), 0
        self._act, self._acts = asyncio.Event(), 0
        self._readers = Readers(_engine(path, _set_up_reader), READERS)
        self._writer = Writer(_engine(path, _set_up_writer), self._committed)

    @classmethod
    async def open(cls, url: str, *, clock: Clock) -> "Database":
        """Creates the file where there is none and brings its tables to this version."""
        path = path_of(url)
        await asyncio.to_thread(_prepare, path)
        return cls(path, clock=clock)

    async def write(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        """Committed when it returns; an exception undoes this work alone. Is `patient` where nobody waits for it."""
        return await self._writer.write(work, patient=patient)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Sees one moment, whatever is written meanwhile."""
        try:
            return await self._readers.read(work)
        except (OperationalError, sqlite3.OperationalError) as error:
            raise refusal(error) from error

    async def checkpoint(self) -> bool:
        """Empties the write-ahead log into the file. False where somebody else's reading or writing did not end."""
        for _ in range(CHECKPOINT_TRIES):
            if await asyncio.to_thread(_checkpoint, self.path):
                return True
            await self.clock.sleep(PAUSE_SECONDS)
        return False

    def subscribe(self, *, acts_only: bool = False) -> Changes:
        return Changes(self, acts_only=acts_only)

    def announce(self) -> None:
        """A person changed something that a driver has to notice."""
        self._acts += 1
        self._wake_for_act()

    def drive(self) -> DriverLock:
        """Held by the one process that drives runs on this file; entering it may raise AlreadyDriven."""
        return DriverLock(self._lock_path)

    def is_driven(self) -> bool:
        return is_locked(self._lock_path)

    async def close(self) -> None:
        await self._writer.close()
        await self._readers.close()

    @property
    def _lock_path(self) -> Path:
        return lock_of(self.path)

    def _committed(self, here: bool) -> None:
        self._commits += 1
        self._commit.set()
        self._commit = asyncio.Event()
        if not here:
            self._wake_for_act()

    def _wake_for_act(self) -> None:
        self._act.set()
        self._act = asyncio.Event()

    async def _next(self, act: bool, timeout: float) -> None:
        self._writer.look()
        try:
            async with asyncio.timeout(timeout):
                await (self._act if act else self._commit).wait()
        except TimeoutError:
            return


def is_postgres(url: str) -> bool:
    return url.startswith(("postgresql://", "postgresql+psycopg://"))


def path_of(url: str) -> Path:
    """The file a DATABASE_URL names."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise OperatorError(_write_instead("is not an address of a database")) from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        raise OperatorError(
            _write_instead(
                "names a Postgres database, which this version only supports for the library (`threadwork docs`); runs "
                "and budgets need a SQLite file"
            )
        )
    if backend != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise OperatorError(_write_instead("does not name a SQLite file"))
    return Path(parsed.database)


def _write_instead(what: str) -> str:
    return f"DATABASE_URL {what}. Write sqlite+aiosqlite:///threadwork.db, or the path of another file."


def _prepare(path: Path) -> None:
    engine = _engine(path, _set_up_writer)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with engine.connect() as conn:
            require_full_text_search(conn)
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


def _engine(path: Path, set_up: Callable[[Any, object], None]) -> Engine:
    # Without an isolation level neither SQLAlchemy nor the driver begins a transaction: that is left to us.
    arguments = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
    arguments |= {"cached_statements": 512}  # all of ours: parsing one again costs more than running it
    url = URL.create("sqlite+pysqlite", database=str(path))
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    event.listen(engine, "connect", set_up)
    return engine


def _set_up_writer(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 5000")
    _write_ahead(connection)
    # What is deleted is overwritten: a removed document must not be read in the file's free pages.
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """SQLite does not always wait where another process is just turning the same new file to this mode."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)


def _set_up_reader(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")
