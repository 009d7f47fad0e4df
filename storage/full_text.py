"""The statements over SQLite's full-text indexes: what holds any of some words, and how well."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    TableClause,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)

from storage.audiences import seen_chunks, visible
from storage.prepared import Prepared
from storage.tables import chunks, documents

STEMS, WRITTEN, GRAMS = "chunks_porter", "chunks_unicode", "chunks_grams"
MOST_HITS = 1_000
"""Of one query, before those are left out that the audience may not see."""
WEIGHTS = {STEMS: ", 3.0, 1.0", WRITTEN: ", 3.0, 1.0", GRAMS: ""}
"""Of breadcrumb and text."""

_shared = select(chunks.c.id).where(chunks.c.document_id.in_(bindparam("shared", expanding=True)))
_given = select(column("value", Integer)).select_from(func.json_each(bindparam("ids")))


def _index(name: str) -> tuple[TableClause, ColumnElement[bool]]:
    return table(name, column("rowid", Integer)), literal_column(name).op("MATCH")(bindparam("query"))


def _scored(name: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    index, matches = _index(name)
    # Where a row is left out by a condition its score is not computed, and that is what costs.
    score = literal_column(f"bm25({name}{WEIGHTS[name]})", Float).label("score")
    return select(index.c.rowid.label("id"), score).where(matches, *conditions)


def _among(name: str, ids: Select[Any]) -> ColumnElement[bool]:
    """The plus keeps SQLite from starting the whole search anew for each of the ids."""
    return literal_column(f"+{name}.rowid", Integer).in_(ids)


def _best(name: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    return _scored(name, *conditions).order_by(text("score"), text("id")).limit(MOST_HITS)


HITS = {name: _best(name) for name in (STEMS, GRAMS)}
HITS_AMONG_SEEN = {name: _best(name, _among(name, seen_chunks)) for name in (STEMS, GRAMS)}
HITS_IN_SHARED = _best(STEMS, _among(STEMS, _shared))
SCORES = {name: Prepared(_scored(name, _among(name, _given))) for name in (STEMS, WRITTEN, GRAMS)}
SEEN_OF = (
    select(chunks.c.id, chunks.c.chunk_id, documents.c.document_id, documents.c.name)
    .join(documents)
    .where(chunks.c.id.in_(_given), visible)
)

# Each name once, by skipping from one to the next: a source may have a hundred thousand documents.
NAMES_BEGINNING = text(
    """
    WITH RECURSIVE known (first, name) AS (
        SELECT value, (SELECT min(name) FROM documents WHERE name >= value) FROM json_each(:firsts)
        UNION ALL
        SELECT first, (SELECT min(name) FROM documents WHERE name > known.name) FROM known
        WHERE known.name = first OR substr(known.name, 1, length(first) + 1) = first || ' '
        LIMIT 1000
    )
    SELECT name FROM known WHERE name = first OR substr(name, 1, length(first) + 1) = first || ' '
    """
)
