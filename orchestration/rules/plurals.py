"""Several of a kind: "the five largest …", "each of …", "the capitals of the countries …": one look-up each."""

from orchestration.rules.asked import Asked, Finding
from orchestration.rules.tokens import ASKING, PLURAL, Token
from orchestration.rules.words import vocabulary, wordings, wordset
from orchestration.values.domain import Strategy

_KINDS = vocabulary("kinds")
_PERSONS = ("ists", "ians", "tors", "sors", "nors")
_NUMBERS = vocabulary("numbers")
_UNITS = vocabulary("units")
_RANKS = wordset("most least best main major top leading")
_COUNTS = vocabulary("counts")
_ORDERS = wordset("list name find give identify get")
_OF = wordset("of by in for from at to")
_DEFINITE = wordset("the our these those its their")
_EACH = wordings("each")
_WANTED = wordings("wanted")
_PLAIN_LIST = wordings("plain_list")
_SECOND = wordings("second")
_YEARS = wordings("years")
_ALL = wordings("all")
REACH = 6
"""Words between what is asked of things and their kind: "of the four most populous countries"."""


def several_of_a_kind(asked: Asked) -> Finding | None:
    """A first look-up yields the list, then each entry is a look-up of its own."""
    words = [word for word in asked.tokens if word.word]
    if found := _EACH(asked.low) or _ALL(asked.low) or _YEARS(asked.low):
        return _finding(found[0])
    second = bool(_SECOND(asked.low))
    for at, word in enumerate(words):
        if counted := _counted(words, at):
            if second or at > 4 or not (_WANTED(asked.low) or _PLAIN_LIST(asked.low)):
                return _finding(counted)
        elif _is_kind(word) and ((second and _is_asked_for(words, at)) or _is_asked_of(words, at)):
            return _finding(" ".join(w.text for w in words[max(0, at - 3) : at + 1]))
    return None


def _counted(words: list[Token], at: int) -> str:
    """The top 5, three rivals of, the four most populous countries: a number and what there are so many of."""
    low = words[at].low
    if at == 0 or not (low in _NUMBERS or (low.isdecimal() and len(low) < 3 and int(low) > 2)):
        return ""
    after = [word for word in words[at + 1 : at + 6] if not word.name or word.low.endswith("s")]
    ranked = any(word.low in _RANKS or word.better for word in after[:2])
    things = any(map(_is_plural, after)) and after[0].low not in _UNITS
    return (
        " ".join(w.text for w in words[at - 1 : at + 3]) if things and (words[at - 1].low in _COUNTS or ranked) else ""
    )


def _is_plural(word: Token) -> bool:
    ends = len(word.low) > 3 and word.low.endswith("s") and not word.low.endswith(("ss", "us", "is", "'s"))
    return _is_kind(word) or (word.plain and ends and word.low not in _UNITS)


def _is_kind(word: Token) -> bool:
    return not word.name and (word.low in _KINDS or (word.low.endswith(_PERSONS) and len(word.low) > 6))


def _is_asked_of(words: list[Token], at: int) -> bool:
    """Whether something is asked of the things: their kind follows "of the", and not the word that asks."""
    if words[at].low == "states" and words[at - 1].low == "united":
        return False
    for n in range(at - 1, max(-1, at - REACH), -1):
        low = words[n].low
        if low in ("a", "an") or low.endswith("'s") or (low == "our" and words[n - 1].plain):
            return False
        if low in ASKING:
            return n > 0 and words[n - 1].low == "of"
        if low in _OF:
            return low == "of" or words[n + 1].low in _DEFINITE
        if low in PLURAL:
            return words[n + 1].low in _DEFINITE and (_is_plural(words[n - 1]) or words[0].low in _OF)
    return False


def _is_asked_for(words: list[Token], at: int) -> bool:
    """Whether the things are what the first half asks for."""
    return 0 < at <= REACH and words[0].low in ASKING | _ORDERS


def _finding(seen: str) -> Finding:
    shown = " ".join(seen.split())[:60]
    reason = f"It asks about several of a kind (“{shown} …”), each a look-up of its own."
    return Finding(Strategy.SUPERVISOR, 3, reason)
