"""The library on Postgres: the same documents and the same rules, another full-text index."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql

from orchestration.values.domain import Passage
from orchestration.values.ports import Audience, Clock
from storage.engine.postgres import Postgres
from storage.engine.postgres_schema import INDEXES
from storage.engine.tables import chunks, documents, source_texts
from storage.library.library import SHOWN, AddedDocument, Library, same_text
from storage.search.postgres_search import folded, search


class PostgresLibrary(Library):
    """A drop-in for `storage.library.Library`. It searches by words; a search's vector is left aside."""

    def _tidy(self, conn: Connection) -> None:
        """Postgres keeps its indexes by itself."""

    def _put(self, conn: Connection, row: dict[str, Any], text: str, pieces: Sequence[dict[str, Any]]) -> AddedDocument:
        document_id, content_hash = row["document_id"], hashlib.sha256(text.encode()).hexdigest()
        # Two who add the same page at once: the second waits here and then finds it.
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(document_id, 0))))
        before = conn.execute(select(documents).where(documents.c.document_id == document_id)).first()
        same = {"content_hash": content_hash, **{name: row[name] for name in SHOWN}}
        if before is not None and before._mapping.items() >= same.items():
            conn.execute(same_text(row))
            return AddedDocument(document_id, False, len(pieces))
        now, values = row["updated_at"], {**row, "content_hash": content_hash}
        kept = {"content_hash": content_hash, "text": text, "at": now}
        conn.execute(postgresql.insert(source_texts).on_conflict_do_nothing(), kept)
        replaced = postgresql.insert(documents).on_conflict_do_update(index_elements=["document_id"], set_=values)
        conn.execute(replaced, {**values, "created_at": now})
        conn.execute(delete(chunks).where(chunks.c.document_id == document_id))
        conn.execute(_INSERT_CHUNK, [_indexed(piece) for piece in pieces])
        if before is not None:
            _drop_unused_text(conn, before.content_hash)
        return AddedDocument(document_id, True, len(pieces), replaced=before is not None)

    def _take_out(self, conn: Connection, document_id: str) -> bool:
        gone = delete(documents).where(documents.c.document_id == document_id).returning(documents.c.content_hash)
        content_hash = conn.execute(gone).scalar()
        if content_hash is not None:
            _drop_unused_text(conn, content_hash)
        return content_hash is not None

    def _find(self, conn: Connection, query: str, audience: Audience, limit: int) -> Sequence[Passage]:
        return search(conn, query, audience, limit)


@asynccontextmanager
async def open_postgres_library(url: str, clock: Clock) -> AsyncIterator[PostgresLibrary]:
    """Makes its tables where there are none. Raises PostgresRefused."""
    database = await Postgres.open(url)
    try:
        yield PostgresLibrary(database, clock)
    finally:
        await database.close()


def _indexed(piece: dict[str, Any]) -> dict[str, Any]:
    texts = {"folded_breadcrumb": folded(piece["breadcrumb"]), "folded_text": folded(piece["text"])}
    return {**piece, **texts}


def _drop_unused_text(conn: Connection, content_hash: str) -> None:
    used = select(documents.c.document_id).where(documents.c.content_hash == content_hash).exists()
    conn.execute(delete(source_texts).where(source_texts.c.content_hash == content_hash, ~used))


_NAMES = [column.name for column in chunks.columns if column.name != "id"]
_INSERT_CHUNK = sql(
    f"INSERT INTO chunks ({', '.join([*_NAMES, *INDEXES])}) VALUES ({', '.join(f':{name}' for name in _NAMES)}, "
    "setweight(to_tsvector('english', :folded_breadcrumb), 'A') || to_tsvector('english', :folded_text), "
    "setweight(to_tsvector('simple', :folded_breadcrumb), 'A') || to_tsvector('simple', :folded_text), "
    "to_tsvector('simple', :grams))"
)
