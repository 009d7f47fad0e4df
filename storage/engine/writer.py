"""One thread that writes, and commits together whatever is waiting.

The standard library's driver in a thread of its own instead of aiosqlite: there every statement costs a hop between
threads and a switch of greenlets, here a whole batch costs one. Group commit is also what makes `synchronous=FULL`
affordable: a batch of fifty steps is one fsync.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from storage.engine.refused import DatabaseRefused, refusal

T = TypeVar("T")

PATIENCE_SECONDS = 0.004
"""How long a write that nobody waits for waits for company: about what a commit costs on a slow disk."""


@dataclass(frozen=True, slots=True)
class _Item:
    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    future: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None

    def deliver(self) -> None:
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.value)
        else:
            self.future.set_exception(self.error)


class _Order(Enum):
    LOOK = "look"
    END = "end"


class Writer:
    """Its engine must leave transactions alone: they begin and end here.

    `committed` is called on the loop after each commit: with True for its own, with False for one elsewhere.
    """

    def __init__(self, engine: Engine, committed: Callable[[bool], None]) -> None:
        self._engine = engine
        self._committed = committed
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[list[_Item] | _Order] = queue.SimpleQueue()
        self._gathered: list[_Item] = []
        """What the loop has not handed over yet: waking the thread costs more than most writes."""
        self._handing_over: asyncio.Handle | None = None
        self._patiently: asyncio.TimerHandle | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="threadwork-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        """Runs to its end even if the caller is cancelled: what was handed in is handed in."""
        if self._closed:
            raise DatabaseRefused("The database is closed. Run the command again.")
        future: asyncio.Future[T] = self._loop.create_future()
        self._gathered.append(_Item(work, future))
        if not patient and self._handing_over is None:
            self._handing_over = self._loop.call_soon(self._hand_over)
        elif patient and self._patiently is None:
            self._patiently = self._loop.call_later(PATIENCE_SECONDS, self._hand_over)
        return await future

    def _hand_over(self) -> None:
        for handle in (self._handing_over, self._patiently):
            if handle is not None:
                handle.cancel()
        self._handing_over = self._patiently = None
        if self._gathered:
            self._waiting.put(self._gathered)
            self._gathered = []

    def look(self) -> None:
        """Notices other processes' commits soon, also while nothing is written."""
        self._waiting.put(_Order.LOOK)

    async def close(self) -> None:
        """Whatever was handed in before is still written."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            self._waiting.put(_Order.END)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        with self._engine.connect() as conn:
            # Other processes' commits change it, this connection's own leave it as it is.
            version = _data_version(conn)
            open_ = True
            while open_:
                batch, look, open_ = self._next_batch()
                outcomes = _write_together(conn, batch) if batch else []
                seen, version = version, _data_version(conn) if look else version
                if batch or seen != version:
                    self._loop.call_soon_threadsafe(self._deliver, outcomes, seen != version)

    def _next_batch(self) -> tuple[list[_Item], bool, bool]:
        """What to write, whether to look for others' commits, and whether more may come."""
        batch: list[_Item] = []
        look = False
        given = self._waiting.get()
        while given is not _Order.END:
            if isinstance(given, list):
                batch += given
            look |= given is _Order.LOOK
            try:
                given = self._waiting.get_nowait()
            except queue.Empty:
                return batch, look, True
        return batch, look, False

    def _deliver(self, outcomes: list[_Outcome], others_committed: bool) -> None:
        for outcome in outcomes:
            outcome.deliver()
        if any(outcome.error is None for outcome in outcomes):
            self._committed(True)
        if others_committed:
            self._committed(False)


def _data_version(conn: Connection) -> int:
    driver: Any = conn.connection.dbapi_connection
    return int(driver.execute("PRAGMA data_version").fetchone()[0])


def _write_together(conn: Connection, batch: list[_Item]) -> list[_Outcome]:
    """First without savepoints, which cost as much as what most items write; with them where one of several fails."""
    try:
        return _committed(conn, batch, _write_plainly)
    except BaseException as error:
        alone = [_Outcome(item.future, error=refusal(error)) for item in batch]
    if len(batch) == 1:
        return alone
    # Whatever it is, the thread must live on and each caller must hear of it.
    try:
        return _committed(conn, batch, _write_one)
    except BaseException as error:
        refused = refusal(error)
        return [_Outcome(item.future, error=refused) for item in batch]


def _committed(conn: Connection, batch: list[_Item], write: Callable[..., _Outcome]) -> list[_Outcome]:
    driver: Any = conn.connection.dbapi_connection
    try:
        driver.execute("BEGIN IMMEDIATE")
        outcomes = [write(conn, driver, item) for item in batch]
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        raise
    return outcomes


def _write_plainly(conn: Connection, _driver: Any, item: _Item) -> _Outcome:
    return _Outcome(item.future, value=item.work(conn))


def _write_one(conn: Connection, driver: Any, item: _Item) -> _Outcome:
    """In a savepoint of its own, so that one failure undoes nothing but itself."""
    driver.execute("SAVEPOINT item")
    try:
        value = item.work(conn)
    except BaseException as error:
        # A full disk makes SQLite give up the whole transaction by itself: then the batch is lost with this item.
        if not driver.in_transaction:
            raise
        driver.execute("ROLLBACK TO item")
        driver.execute("RELEASE item")
        return _Outcome(item.future, error=refusal(error))
    driver.execute("RELEASE item")
    return _Outcome(item.future, value=value)
