"""What was deleted leaves the file: from the full-text indexes, from free pages, and from the write-ahead log.

A full-text index only notes that a text is gone and forgets it when its segments are merged. That is done here in
small writes, so that no run waits long; the pages are overwritten by `secure_delete`, which the writer has on.
Whoever deletes notes it in the same transaction, so that a kill before the erasure leaves it due and not forgotten.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection, bindparam, select, update

from storage.engine.library_tables import erasures
from storage.search.merging import MERGE_PAGES, merge

log = logging.getLogger(__name__)

_INDEXES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"


T = TypeVar("T")


class Erasable(Protocol):
    async def read(self, work: Callable[[Connection], T]) -> T: ...

    async def write(self, work: Callable[[Connection], T]) -> T: ...

    async def checkpoint(self) -> bool:
        """False where something is left in a log for now."""


def note_deletion(conn: Connection) -> None:
    """In the transaction that deletes or replaces a text."""
    conn.execute(_NOTE)


async def erase(db: Erasable) -> None:
    """All that is noted; nothing where nothing is. Best done once after several: it goes through the whole index."""
    if (deletions := await db.read(_due)) is None:
        return
    for index in await db.read(lambda conn: [str(row.name) for row in conn.exec_driver_sql(_INDEXES)]):
        # A negative number of pages first puts all segments on one level, so that none is left out.
        pages = -MERGE_PAGES
        while await db.write(partial(merge, index=index, pages=pages)):
            pages = MERGE_PAGES
    if await db.checkpoint():
        # Last, and up to the number that was read first: a deletion that came meanwhile is still due.
        await db.write(lambda conn: conn.execute(_DONE, {"done": deletions}))
    else:
        log.warning("deleted text stays in the -wal file until the next erasure: somebody reads without an end")


def _due(conn: Connection) -> int | None:
    return conn.execute(_DUE).scalar() if conn.dialect.name == "sqlite" else None


_NOTE = update(erasures).values(deletions=erasures.c.deletions + 1)
_DUE = select(erasures.c.deletions).where(erasures.c.deletions > erasures.c.erased)
_DONE = update(erasures).where(erasures.c.erased < bindparam("done")).values(erased=bindparam("done"))
