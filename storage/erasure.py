"""What was deleted leaves the file: from the full-text indexes, from free pages, and from the write-ahead log.

A full-text index only notes that a text is gone and forgets it when its segments are merged. That is done here in
small writes, so that no run waits long; the pages are overwritten by `secure_delete`, which the writer has on.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from storage.merging import MERGE_PAGES, merge

log = logging.getLogger(__name__)

_INDEXES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"


T = TypeVar("T")


class Erasable(Protocol):
    async def read(self, work: Callable[[Connection], T]) -> T: ...

    async def write(self, work: Callable[[Connection], T]) -> T: ...

    async def checkpoint(self) -> bool:
        """False where something is left in a log for now."""


async def erase(db: Erasable) -> None:
    """Best done once after several deletions: it goes through the whole index."""
    if not await db.read(lambda conn: conn.dialect.name == "sqlite"):
        return
    for index in await db.read(lambda conn: [str(row.name) for row in conn.exec_driver_sql(_INDEXES)]):
        # A negative number of pages first puts all segments on one level, so that none is left out.
        pages = -MERGE_PAGES
        while await db.write(partial(merge, index=index, pages=pages)):
            pages = MERGE_PAGES
    if not await db.checkpoint():
        log.warning("deleted text stays in the -wal file until the next checkpoint: somebody reads without an end")
