"""Which passages answer a question best, among those that everyone in the conversation may see.

Two full-text indexes over the same chunks, one by word stems and one by words as written, whose bm25 scores are
added; the breadcrumb counts three times. A third index holds what both of them tear apart: text without spaces, and
literals such as `c++`. A question that names a source ("… in Flask?") wants that source first; the name itself then
counts for nothing, or every page of the source would win by its breadcrumb alone.

To score a chunk costs twenty times what it costs to see that a word is in it. So the rarest words of the question
choose a few hundred candidates, and only these are scored by all of its words.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from orchestration.values.domain import Passage
from orchestration.values.ports import Audience
from storage.engine.audiences import PUBLIC, audience_values, visible
from storage.engine.prepared import Prepared
from storage.engine.tables import chunks, documents
from storage.search.full_text import (
    CHUNKS_IN_ALL,
    DOCUMENTS_IN_ALL,
    DOCUMENTS_SEEN,
    GRAMS,
    HITS,
    HITS_AMONG_SEEN,
    HITS_IN_SHARED,
    NAME_SEEN,
    NAMES_BEGINNING,
    SCORES,
    SEEN_OF,
    STEMS,
    TEXTS,
    WRITTEN,
    place_values,
)
from storage.search.naming import named, parts
from storage.search.rarity import Weighed, weigh
from storage.search.terms import MOST_TERMS, match, terms_of

NAMED_FACTOR = 2.5
"""Not a filter: a question about Flask may be answered by a page on Pydantic, and one "in Python" by any."""
LITERAL_FACTOR = 2.0
SIBLING_SHARE, MOST_SIBLINGS = 0.2, 3
MOST_NAMES = 20
CANDIDATES, CANDIDATE_SHARE = 60, 0.001
"""At most so many and this share of all chunks, of each way to find them."""
SPARE, MOST_HITS = 2, 1_000
"""Of one query: so many times as many as are wanted, and where the audience may not see enough of these, so many."""
FEW_DOCUMENTS = 2_000
"""An audience that sees no more, and less than half of all, has its chunks looked through by every word of the
question: what is common in the file may be rare in there."""
AROUND = 1  # chunks shown on either side of a fetched one


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of one audience."""

    words: Weighed
    grams: Weighed
    names: Mapping[str, tuple[str, ...]]
    """Of the sources that it names, each with the words by which it does."""
    seen_by: Mapping[str, Any]
    shared: frozenset[str]
    sees_few: bool
    candidates: int
    """How many to choose at most, of each way to find them."""

    @property
    def name_words(self) -> list[tuple[str, ...]]:
        return list(dict.fromkeys(self.names.values()))

    def query_of(self, terms: Weighed) -> str:
        """By which candidates are scored."""
        return match(terms.every if self.sees_few else terms.telling)


class _Candidate(NamedTuple):
    id: int
    chunk_id: str
    document_id: str
    name: str
    visibility: str


def search(conn: Connection, query: str, audience: Audience, limit: int) -> list[Passage]:
    asked = _asked(conn, query, audience)
    if asked is None or limit < 1:
        return []
    candidates, scored = _candidates(conn, asked, limit)
    scores = _scores(conn, asked, candidates, scored)
    best = sorted(candidates.values(), key=lambda row: (-scores[row.id], row.chunk_id))[:limit]
    rows = TEXTS.all(conn, {"ids": json.dumps([found.id for found in best])})
    texts = {row_id: (breadcrumb, text) for row_id, breadcrumb, text in rows}
    return [
        Passage(row.chunk_id, row.document_id, *texts[row.id], scores[row.id], row.visibility == PUBLIC) for row in best
    ]


def fetch(conn: Connection, chunk_id: str, audience: Audience) -> Passage | None:
    """The chunk with its neighbours' text around it, under its own breadcrumb."""
    row = conn.execute(_CHUNK, {**audience_values(audience), "chunk_id": chunk_id}).first()
    if row is None:
        return None
    span = {"document_id": row.document_id, "first": row.position - AROUND, "last": row.position + AROUND}
    around = "\n\n".join(conn.execute(_SPAN, span).scalars())
    return Passage(row.chunk_id, row.document_id, row.breadcrumb, around, 0.0, row.visibility == PUBLIC)


def _asked(conn: Connection, query: str, audience: Audience) -> _Asked | None:
    """None where there is nothing to look for."""
    terms = terms_of(query)
    if not (terms.words or terms.grams):
        return None
    seen_by = place_values(audience)
    ((total,),) = CHUNKS_IN_ALL.all(conn, {})
    names = _names(conn, parts(query), seen_by)
    by_name = {word for words in names.values() for word in words}
    words = tuple(word for word in terms.words if word.casefold() not in by_name) or terms.words
    return _Asked(
        weigh(conn, STEMS, words, total),
        weigh(conn, GRAMS, terms.grams, total),
        names,
        seen_by,
        frozenset(audience.document_ids),
        _sees_few(conn, seen_by),
        CANDIDATES + int(total * CANDIDATE_SHARE),
    )


def _sees_few(conn: Connection, seen_by: Mapping[str, Any]) -> bool:
    ((count,),) = DOCUMENTS_IN_ALL.all(conn, {})
    few = min(FEW_DOCUMENTS, int(count) // 2)
    ((seen,),) = DOCUMENTS_SEEN.all(conn, {**seen_by, "most": few + 1})
    return int(seen) <= few


def _names(conn: Connection, asked: Sequence[str], seen_by: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    firsts = json.dumps(list(dict.fromkeys(asked))[:MOST_TERMS], ensure_ascii=False)
    known = [name for (name,) in NAMES_BEGINNING.all(conn, {"firsts": firsts})]
    found = list(named(asked, known).items())[:MOST_NAMES]
    return {name: words for name, words in found if NAME_SEEN.first(conn, {**seen_by, "name": name})}


def _candidates(conn: Connection, asked: _Asked, limit: int) -> tuple[dict[int, _Candidate], dict[int, float]]:
    """Few enough to score each by all words, and among them all that can be among the best; by id.

    With the stems' scores of those that were found by all words, which need not be computed again.
    """
    statements = HITS_AMONG_SEEN if asked.sees_few else HITS
    words, grams = (match(terms.every if asked.sees_few else terms.rare) for terms in (asked.words, asked.grams))
    most = max(asked.candidates, limit)
    found: dict[int, _Candidate] = {}
    scored: dict[int, float] = {}

    def find(statement: Prepared, query: str) -> None:
        if query:
            hits, rows = _best(conn, statement, query, asked, most)
            found.update((row.id, row) for row in rows)
            if query == asked.query_of(asked.words) and statement is statements[STEMS]:
                scored.update(hits)

    find(statements[STEMS], words)
    find(statements[GRAMS], grams)
    # Where enough of a named source is there already, the rest of it is worse.
    if asked.names and sum(row.name in asked.names for row in found.values()) < limit:
        for name in asked.name_words:
            find(statements[STEMS], _both(_in_breadcrumb(name), words))
    if asked.shared:
        find(HITS_IN_SHARED, match(asked.words.every))
    if len(found) < limit:
        find(statements[STEMS], match(asked.words.telling))
        for name in asked.name_words:
            find(statements[STEMS], _in_breadcrumb(name))
    return found, scored


def _best(
    conn: Connection, statement: Prepared, query: str, asked: _Asked, most: int
) -> tuple[dict[int, float], list[_Candidate]]:
    """Scores of what was found, and what of it may be seen."""
    for count in (SPARE * most, max(SPARE * most, MOST_HITS)):
        hits = dict(statement.all(conn, {**asked.seen_by, "query": query, "most": count}))
        rows = list(_seen(conn, list(hits), asked, most))
        if len(rows) >= most or len(hits) < count:
            break
    return hits, rows


def _seen(conn: Connection, ids: Sequence[int], asked: _Asked, most: int) -> Iterator[_Candidate]:
    """The first of them that the audience may see; nearly always that is nearly all, so few are looked up at a time."""
    step = most
    for start in range(0, len(ids), step):
        rows = SEEN_OF.all(conn, {**asked.seen_by, "ids": json.dumps(ids[start : start + step])})
        yield from (_Candidate(*row) for row in rows)
        most -= len(rows)
        if most <= 0:
            return


def _scores(
    conn: Connection, asked: _Asked, candidates: Mapping[int, _Candidate], scored: Mapping[int, float]
) -> Mapping[int, float]:
    every = list(candidates)
    queries = (
        (STEMS, asked.words, 1.0, [row_id for row_id in every if row_id not in scored]),
        (WRITTEN, asked.words, 1.0, every),
        (GRAMS, asked.grams, LITERAL_FACTOR, every),
    )
    # bm25 is better the lower it is.
    scores = {row_id: -scored.get(row_id, 0.0) for row_id in every}
    for index, terms, factor, ids in queries:
        query = asked.query_of(terms)
        if query and ids:
            for row_id, score in SCORES[index].all(conn, {"query": query, "ids": json.dumps(ids)}):
                scores[row_id] -= factor * score
    for row in candidates.values():
        if row.name in asked.names or row.document_id in asked.shared:
            scores[row.id] *= NAMED_FACTOR
    return _with_siblings(scores, candidates.values())


def _with_siblings(scores: Mapping[int, float], candidates: Iterable[_Candidate]) -> Mapping[int, float]:
    """A passage says more where others of its document fit too: each adds its share, the best of them most."""
    documents: defaultdict[str, list[int]] = defaultdict(list)
    for row in sorted(candidates, key=lambda row: (-scores[row.id], row.chunk_id)):
        documents[row.document_id].append(row.id)
    together: dict[int, float] = {}
    for ids in documents.values():
        best = ids[: MOST_SIBLINGS + 1]
        for row_id in ids:
            together[row_id] = scores[row_id]
            others = (scores[other] for other in best if other != row_id)
            for share, score in zip(_SIBLING_SHARES, others, strict=False):
                together[row_id] += share * score
    return together


_SIBLING_SHARES = tuple(SIBLING_SHARE**n for n in range(1, MOST_SIBLINGS + 1))


def _in_breadcrumb(name: Iterable[str]) -> str:
    return f"{{breadcrumb}} : {match([' '.join(name)])}"


def _both(one: str, other: str) -> str:
    return f"({one}) AND ({other})" if other else ""


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
