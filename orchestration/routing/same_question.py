"""Whether two questions ask the same, read from their words alone."""

import re

from orchestration.values.words import STOP_WORDS, stem

ALIKE = 0.8
"""Share of the telling words that both have; measured on pairs of one author, see `tests/orchestration`."""

_WORD = re.compile(r"[\w.+#/-]*\w[+#]*")
# Words that a question can do without; those that turn it around (not, more, no) are not among them.
_EMPTY_TEXT = "find explain describe compare comparison hey hi hello thanks quickly research list let"
_NOT = re.compile(r"n['’]t\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+([\w.+#/-]*\w[+#]*)")
_SIDE_BY_SIDE = re.compile(r"\b(?:compar\w*|versus|vs|or|and|between|differ\w*|oder|und)\b", re.IGNORECASE)


def alike(one: str, two: str) -> bool:
    """Nearly the same telling words, and not a number or a name more or less."""
    first, second = _telling(one), _telling(two)
    if not first or not second:
        return False
    apart = first.keys() ^ second.keys()
    # A form of greeting may differ; what a question is about may not.
    if any(_is_particular(first.get(word) or second[word]) for word in apart):
        return False
    if len(first.keys() & second.keys()) / len(first.keys() | second.keys()) < ALIKE:
        return False
    return not _is_turned_round(one, two)


def _telling(text: str) -> dict[str, str]:
    """The stems of its words, each with the word as it was written there."""
    words = _WORD.findall(_NOT.sub(" not", text))
    return {stem(word.casefold()): word for word in words if word.casefold() not in _EMPTY}


def _is_turned_round(one: str, two: str) -> bool:
    """Whether A to B became B to A. What is put side by side has no order."""
    if _SIDE_BY_SIDE.search(one) and _SIDE_BY_SIDE.search(two):
        return False
    names = _names(one) | _names(two)
    orders = [[stem for stem in _telling(text) if stem in names] for text in (one, two)]
    origins = [{stem(word) for word in _FROM.findall(text.casefold())} for text in (one, two)]
    return orders[0] != orders[1] or (all(origins) and origins[0] != origins[1])


def _names(text: str) -> set[str]:
    """Without its first word, which has a capital whatever it is."""
    return {stem for stem, word in _telling(text).items() if word[:1].isupper() and not text.startswith(word)}


def _is_particular(word: str) -> bool:
    return any(sign.isdigit() or sign.isupper() for sign in word) or word.casefold() in _TURNING


_TURNING_TEXT = """
    not no never without except instead before after more less most least best worst old new cheaper cheapest
    larger largest smaller smallest earlier later first last
    nicht nie kein keine keinen keinem keiner ohne pas jamais sans nunca sin
"""
_TURNING = frozenset(_TURNING_TEXT.split())
_EMPTY = (STOP_WORDS | frozenset(_EMPTY_TEXT.split())) - _TURNING
