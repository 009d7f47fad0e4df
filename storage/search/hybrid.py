"""Search by words and by meaning at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, select

from orchestration.values.domain import Passage
from orchestration.values.ports import Audience, Vector
from storage.engine.audiences import PUBLIC, audience_values, visible
from storage.engine.tables import chunks, documents
from storage.search.fusion import fuse
from storage.search.nearest import Nearest

ByWords = Callable[[Connection, str, Audience, int], Sequence[Passage]]
POOL = 100
"""Candidates of each kind: what is in neither is not fused."""


class Hybrid:
    def __init__(self, model: str, by_words: ByWords) -> None:
        self._nearest = Nearest(model)
        self._by_words = by_words

    def question(self, query: str, vector: Vector) -> "HybridQuestion":
        return HybridQuestion(query, vector, self._nearest, self._by_words)


@dataclass(frozen=True, slots=True)
class HybridQuestion:
    query: str
    vector: Vector
    nearest: Nearest
    by_words: ByWords

    def search(self, conn: Connection, audience: Audience, limit: int) -> list[Passage]:
        found = {passage.chunk_id: passage for passage in self.by_words(conn, self.query, audience, max(POOL, limit))}
        cosines = self._cosines(conn, audience, list(found))
        if not cosines:
            return list(found.values())[: max(limit, 0)]
        ranked = fuse({chunk_id: passage.score for chunk_id, passage in found.items()}, cosines)[: max(limit, 0)]
        found |= _passages(conn, audience, [chunk_id for chunk_id, _ in ranked if chunk_id not in found])
        return [replace(found[chunk_id], score=score) for chunk_id, score in ranked if chunk_id in found]

    def _cosines(self, conn: Connection, audience: Audience, by_words: list[str]) -> dict[str, float]:
        similarity = self.nearest.look(conn, self.vector, audience)
        closest = similarity.closest(POOL)
        unknown = [chunk_id for chunk_id in by_words if chunk_id not in closest]
        known = similarity.of(unknown)
        aside = [chunk_id for chunk_id in unknown if chunk_id not in known]
        return closest | known | (self.nearest.reread(conn, self.vector, aside) if aside else {})


def _passages(conn: Connection, audience: Audience, chunk_ids: list[str]) -> dict[str, Passage]:
    rows = conn.execute(_CHUNKS, {**audience_values(audience), "chunk_ids": chunk_ids}) if chunk_ids else ()
    return {
        row.chunk_id: Passage(row.chunk_id, row.document_id, row.breadcrumb, row.text, 0.0, row.visibility == PUBLIC)
        for row in rows
    }


_CHUNKS = (
    select(chunks, documents.c.visibility)
    .join(documents)
    .where(chunks.c.chunk_id.in_(bindparam("chunk_ids", expanding=True)), visible)
)
