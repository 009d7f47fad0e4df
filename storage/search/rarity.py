"""Which words of a question may cost time, by how many chunks hold them.

bm25 gives a word that is in half of all chunks no weight at all; a rare one decides. Counting is exact and cheap,
0.05 microseconds a chunk; scoring costs more than a microsecond a chunk, in each index.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from storage.engine.prepared import Prepared
from storage.search.full_text import GRAMS, STEMS
from storage.search.terms import match

FEW_ROWS, SHARE_OF_ROWS = 4_000, 0.05
"""How many chunks may be scored to choose candidates: so many, and this share of all."""
SMALL = 1_000
"""Chunks; among so few a word costs nothing, and even one in half of them may decide between two."""
MOST_LOOKED_AT = 40_000
"""Chunks that may hold the words by which candidates are scored."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The words of a question that say something in one index; all empty where none is found."""

    rare: tuple[str, ...]
    """Enough to choose candidates by; at least one."""
    telling: tuple[str, ...]
    """To score them by; begins with the rare ones."""
    every: tuple[str, ...]
    """All that occur, where so few chunks may be seen that none of them is too common."""
    chunks: Mapping[str, int]
    """By word, how many chunks hold it; of the commonest not more than were counted."""


def weigh(conn: Connection, index: str, words: Sequence[str], total: int) -> Weighed:
    """The rarest words first; `total` is about how many chunks there are."""
    if not words:
        return Weighed((), (), (), {})
    queries = {match([word]): word for word in words}
    rows = _COUNTED[index].all(conn, {"queries": json.dumps(list(queries), ensure_ascii=False)})
    counts = {queries[query]: count for query, count in rows}
    found = sorted((word for word in words if counts[word]), key=lambda word: counts[word])
    weighty = [word for word in found if counts[word] * 2 <= total or total <= SMALL] or found[:1]
    rare = _within(FEW_ROWS + total * SHARE_OF_ROWS, weighty, counts)
    return Weighed(rare, _within(MOST_LOOKED_AT, weighty, counts), tuple(found), counts)


def _within(most: float, words: Iterable[str], counts: Mapping[str, int]) -> tuple[str, ...]:
    """The first word always, the others while they are in no more chunks together."""
    taken: list[str] = []
    rows = 0
    for word in words:
        rows += counts[word]
        if taken and rows > most:
            break
        taken.append(word)
    return tuple(taken)


def _counted(index: str) -> Prepared:
    some = f"SELECT 1 FROM {index} WHERE {index} MATCH asked.value LIMIT {MOST_LOOKED_AT + 1}"
    return Prepared(text(f"SELECT asked.value, (SELECT count(*) FROM ({some})) FROM json_each(:queries) AS asked"))


_COUNTED = {index: _counted(index) for index in (STEMS, GRAMS)}
