"""Stages that need each other: said outright ("first … then"), or hidden in a name that must be looked up first."""

import re
from collections.abc import Iterator

from orchestration.rules.asked import Asked, Finding
from orchestration.rules.tokens import ARTICLES, ASKING, BE, STOPS, Token
from orchestration.rules.words import vocabulary, wordings, wordset
from orchestration.values.domain import Strategy

_STAGED = wordings("staged")
_RELATIVE = wordset("who whom whose which that where")
_PREPOSITIONS = vocabulary("prepositions")
_AFTER_PARTICIPLE = wordset("by in on from at for after to as with off")
_IRREGULAR = vocabulary("irregular")
_PRONOUNS = wordset("i we he she they you our my his her their")
_WORKS = vocabulary("works")
"""What a name may simply be called: "the opera Tosca" describes nothing."""
_KIN = vocabulary("kin")
_NO_PERSON = vocabulary("no_person")
_LEADING = wordset("the a an our my of name names full age date")
_ORDINALS = vocabulary("ordinals")
_HOW_TO = frozenset(("how", word) for word in ["do", "does", "did", "can", "could", "should", "is", "to", "would"])
_PLAIN_THINGS = vocabulary("plain_things")
"""What people ask about by saying which one they mean, and look up in one step."""
_THE = wordset("the der die das dem den des el la le los las les du del")
_OF = wordset("of von des de du del der")
_WHO = wordset("who what which wer was welche welcher qui quel quelle quién cuál qué")
_CALLED = wordset("known called named titled dubbed entitled")
_IN_LAW = re.compile(r"grand(?:father|mother|parent|son|daughter|child)|\w+-in-law|step(?:father|mother)").match
LONG = 1000
MOST_OF_A_NAME = 12
NEAR = 6
"""Words of a name for something, at most."""


def staged(asked: Asked) -> Finding | None:
    """The asker says what has to be done before what."""
    if _STAGED(asked.low):
        return Finding(Strategy.SEQUENTIAL, 3, "One step needs the result of the one before it.")
    return None


def chained(asked: Asked) -> Finding | None:
    """What is asked about is only described: it has to be found before the question can be answered."""
    words = asked.tokens
    begin = max((n + 1 for n, word in enumerate(words[:-1]) if word.low in STOPS), default=0)
    if not _asks_for_one(words[begin:]):
        gaps = [at for at, _ in _described(words, indefinite=True)] if _is_gap(words, begin) else []
        return _chain(asked, gaps) if gaps else None
    opens = begin + _opening(words[begin:])
    found = [(at, certain) for at, certain in _described(words) if at != opens]
    if len(found) > 1 or (found and (found[0][1] or words[begin].low == "who" or asked.has_names or _is_ours(words))):
        return _chain(asked, [at for at, _ in found])
    return None


def _asks_for_one(words: list[Token]) -> bool:
    start = 1 if words and words[0].low in _PREPOSITIONS | {"and", "so"} else 0
    if len(words) < start + 3:
        return False
    first, second = words[start].low, words[start + 1].low
    return (first in ASKING - {"why"} and (first, second) not in _HOW_TO) or (first in ("name", "identify"))


def _opening(words: list[Token]) -> int:
    """Where the thing asked for begins: past "who is"; what describes that one is no step of its own."""
    if words[0].low in ("name", "identify"):
        at = 1
    elif words[0].low.endswith("'s") or (words[0].low in _WHO and words[1].low in BE):
        at = 1 if words[0].low.endswith("'s") else 2
    else:
        return -LONG
    while at < len(words) and words[at].low in _LEADING:
        at += 1
    return at


def _described(words: list[Token], *, indefinite: bool = False) -> Iterator[tuple[int, bool]]:
    """Where each thing begins that is only described: by a clause, or by what it is to something else.

    With each, whether it is certainly somebody or something particular.
    """
    for at in range(len(words) - 1):
        low = words[at].low
        if (
            low in _THE
            or low.startswith(("l'", "d'"))
            or (low in ("a", "an") and (indefinite or words[at - 1].low in _PREPOSITIONS))
        ):
            start = at if low.startswith(("l'", "d'")) else at + 1
            if how := _how_described(words, start):
                yield start, how == "person" and low not in ("a", "an")
        elif low.endswith("'s") and not words[at].name and _is_relation(low) and words[at + 1].low not in _LEADING:
            yield at, False
        elif low.endswith("'s") and words[at].name and _is_owned(words, at + 1):
            start = at
            while start > 0 and words[start - 1].name:
                start -= 1
            yield start, True
        if _IN_LAW(low):
            yield -1, False


def _is_owned(words: list[Token], at: int) -> bool:
    """Somebody's "finance minister", "eldest daughter" or "city" of birth; not the "browser" of a "browser window"."""
    end = at
    while end < min(at + 3, len(words)) and (words[end].plain or words[end].better):
        end += 1
    run = [word.low for word in words[at:end]]
    return any(low in _KIN or low in ("city", "town", "country") for low in run)


def _how_described(words: list[Token], start: int) -> str:
    """`person` for one who is somebody to somebody, `thing` for what a clause describes, else empty."""
    for at in range(start, min(start + NEAR, len(words))):
        word = words[at]
        if at > start:
            if word.low in ("who", "whose", "whom") and _opens_clause(words, at):
                return "person"
            if _opens_clause(words, at) and words[at - 1].low not in _PLAIN_THINGS:
                return "thing"
            if word.low in _OF and words[at - 1].plain:
                relation = _is_relation(words[at - 1].low)
                return "person" if relation else "thing" if _is_ordinal(words[start].low) else ""
            if word.name and not words[at - 1].name and words[start].low not in _WORKS:
                return "thing" if _is_contact(words, at) else ""
        if at > start and not (word.plain or word.better or _is_ordinal(word.low)):
            return ""
    return ""


def _opens_clause(words: list[Token], at: int) -> bool:
    low, after = words[at].low, words[at + 1] if at + 1 < len(words) else None
    if after is None or not words[at - 1].word:
        return False
    if low in _RELATIVE:
        return after.word
    if low in _PREPOSITIONS and after.low in ("which", "whom", "whose"):
        return True
    if (low in _PRONOUNS and words[at].text != "I") or low == "having":
        return not words[at - 1].name
    called = low in _CALLED and words[min(at + 1 + (after.low == "as"), len(words) - 1)].name
    participle = not called and (
        low in _IRREGULAR or (words[at].plain and len(low) > 4 and low.endswith(("ed", "ing")))
    )
    return participle and (
        after.low in _AFTER_PARTICIPLE or (low.endswith(("ing", "named")) and (after.name or after.low in ARTICLES))
    )


def _is_contact(words: list[Token], at: int) -> bool:
    """The school Ada Obi went to: a clause without its "that"."""
    while at < len(words) and words[at].name:
        at += 1
    if at >= len(words) - 1:
        return False
    low = words[at].low
    return low in BE or (
        words[at].plain and low.endswith(("ed", "s", "ew", "ote", "ent", "ade", "ame", "ought", "ook", "ilt", "eft"))
    )


def _is_relation(low: str) -> bool:
    """Whether it says what somebody is to somebody, or some place to another."""
    low = low.removesuffix("'s").removesuffix("s").removeprefix("l'").removeprefix("d'")
    if low in _KIN:
        return True
    return len(low) > 4 and low.endswith(("er", "or", "ist", "ian", "eur")) and low not in _NO_PERSON


def _is_ordinal(low: str) -> bool:
    return low in _ORDINALS or (len(low) > 4 and low.endswith("est"))


def _is_ours(words: list[Token]) -> bool:
    return any(word.low in ("our", "my", "we") for word in words)


def _is_gap(words: list[Token], begin: int) -> bool:
    """A statement of which the word that asks stands where its answer would: "the hall seats how many people?"."""
    if not words or words[-1].low != "?" or words[0].low in ASKING or not words[0].text[0].isupper():
        return False
    asks = [n for n in range(begin, len(words)) if words[n].low in ASKING]
    return bool(asks) and asks[-1] - begin > 2 and words[asks[-1] - 1].low not in (",", ";", ":", "and", "but", "or")


def _chain(asked: Asked, starts: list[int]) -> Finding:
    """Named by what has to be found first: the last thing described, which leans on no other."""
    reason = "What it asks about has to be found first, then the rest can be looked up."
    text = asked.text[asked.tokens[max(starts)].start :]
    name = " ".join(re.split(r"[?,;]", text)[0].split()[:MOST_OF_A_NAME])
    return Finding(Strategy.SEQUENTIAL, min(len(starts) + 1, 4), reason, 0.85, (name,) if name else ())
