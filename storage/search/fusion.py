"""One ranking out of two: the convex sum of both scores, each scaled to 0…1 over the candidates. Pure.

Convex, because it keeps how far apart scores are, which rank fusion throws away.
"""

from collections.abc import Iterable, Mapping

MEANING = 0.5
"""The share of the cosine; what is left is that of the words."""


def fuse(words: Mapping[str, float], cosines: Mapping[str, float]) -> list[tuple[str, float]]:
    """Chunk ids with scores of 0…1, best first, equal ones in the order of their ids.

    What no word found has a word score of 0. What has no cosine, because its vector is missing, is judged by its
    words alone.
    """
    by_words = _scaled({chunk_id: words.get(chunk_id, 0.0) for chunk_id in (*words, *cosines)})
    by_meaning = _scaled(cosines)
    fused = {
        chunk_id: (1 - MEANING) * score + MEANING * by_meaning.get(chunk_id, score)
        for chunk_id, score in by_words.items()
    }
    return sorted(fused.items(), key=_best_first)


def best(scores: Iterable[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    return sorted(scores, key=_best_first)[: max(limit, 0)]


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    """Where all are equal, all count in full."""
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {chunk_id: (score - low) / (high - low) for chunk_id, score in scores.items()}


def _best_first(entry: tuple[str, float]) -> tuple[float, str]:
    return -entry[1], entry[0]
