"""The library on Postgres: the same documents and the same rules, another full-text index."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy import text as sql

from orchestration.values.domain import Passage
from orchestration.values.ports import Audience
from storage.engine.tables import chunks
from storage.library.library import Library
from storage.search.postgres_search import folded, search

INDEXES = ("stems", "words", "pairs")
"""`tsvector` columns of `chunks`: by word stems, by words as written, by pairs of letters without spaces."""


class PostgresLibrary(Library):
    def _tidy(self, conn: Connection) -> None:
        """Postgres keeps its indexes by itself."""

    def _hold(self, conn: Connection, document_id: str) -> None:
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(document_id, 0))))

    def index(self, conn: Connection, pieces: Sequence[dict[str, Any]]) -> None:
        conn.execute(_INSERT_CHUNK, [_indexed(piece) for piece in pieces])

    def _find(self, conn: Connection, query: str, audience: Audience, limit: int) -> Sequence[Passage]:
        return search(conn, query, audience, limit)


def _indexed(piece: dict[str, Any]) -> dict[str, Any]:
    texts = {"folded_breadcrumb": folded(piece["breadcrumb"]), "folded_text": folded(piece["text"])}
    return {**piece, **texts}


_NAMES = [column.name for column in chunks.columns if column.name != "id"]
_INSERT_CHUNK = sql(
    f"INSERT INTO chunks ({', '.join([*_NAMES, *INDEXES])}) VALUES ({', '.join(f':{name}' for name in _NAMES)}, "
    "setweight(to_tsvector('english', :folded_breadcrumb), 'A') || to_tsvector('english', :folded_text), "
    "setweight(to_tsvector('simple', :folded_breadcrumb), 'A') || to_tsvector('simple', :folded_text), "
    "to_tsvector('simple', :grams))"
)
