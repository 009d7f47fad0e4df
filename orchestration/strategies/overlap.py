"""Whether two texts say the same, as far as words can tell: their stems, without the words every text has."""

import re

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|es|s)$")
_COMMON = frozenset(
    _WORD.findall(
        """a about all an and any are as at be but by can do does each every find for from has have how if in into is
        it its list look more most not of on one only or other out over should so some state such than that the their
        them then there these they this those to up was were what when where which who why will with would"""
    )
)


def words(text: str) -> frozenset[str]:
    found = (word for word in _WORD.findall(text.lower()) if word not in _COMMON)
    return frozenset(_ENDING.sub("", word)[:7] for word in found)


def shared(one: str, other: str) -> float:
    """The share of the shorter text's words that the other has too, from 0 to 1."""
    mine, theirs = words(one), words(other)
    fewest = min(len(mine), len(theirs))
    return len(mine & theirs) / fewest if fewest else 0.0
