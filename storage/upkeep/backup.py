"""A way back: a SQLite file copied while it is in use, proven to be whole before anybody relies on it."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from orchestration.values.errors import OperatorError
from storage.engine.connections import set_up_reader, threaded
from storage.engine.copying import NotWhole, copy
from storage.engine.driver import DriverLock, lock_of
from storage.engine.tables import chunks, runs
from storage.money.audit import audit

SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Verified:
    runs: int
    entries: int
    searched: int
    """Chunks that the full-text index found again by one of their own words."""


def backup(source: Path, target: Path) -> Verified:
    """Whoever works on the source goes on. `target` is there only once it is verified."""
    if not source.is_file():
        raise OperatorError(f"There is no database {source.name} to back up. Check DATABASE_URL.")
    if target.exists():
        raise OperatorError(f"{target} is there already. Name a file that is not.")
    partial = target.with_name(f"{target.name}.partial")
    try:
        copy(source, partial)
        found = verify(partial)
        os.replace(partial, target)
    except OSError as error:
        raise OperatorError(f"{target} cannot be written: {error.strerror}. Name another file.") from error
    finally:
        partial.unlink(missing_ok=True)
    return found


def restore(source: Path, target: Path) -> Verified:
    """Replaces the database by a verified copy; what was there stays as `….before-restore`."""
    if not source.is_file():
        raise OperatorError(f"There is no file {source}. Name the file that `threadwork backup` wrote.")
    partial = target.with_name(f"{target.name}.partial")
    with DriverLock(lock_of(target)):
        try:
            copy(source, partial)
            found = verify(partial)
            if target.exists():
                _fold_log(target)
                os.replace(target, target.with_name(f"{target.name}.before-restore"))
            os.replace(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    return found


def verify(path: Path) -> Verified:
    """Raises NotWhole with what is wrong."""
    engine = threaded(path, set_up_reader)
    try:
        with engine.connect() as conn:
            return _verified(conn)
    except DBAPIError as error:
        raise NotWhole(f"The copy is not whole: {error.orig}. Nothing was replaced; check the disk.") from error
    finally:
        engine.dispose()


def _verified(conn: Connection) -> Verified:
    books = audit(conn)
    if not books.ok:
        raise NotWhole("The copy's balances differ from its entries. `threadwork ledger verify` shows where.")
    count = conn.execute(select(func.count()).select_from(runs)).scalar_one()
    return Verified(count, books.entries, _searched(conn))


def _searched(conn: Connection) -> int:
    """The newest chunks, each looked up by its longest word."""
    found = 0
    for row in conn.execute(select(chunks.c.id, chunks.c.text).order_by(chunks.c.id.desc()).limit(SAMPLE)):
        words = sorted((word for word in row.text.split() if word.isalnum()), key=len)
        if not words:
            continue
        if not conn.execute(_FIND, {"word": f'"{words[-1]}"', "id": row.id}).first():
            raise NotWhole(f"The copy's full-text index does not find its own chunk {row.id}. Check the disk.")
        found += 1
    return found


def _fold_log(path: Path) -> None:
    """So that the file by itself is the whole database, and its log is not taken for the new one's."""
    with closing(sqlite3.connect(path)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OperatorError(f"Another process is using {path.name}. Close it, then restore again.")
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


_FIND = text("SELECT 1 FROM chunks_unicode WHERE chunks_unicode MATCH :word AND rowid = :id")
