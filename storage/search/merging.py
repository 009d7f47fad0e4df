"""Merging the segments of a full-text index: each transaction leaves one, and a search looks into all of them.

SQLite merges four of a size by itself. Merging two as well takes a third off the time of a search in a small library
and makes indexing an eighth slower.
"""

from sqlalchemy import Connection

from storage.search.full_text import GRAMS, STEMS, WRITTEN

MERGE_PAGES = 500
"""In one write, of one index: a run that wants to write waits no longer than for these."""
MERGE_AFTER = 500
"""Chunks that were added since."""


def merge(conn: Connection, index: str, pages: int) -> bool:
    """True while there is more to merge, as SQLite defines it for this command."""
    before = _changes(conn)
    conn.exec_driver_sql(f"INSERT INTO {index}({index}, rank) VALUES ('merge', {pages})")
    return _changes(conn) - before >= 2


def merge_chunks(conn: Connection) -> None:
    for index in (STEMS, WRITTEN, GRAMS):
        merge(conn, index, MERGE_PAGES)


def _changes(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT total_changes()").scalar_one())
