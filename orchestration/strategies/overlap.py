"""Whether two texts say the same, as far as words can tell: their stems, without the words every text has."""

from orchestration.values.words import stems


def words(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def shared(one: str, other: str) -> float:
    """The share of the shorter text's words that the other has too, from 0 to 1."""
    mine, theirs = words(one), words(other)
    fewest = min(len(mine), len(theirs))
    return len(mine & theirs) / fewest if fewest else 0.0
