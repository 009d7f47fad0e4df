"""Which passages answer a question best, among those that everyone in the conversation may see.

Two full-text indexes over the same chunks, one by word stems and one by words as written, whose bm25 scores are
added; the breadcrumb counts three times. A question that names a source ("… in Flask?") wants that source first; the
name itself then counts for little, or every page of the source would win by its breadcrumb alone.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    column,
    desc,
    func,
    or_,
    select,
    text,
)

from orchestration.domain import Passage
from orchestration.ports import Audience
from storage.tables import chunks, documents
from storage.terms import match, terms_of

EVERY_TEAM = "*"
"""The team whose documents all teams see, such as the demo's handbook."""
PUBLIC = "public"
"""The visibility of what anybody in the world may know."""
NAMED_FACTOR = 2.5
"""Not a filter: a question about Flask may be answered by a page on Pydantic, and one "in Python" by any."""
AROUND = 1  # chunks shown on either side of a fetched one

visible: ColumnElement[bool] = and_(
    documents.c.team_id.in_(bindparam("team_ids", expanding=True)),
    or_(
        documents.c.channel_id.is_(None),
        documents.c.channel_id == bindparam("channel_id"),
        documents.c.document_id.in_(bindparam("shared", expanding=True)),
    ),
)


def audience_values(audience: Audience) -> dict[str, Any]:
    """For the parameters of `visible`."""
    return {
        "team_ids": (audience.team_id, EVERY_TEAM),
        "channel_id": audience.channel_id,
        "shared": audience.document_ids,
    }


def search(conn: Connection, query: str, audience: Audience, limit: int) -> list[Passage]:
    terms = terms_of(query)
    if not terms.words or limit < 1:
        return []
    seen_by = audience_values(audience)
    names = conn.execute(_NAMES, {**seen_by, "names": terms.words}).scalars().all()
    matches = {
        "words": match(word for word in terms.words if word not in names) or match(terms.words),
        "named": match(sorted(names)),
        "grams": match(terms.grams),
    }
    statement = _RANKED[bool(names), bool(terms.grams)]
    return [_passage(row) for row in conn.execute(statement, {**seen_by, **matches, "names": names, "limit": limit})]


def fetch(conn: Connection, chunk_id: str, audience: Audience) -> Passage | None:
    """The chunk with its neighbours' text around it, under its own breadcrumb."""
    row = conn.execute(_CHUNK, {**audience_values(audience), "chunk_id": chunk_id}).first()
    if row is None:
        return None
    span = {"document_id": row.document_id, "first": row.position - AROUND, "last": row.position + AROUND}
    around = "\n\n".join(conn.execute(_SPAN, span).scalars())
    return Passage(row.chunk_id, row.document_id, row.breadcrumb, around, 0.0, row.visibility == PUBLIC)


def _passage(row: Row[Any]) -> Passage:
    return Passage(row.chunk_id, row.document_id, row.breadcrumb, row.text, row.score, row.visibility == PUBLIC)


def _ranked(*branches: str) -> Select[Any]:
    # Materialised: bm25() is only known while its own index is read, and not once the planner merges the queries.
    hits = (
        text(" UNION ALL ".join(branches))
        .columns(column("id", Integer), column("score", Float))
        .cte("hits")
        .prefix_with("MATERIALIZED")
    )
    wanted = documents.c.name.in_(bindparam("names", expanding=True))
    shared = documents.c.document_id.in_(bindparam("shared", expanding=True))
    # bm25 is better the lower it is.
    score = (-func.sum(hits.c.score) * case((or_(wanted, shared), NAMED_FACTOR), else_=1.0)).label("score")
    best = (
        select(chunks.c.id, score)
        .select_from(hits)
        .join(chunks, chunks.c.id == hits.c.id)
        .join(documents, documents.c.document_id == chunks.c.document_id)
        .where(visible)
        .group_by(chunks.c.id)
        .order_by(desc("score"), chunks.c.chunk_id)
        .limit(bindparam("limit"))
        .subquery()
    )
    return (
        select(chunks, documents.c.visibility, best.c.score)
        .join(best, best.c.id == chunks.c.id)
        .join(documents, documents.c.document_id == chunks.c.document_id)
        .order_by(best.c.score.desc(), chunks.c.chunk_id)
    )


def _branch(index: str, parameter: str, score: str) -> str:
    return f"SELECT rowid AS id, {score} AS score FROM {index} WHERE {index} MATCH :{parameter}"


_WORDS = (
    _branch("chunks_porter", "words", "bm25(chunks_porter, 3.0, 1.0)"),
    _branch("chunks_unicode", "words", "bm25(chunks_unicode, 3.0, 1.0)"),
)
# Only so that the source's pages are found at all where nothing else of the question occurs in them.
_NAMED = _branch("chunks_unicode", "named", "0.1 * bm25(chunks_unicode, 3.0, 1.0)")
_GRAMS = _branch("chunks_grams", "grams", "bm25(chunks_grams)")
_RANKED = {
    (False, False): _ranked(*_WORDS),
    (False, True): _ranked(*_WORDS, _GRAMS),
    (True, False): _ranked(*_WORDS, _NAMED),
    (True, True): _ranked(*_WORDS, _NAMED, _GRAMS),
}
_NAMES = select(documents.c.name).distinct().where(documents.c.name.in_(bindparam("names", expanding=True)), visible)
_CHUNK = (
    select(chunks, documents.c.visibility).join(documents).where(chunks.c.chunk_id == bindparam("chunk_id"), visible)
)
_SPAN = (
    select(chunks.c.text)
    .where(
        chunks.c.document_id == bindparam("document_id"),
        chunks.c.position.between(bindparam("first"), bindparam("last")),
    )
    .order_by(chunks.c.position)
)
