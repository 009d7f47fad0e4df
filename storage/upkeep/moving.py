"""From a SQLite file to a Postgres database, table by table in one transaction, and proven before it is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from orchestration.values.errors import OperatorError
from storage.engine.connections import set_up_reader, threaded
from storage.engine.database import Database
from storage.engine.tables import balances, chunks, erasures, metadata
from storage.engine.vector_tables import vectors
from storage.library.postgres_library import PostgresLibrary
from storage.money.audit import audit

ROWS_AT_ONCE = 500
SAMPLE = 20


class NotMoved(OperatorError):
    """The copy differs from the file, so nothing was kept. Say so in an issue; the file is as it was."""


@dataclass(frozen=True, slots=True)
class Moved:
    tables: int
    rows: int
    searched: int


async def move(source: Path, target: Database, library: PostgresLibrary) -> Moved:
    """Raises NotMoved, or OperatorError where the target holds something already."""
    engine = threaded(source, set_up_reader)
    try:
        with engine.connect() as old:
            old.exec_driver_sql("BEGIN")
            return await target.write(lambda new: _move(old, new, library))
    finally:
        engine.dispose()


def _move(old: Connection, new: Connection, library: PostgresLibrary) -> Moved:
    assert vectors.metadata is metadata
    tables = [table for table in metadata.sorted_tables if table is not erasures]
    for table in tables:
        if new.execute(select(func.count()).select_from(table)).scalar_one():
            raise OperatorError(f"The Postgres database is not empty: {table.name} has rows. Name an empty one.")
    rows = sum(_copy(old, new, table, library) for table in tables)
    for table in tables:
        _go_on_counting(new, table)
    return Moved(len(tables), rows, _verify(old, new, tables))


def _copy(old: Connection, new: Connection, table: Table, library: PostgresLibrary) -> int:
    count = 0
    for some in _pieces(old, table):
        if table is chunks:
            library.index(new, some)
        else:
            new.execute(insert(table), some)
        count += len(some)
    return count


def _pieces(old: Connection, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    found = old.execute(select(table).order_by(*table.primary_key.columns))
    for some in found.mappings().partitions(ROWS_AT_ONCE):
        yield [dict(row) for row in some]


def _go_on_counting(new: Connection, table: Table) -> None:
    """A number that the file has given is not given again."""
    if "id" in table.c:
        next_ = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
        new.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {next_}, false)"))


def _verify(old: Connection, new: Connection, tables: Sequence[Table]) -> int:
    for table in tables:
        was, is_ = (conn.execute(select(func.count()).select_from(table)).scalar_one() for conn in (old, new))
        if was != is_:
            raise NotMoved(f"{table.name} has {was} rows in the file and {is_} in the copy. Nothing was kept.")
    kept, copied = ({tuple(row) for row in conn.execute(select(balances))} for conn in (old, new))
    if kept != copied or not audit(new).ok:
        raise NotMoved("The copy's balances differ. Nothing was kept; check the file with `threadwork ledger verify`.")
    sample = old.execute(select(chunks.c.chunk_id, chunks.c.text).order_by(chunks.c.id.desc()).limit(SAMPLE)).all()
    return sum(_is_found(new, row) for row in sample)


def _is_found(new: Connection, row: Any) -> bool:
    words = sorted((word for word in row.text.split() if word.isascii() and word.isalnum()), key=len)
    if not words:
        return False
    if not new.execute(_FIND, {"word": words[-1].lower(), "chunk": row.chunk_id}).first():
        raise NotMoved(f"The copy does not find {row.chunk_id} by its word {words[-1]!r}. Nothing was kept.")
    return True


_FIND = text("SELECT 1 FROM chunks WHERE chunk_id = :chunk AND words @@ plainto_tsquery('simple', :word)")
