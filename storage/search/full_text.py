"""The statements over SQLite's full-text indexes: what holds any of some words, and how well."""

import json
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    TableClause,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)

from orchestration.values.ports import Audience
from storage.engine.audiences import EVERY_TEAM
from storage.engine.prepared import Prepared
from storage.engine.tables import chunks, documents

STEMS, WRITTEN, GRAMS = "chunks_porter", "chunks_unicode", "chunks_grams"
WEIGHTS = {STEMS: ", 3.0, 1.0", WRITTEN: ", 3.0, 1.0", GRAMS: ""}
"""Of breadcrumb and text."""

_of_the_place = and_(
    documents.c.team_id.in_((bindparam("team_id"), EVERY_TEAM)),
    or_(documents.c.channel_id.is_(None), documents.c.channel_id == bindparam("channel_id")),
)
"""What was shared with the question comes on top; without it an index alone can tell."""
_shared = documents.c.document_id.in_(
    select(column("value", String)).select_from(func.json_each(bindparam("shared", type_=String)))
)
# As `visible`, but compiled once: nothing in it grows with the number of documents shared.
_visible = and_(
    documents.c.team_id.in_((bindparam("team_id"), EVERY_TEAM)),
    or_(
        and_(documents.c.channel_id.is_(None), bindparam("team_wide", type_=Integer) == 1),
        documents.c.channel_id == bindparam("channel_id"),
        _shared,
    ),
)
_given = select(column("value", Integer)).select_from(func.json_each(bindparam("ids", type_=String)))
_of_seen = select(chunks.c.id).join(documents).where(_visible)
_of_shared = select(chunks.c.id).join(documents).where(_shared, _visible)


def place_values(audience: Audience) -> dict[str, Any]:
    """For what is looked up here."""
    return {
        "team_id": audience.team_id,
        "channel_id": "" if audience.strangers else audience.channel_id,
        "team_wide": int(not audience.strangers),
        "shared": json.dumps(audience.document_ids),
    }


def _index(name: str) -> tuple[TableClause, ColumnElement[bool]]:
    return table(name, column("rowid", Integer)), literal_column(name).op("MATCH")(bindparam("query"))


def _scored(name: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    index, matches = _index(name)
    # Where a row is left out by a condition its score is not computed, and that is what costs.
    score = literal_column(f"bm25({name}{WEIGHTS[name]})", Float).label("score")
    return select(index.c.rowid.label("id"), score).where(matches, *conditions)


def _among(name: str, ids: Select[Any]) -> ColumnElement[bool]:
    """The plus keeps SQLite from restarting the whole search for each of the ids."""
    return literal_column(f"+{name}.rowid", Integer).in_(ids)


def _best(name: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    return _scored(name, *conditions).order_by(text("score"), text("id")).limit(bindparam("most"))


HITS = {name: Prepared(_best(name)) for name in (STEMS, GRAMS)}
HITS_AMONG_SEEN = {name: Prepared(_best(name, _among(name, _of_seen))) for name in (STEMS, GRAMS)}
HITS_IN_SHARED = Prepared(_best(STEMS, _among(STEMS, _of_shared)))
SCORES = {name: Prepared(_scored(name, _among(name, _given))) for name in (STEMS, WRITTEN, GRAMS)}
SEEN_OF = Prepared(
    select(chunks.c.id, chunks.c.chunk_id, documents.c.document_id, documents.c.name, documents.c.visibility)
    .join(documents)
    .where(chunks.c.id.in_(_given), _visible)
)
TEXTS = Prepared(select(chunks.c.id, chunks.c.breadcrumb, chunks.c.text).where(chunks.c.id.in_(_given)))
CHUNKS_IN_ALL = Prepared(select(func.coalesce(func.max(chunks.c.id), 0)))
"""About how many there are: the newest has the highest number."""
DOCUMENTS_IN_ALL = Prepared(select(func.count()).select_from(documents))
DOCUMENTS_SEEN = Prepared(
    select(func.count()).select_from(
        select(documents.c.team_id).where(_of_the_place).limit(bindparam("most")).subquery()
    )
)
NAME_SEEN = Prepared(select(documents.c.name).where(documents.c.name == bindparam("name"), _visible).limit(1))
# Each name once, by skipping from one to the next: a source may have a hundred thousand documents.
NAMES_BEGINNING = Prepared(
    text(
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
)
