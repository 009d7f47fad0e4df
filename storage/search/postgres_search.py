"""Search on Postgres, as `storage.search` does it on SQLite.

`ts_rank` alone does not know which words are rare: a question's "the" would count as much as its subject. So each term
is ranked by itself, counted, and weighed by its rarity among what the audience may see. The scores of stems and of
words as written are added. A word of the breadcrumb counts as much more as bm25 makes of counting it three times, which
for all its saturation is half as much again.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    case,
    desc,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from orchestration.values.domain import Passage
from orchestration.values.ports import Audience
from storage.engine.audiences import PUBLIC, audience_values, visible
from storage.engine.tables import chunks, documents
from storage.search.naming import named, parts
from storage.search.search import NAMED_FACTOR
from storage.search.terms import terms_of

NAME_WEIGHT = 0.1
"""A named source's pages are found by its name alone, and hardly ranked by it."""

MOST_CHUNKS = 1000
"""A term that so many have says little, and is left aside where the question has a rarer one: ranking is linear."""
CANDIDATES = 200
"""Chunks to rank, those that hold most of the rarest terms: to rank one costs far more than to find it."""
COUNTED_CHUNKS = 20_000
"""Of more, how rare a term is changes little, and counting them all would cost as much as the search."""
BY_LENGTH = 1
"""`ts_rank`'s normalisation by the logarithm of the length."""

_NO_WORD = re.compile(r"[\W_]+")
_ACCENTS = dict.fromkeys(range(0x300, 0x370))


_SHOWN = (chunks.c.chunk_id, chunks.c.document_id, chunks.c.breadcrumb, chunks.c.text)


def folded(text: str) -> str:
    """Words in lower case without accents, one space between two, so that Postgres sees words and nothing else."""
    plain = unicodedata.normalize("NFD", text.casefold()).translate(_ACCENTS)
    return _NO_WORD.sub(" ", unicodedata.normalize("NFC", plain)).strip()


def search(conn: Connection, query: str, audience: Audience, limit: int) -> list[Passage]:
    terms = terms_of(query)
    if not terms.words or limit < 1:
        return []
    seen_by = audience_values(audience)
    asked_parts = parts(query)
    names = named(asked_parts, conn.execute(_NAMES, {**seen_by, "firsts": asked_parts}).scalars())
    by_name = {word for words in names.values() for word in words}
    asked = {
        "words": _folded(word for word in terms.words if word.casefold() not in by_name) or _folded(terms.words),
        "named": _folded(by_name),
        "pairs": list(terms.grams),
    }
    found = conn.execute(_RANKED, {**seen_by, **asked, "names": sorted(names), "limit": limit})
    return [
        Passage(row.chunk_id, row.document_id, row.breadcrumb, row.text, row.score, row.visibility == PUBLIC)
        for row in found
    ]


def _folded(words: Iterable[str]) -> list[str]:
    return sorted({folded(word) for word in words} - {""})


@dataclass(frozen=True, slots=True)
class _Kind:
    """Some of the question's terms as one index has them."""

    index: str
    config: str
    terms: str
    weight: float

    @property
    def name(self) -> str:
        return f"{self.terms}_in_{self.index}"


KINDS = (
    _Kind("stems", "english", "words", 1.0),
    _Kind("words", "simple", "words", 1.0),
    _Kind("words", "simple", "named", NAME_WEIGHT),
    _Kind("pairs", "simple", "pairs", 1.0),
)


def _telling(kind: _Kind, seen: CTE) -> CTE:
    """A row for each term and chunk that has it; a term is only a parameter, and its text no query syntax."""
    found = _having(kind.index, kind.config, kind.terms).cte(kind.name)
    rarest = select(func.min(found.c.having)).scalar_subquery()
    weight = kind.weight * func.ln(1 + (func.greatest(seen.c.count - found.c.having, 0) + 0.5) / (found.c.having + 0.5))
    return (
        select(found.c.id, found.c.term, weight.label("weight"), (weight * found.c.factor).label("worth"))
        .select_from(found.join(seen, true()))
        .where(or_(found.c.having < MOST_CHUNKS, rarest >= MOST_CHUNKS))
        .cte(f"telling_{kind.name}")
    )


def _hits(kind: _Kind, found: CTE, candidates: CTE) -> Select[Any]:
    query = func.plainto_tsquery(literal_column(f"'{kind.config}'::regconfig"), found.c.term)
    weights: ColumnElement[Any] = literal_column("'{0.64, 0.64, 0.64, 1.0}'::real[]")
    rank = func.ts_rank(weights, literal_column(f"chunks.{kind.index}"), query, BY_LENGTH)
    of_candidates = found.join(candidates, candidates.c.id == found.c.id).join(chunks, chunks.c.id == found.c.id)
    return select(found.c.id, (rank * found.c.weight).label("score")).select_from(of_candidates)


def _having(index: str, config: str, terms: str) -> Select[Any]:
    asked = func.unnest(bindparam(terms, type_=ARRAY(Text))).table_valued("term", name=f"{terms}_{index}")
    asked = asked.render_derived()
    query = func.plainto_tsquery(literal_column(f"'{config}'::regconfig"), asked.c.term)
    matches: ColumnElement[bool] = literal_column(f"chunks.{index}", Boolean).op("@@")(query)
    # Fenced in by the OFFSET: the planner cannot know how few chunks have a term, and would read all of them instead.
    every = (
        select(chunks.c.id, chunks.c.document_id)
        .where(matches)
        .offset(literal_column("0"))
        .correlate(asked)
        .lateral("every")
    )
    of_audience = every.join(documents, documents.c.document_id == every.c.document_id)
    seen = (
        select(every.c.id, _factor().label("factor"))
        .select_from(of_audience)
        .where(visible)
        .limit(MOST_CHUNKS)
        .correlate(asked)
        .lateral("seen")
    )
    having = func.count().over(partition_by=asked.c.term).label("having")
    return select(asked.c.term, seen.c.id, seen.c.factor, having).select_from(asked.join(seen, true()))


def _factor() -> ColumnElement[Any]:
    wanted = documents.c.name.in_(bindparam("names", expanding=True))
    shared = documents.c.document_id.in_(bindparam("shared", expanding=True))
    return case((or_(wanted, shared), NAMED_FACTOR), else_=1.0)


def _ranked() -> Select[Any]:
    some = select(chunks.c.id).join(documents).where(visible).limit(COUNTED_CHUNKS).subquery()
    seen = select(func.count().label("count")).select_from(some).cte("seen_chunks")
    telling = {kind: _telling(kind, seen) for kind in KINDS}
    every = union_all(*(select(found.c.id, found.c.worth) for found in telling.values())).subquery()
    best = (desc(func.sum(every.c.worth)), every.c.id)
    most = func.greatest(bindparam("limit"), CANDIDATES)
    candidates = select(every.c.id).group_by(every.c.id).order_by(*best).limit(most).cte("candidates")
    hits = union_all(*(_hits(kind, found, candidates) for kind, found in telling.items())).subquery()
    summed = select(hits.c.id, func.sum(hits.c.score).label("score")).group_by(hits.c.id).subquery()
    score = (summed.c.score * _factor()).label("score")
    return (
        select(*_SHOWN, score, documents.c.visibility)
        .join(summed, summed.c.id == chunks.c.id)
        .join(documents, documents.c.document_id == chunks.c.document_id)
        .order_by(desc("score"), chunks.c.chunk_id.collate("C"))
        .limit(bindparam("limit"))
    )


_RANKED = _ranked()
_NAMES = (
    select(documents.c.name)
    .distinct()
    .where(func.split_part(documents.c.name, " ", 1).in_(bindparam("firsts", expanding=True)), visible)
)
