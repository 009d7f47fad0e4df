"""Vectors in memory, and how near each is to a question's: exact, by one product over a team's matrix.

No index: 30,000 vectors of 1,536 numbers are 184 MB that are read once and multiplied in the time of a few disk
accesses, and the answer is exact. Who may see what is asked of SQL each time; memory knows nothing of channels.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, func, select

from orchestration.values.ports import Audience, Vector
from storage.engine.audiences import audience_values, visible
from storage.engine.tables import chunks, documents
from storage.engine.vector_tables import document_vectors, vectors

log = logging.getLogger(__name__)

MOST_BYTES = 512 * 1024 * 1024
"""Of all teams together; the one that was not asked for longest goes first."""
BLOCK = 4096
"""Rows of a matrix: a library grows by one more of them, so that growing copies nothing."""
DOCUMENTS_A_READ = 500

Numbers = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A document with vectors."""

    document_id: str
    newest_id: int
    seen: bool
    """By this audience."""


class Nearest:
    """Of one embedding model. Threads may ask at once.

    A document's vectors are read again when its newest one has another number than the one in memory, whichever
    process wrote it.
    """

    def __init__(self, model: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._model = model
        self._most_bytes = most_bytes
        self._teams: OrderedDict[tuple[str, int], _Team] = OrderedDict()
        self._too_large: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def look(self, conn: Connection, vector: Vector, audience: Audience) -> "Similarity":
        """How near everything is that this audience may see."""
        teams = self._documents(conn, audience)
        with self._lock:
            parts = [part for team_id, kept in teams.items() if (part := self._part(conn, team_id, kept, len(vector)))]
            self._evict()
        return Similarity(_array(vector), parts)

    def reread(self, conn: Connection, vector: Vector, chunk_ids: Sequence[str]) -> dict[str, float]:
        """Cosines of these chunks, from the disk: for a team whose vectors are too many for memory."""
        question = _array(vector)
        wanted = {"model": self._model, "bytes": len(vector), "chunk_ids": list(chunk_ids)}
        return {row.chunk_id: float(_array(row.vector) @ question) for row in conn.execute(_OF_CHUNKS, wanted)}

    def _documents(self, conn: Connection, audience: Audience) -> dict[str, list[_Kept]]:
        """By team, all that have vectors: what this audience may not see stays in memory for those who may."""
        found: dict[str, list[_Kept]] = {}
        for team_id, *kept in conn.execute(_DOCUMENTS, {"model": self._model, **audience_values(audience)}):
            found.setdefault(team_id, []).append(_Kept(*kept))
        return found

    def _part(self, conn: Connection, team_id: str, kept: Sequence[_Kept], size: int) -> "_Part | None":
        key = (team_id, size)
        if key in self._too_large:
            return None
        team = self._teams.get(key)
        if team is None or team.is_mostly_superseded(kept):
            team = self._teams[key] = _Team(size // 4)
        self._teams.move_to_end(key)
        missing = [document for document in kept if team.newest.get(document.document_id) != document.newest_id]
        for start in range(0, len(missing), DOCUMENTS_A_READ):
            some = missing[start : start + DOCUMENTS_A_READ]
            ids = [document.document_id for document in some]
            values = {"model": self._model, "bytes": size, "document_ids": ids}
            team.take(some, conn.execute(_OF_DOCUMENTS, values))
            if team.bytes > self._most_bytes:
                self._too_large.add(key)
                del self._teams[key]
                log.warning(
                    "the vectors of %s need more than %s MB, they only re-rank", team_id, self._most_bytes >> 20
                )
                return None
        return team.part([document.document_id for document in kept if document.seen])

    def _evict(self) -> None:
        while len(self._teams) > 1 and sum(team.bytes for team in self._teams.values()) > self._most_bytes:
            self._teams.popitem(last=False)


@dataclass(slots=True)
class _Block:
    rows: Numbers
    documents: np.ndarray[Any, np.dtype[np.int64]]
    """Of each row the number of its document's reading."""
    chunk_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """A team's matrices as they were at one moment, and which of their rows count."""

    blocks: Sequence[tuple[Numbers, np.ndarray[Any, np.dtype[np.bool_]], Sequence[str]]]

    def cosines(self, question: Numbers) -> Iterable[tuple[Numbers, Sequence[str]]]:
        for rows, seen, chunk_ids in self.blocks:
            yield np.where(seen, rows @ question, -np.inf), chunk_ids


class _Team:
    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._blocks: list[_Block] = []
        self._readings = 0
        self._number: dict[str, int] = {}
        self.newest: dict[str, int] = {}

    @property
    def bytes(self) -> int:
        return sum(len(block.chunk_ids) for block in self._blocks) * self._dimensions * 4

    def take(self, read: Sequence[_Kept], found: Iterable[Any]) -> None:
        """Reads documents, again or for the first time; what was here of them no longer counts."""
        for document in read:
            self.newest[document.document_id], self._number[document.document_id] = document.newest_id, self._readings
            self._readings += 1
        for document_id, chunk_id, vector in found:
            block = self._open_block()
            place = len(block.chunk_ids)
            block.rows[place] = _array(vector)
            block.documents[place] = self._number[document_id]
            block.chunk_ids.append(chunk_id)

    def part(self, document_ids: Sequence[str]) -> _Part:
        counts = self._counting(document_ids)
        return _Part([_as_it_is(block, counts) for block in self._blocks])

    def is_mostly_superseded(self, kept: Sequence[_Kept]) -> bool:
        """More than half of the rows are of documents that are gone or were read again."""
        rows = sum(len(block.chunk_ids) for block in self._blocks)
        if rows <= BLOCK:
            return False
        current = self._counting([document.document_id for document in kept if document.document_id in self._number])
        alive = sum(int(current[block.documents[: len(block.chunk_ids)]].sum()) for block in self._blocks)
        return alive * 2 < rows

    def _counting(self, document_ids: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """By reading, whether it is the newest one of a document among these."""
        counts = np.zeros(self._readings + 1, dtype=np.bool_)
        counts[[self._number[document_id] for document_id in document_ids]] = True
        return counts

    def _open_block(self) -> _Block:
        if not self._blocks or len(self._blocks[-1].chunk_ids) == BLOCK:
            rows = np.empty((BLOCK, self._dimensions), dtype=np.float32)
            self._blocks.append(_Block(rows, np.zeros(BLOCK, dtype=np.int64)))
        return self._blocks[-1]


def _as_it_is(block: _Block, counts: Any) -> Any:
    used = len(block.chunk_ids)
    return block.rows[:used], counts[block.documents[:used]], block.chunk_ids[:used]


class Similarity:
    """The cosines of one question."""

    def __init__(self, question: Numbers, parts: Sequence[_Part]) -> None:
        self._found = [pair for part in parts for pair in part.cosines(question)]

    def closest(self, count: int) -> dict[str, float]:
        """Chunk ids with their cosines; of equal ones at the edge any."""
        found: list[tuple[str, float]] = []
        for cosines, chunk_ids in self._found:
            places = np.argpartition(cosines, -count)[-count:] if len(cosines) > count else range(len(cosines))
            found += [(chunk_ids[place], float(cosines[place])) for place in places if cosines[place] > -1.5]
        return dict(sorted(found, key=lambda pair: (-pair[1], pair[0]))[:count])

    def of(self, chunk_ids: Iterable[str]) -> dict[str, float]:
        wanted = set(chunk_ids)
        return {
            chunk_id: float(cosines[place])
            for cosines, ids in self._found
            for place, chunk_id in enumerate(ids)
            if chunk_id in wanted and cosines[place] > -1.5
        }


def _array(vector: Vector) -> Numbers:
    return np.frombuffer(vector, dtype="<f4").astype(np.float32, copy=False)


_DOCUMENTS = (
    select(documents.c.team_id, documents.c.document_id, document_vectors.c.newest_id, visible.label("seen"))
    .join(document_vectors, document_vectors.c.document_id == documents.c.document_id)
    .where(
        document_vectors.c.model == bindparam("model"),
        documents.c.team_id.in_(bindparam("team_ids", expanding=True)),
    )
)
_MINE = (vectors.c.model == bindparam("model"), func.length(vectors.c.vector) == bindparam("bytes"))
_OF_DOCUMENTS = (
    select(chunks.c.document_id, vectors.c.chunk_id, vectors.c.vector)
    .join(chunks, chunks.c.chunk_id == vectors.c.chunk_id)
    .where(*_MINE, chunks.c.document_id.in_(bindparam("document_ids", expanding=True)))
    .order_by(vectors.c.id)
)
_OF_CHUNKS = select(vectors.c.chunk_id, vectors.c.vector).where(
    *_MINE, vectors.c.chunk_id.in_(bindparam("chunk_ids", expanding=True))
)
