"""Whether two questions ask the same, read from their words alone."""

import re

ALIKE = 0.8
"""Share of the telling words that both have; measured on pairs of one author, see `tests/orchestration`."""

_WORD = re.compile(r"[\w.+#/-]*\w[+#]*")
# Words that a question can do without; those that turn it around (not, without, before) are not among them.
_EMPTY_TEXT = """
    a about am an and any are as at be been by can could did do does for from give had has have how i if in into
    is it its let like list may me my of on or our out please quickly research should show so some tell that the
    their them there these they this those to up us was we were what when where which who why will with would
    you your find explain describe compare comparison hey hi hello thanks
"""
_EMPTY = frozenset(_EMPTY_TEXT.split())


def alike(one: str, other: str) -> bool:
    """Nearly the same telling words, and not a number or a name more or less."""
    first, second = _telling(one), _telling(other)
    if not first or not second:
        return False
    apart = first.keys() ^ second.keys()
    # A form of greeting may differ; what a question is about may not.
    if any(_is_particular(first.get(word) or second[word]) for word in apart):
        return False
    return len(first.keys() & second.keys()) / len(first.keys() | second.keys()) >= ALIKE


def _telling(text: str) -> dict[str, str]:
    """The stems of its words, each with the word as it was written there."""
    words = _WORD.findall(text)
    return {_stem(word.casefold()): word for word in words if word.casefold() not in _EMPTY}


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _is_particular(word: str) -> bool:
    return any(sign.isdigit() or sign.isupper() for sign in word) or word.casefold() in _TURNING


_TURNING_TEXT = """
    not no never without except instead before after more less most least best worst old new cheaper cheapest
    larger largest smaller smallest earlier later first last
"""
_TURNING = frozenset(_TURNING_TEXT.split())
