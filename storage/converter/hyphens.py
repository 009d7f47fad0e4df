"""Words that a line's end divides, whole again: with their hyphen where they have one of their own."""

import re
from collections import Counter

_DIVIDED = re.compile(r"(?P<before>-?)\b(?P<left>[^\W\d_]+)-[ \t]*\n[ \t]*(?P<right>[^\W_]+)(?P<after>-?)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CONJUNCTIONS = "and or nor to und oder bis sowie et ou y o e en of och og i"
_GOES_ON = frozenset(_CONJUNCTIONS.split())
"""After a hyphen in place of a word to come: first- and second-order."""
_FIRST_PARTS = """
    all anti cross double ever ex fast first full free half hand hard high home ill in large left light like long low
    multi near newly non off old on one open out over part post pre quasi real right second self semi short single slow
    small so state third three time top two ultra up user vice well wide year
"""
_COMPOUNDS = frozenset(_FIRST_PARTS.split())
"""First parts of English words with a hyphen of their own. A text of some length tells by its other words."""


def undivided(text: str) -> str:
    if "-\n" not in text and not re.search(r"-[ \t]+\n", text):
        return text
    known = Counter(word.casefold() for word in _WORD.findall(_DIVIDED.sub(" ", text)))
    return _DIVIDED.sub(lambda found: _whole(found, known), text)


def _whole(found: re.Match[str], known: Counter[str]) -> str:
    left, right = found["left"], found["right"]
    if right.casefold() in _GOES_ON and not found["after"]:
        return found[0]
    mark = "-" if _has_hyphen(found, known) else ""
    return f"{found['before']}{left}{mark}{right}{found['after']}"


def _has_hyphen(found: re.Match[str], known: Counter[str]) -> bool:
    left, right = found["left"].casefold(), found["right"].casefold()
    if found["before"] or found["after"] or len(left) == 1:
        return True
    if not found["right"][0].islower() and not (found["left"].isupper() and found["right"].isupper()):
        return True
    if known[f"{left}-{right}"] or known[left + right]:
        return known[f"{left}-{right}"] > known[left + right]
    return left in _COMPOUNDS or bool(known[left] and known[right] and len(right) > 2)
