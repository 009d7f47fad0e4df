"""Independent parts that can be named: things compared with each other, lists, several questions at once."""

import re

from orchestration.rules.asked import Asked, Finding
from orchestration.rules.series import Series
from orchestration.rules.tokens import ARTICLES, ASKING, BE, DO, PLURAL, STOPS
from orchestration.rules.words import vocabulary, wordings, wordset
from orchestration.values.domain import Strategy

_COMPARES = wordings("compares")
_ALIKE = wordings("alike")
_CAST = vocabulary("cast")
_WIDE = re.compile(r"比較|比较|对比|對比|違い|区别")
_CONDITION = wordset("if whether unless")
_WEAK = vocabulary("weak")
_STEP = wordings("step")
_BACK = wordings("back")
_APART = wordings("apart")
_SENTENCE_END = re.compile(r"[.!]\s|\n")
_HURRY = wordings("hurry")
_BROAD = wordings("broad")
_NAMES = re.compile(r"\s[\"“]?[^\W\d_a-z]").search
"""A name past the word that opens it."""
_OF = (["of"], ["for"], ["in"], ["at"])
_AMONG = (["of"], ["between"], ["among"])
MOST_NAMED = 4
LEAST_WORDS = 4
LEAST_ASPECTS = 4


def compared(asked: Asked) -> Finding | None:
    """Several things, compared with each other or chosen between: a part each."""
    compares = _COMPARES(asked.low) is not None
    lists = sorted(asked.series, key=lambda series: not series.names)
    found = next((series for series in lists if _is_choice(asked, series, compares=compares)), None)
    if found:
        return _side_by_side(found.items)
    if _WIDE.search(asked.low):
        return Finding(Strategy.SUPERVISOR, 2, "It compares things that can be researched side by side.")
    return None


def _is_choice(asked: Asked, series: Series, *, compares: bool) -> bool:
    low = [word.low for word in asked.tokens[max(0, series.first - 4) : series.first]]
    if _WEAK & set(" ".join(series.items).lower().split()):
        return False
    if series.join in ("versus", "than", "slash"):
        return True
    opens = not low or low[-1] in STOPS
    if series.join == "comma":
        after = asked.tokens[series.last].low if series.last < len(asked.tokens) else ""
        return series.names or (opens and after in (":", "–", "—"))
    if compares and (series.names or not any(other.names for other in asked.series)):
        return True
    if series.join == "or":
        return not any(item.split()[0].isdigit() for item in series.items) and _is_either(asked, series, low)
    return _are_alike(asked, series, low)


def _is_either(asked: Asked, series: Series, before: list[str]) -> bool:
    """A or B: where a better one is asked for, or one of them is what the sentence is about."""
    sentence = asked.sentence(series.first)
    if _CONDITION & {word.low for word in sentence if word.end <= asked.tokens[series.first].start}:
        return False
    if sentence[-1].low == ".":
        return False
    opens = not before or before[-1] in STOPS
    better = any(word.better for word in sentence)
    if not series.names:
        decides = sentence[0].low == "should" or "should" in before
        if decides and any(not item.islower() for item in series.items):
            return True
        asks = sentence[-1].low == "?" or any(w.low in ASKING for w in sentence)
        return (opens and asks) or (better and any(w.low in ASKING | BE for w in sentence[:1]))
    return opens or better or before[-1] in BE | PLURAL | {"use", "does", ",", ":"} or sentence[0].low in ASKING


def _are_alike(asked: Asked, series: Series, before: list[str]) -> bool:
    """A and B as the two subjects of one question, or the same asked about three."""
    if before and before[-1] in _CAST:
        return False
    alike = _ALIKE(asked.low) is not None
    three = len(series.items) >= 3
    of_many = before[-1:] in _OF and (before[-2:-1] or [""])[0].endswith("s")
    sentence = asked.sentence(series.first)
    better = before[-1:] in _AMONG and any(word.better for word in sentence)
    if not series.names:
        leads = before[-1:] in _OF and (len(before) == 1 or before[-2] == "which")
        subjects = bool(before) and before[-1] in PLURAL and any(word.low in ASKING for word in sentence[:2])
        return better or (alike and bool(PLURAL & set(before))) or (three and (of_many or leads or subjects))
    if three or better or of_many:
        return True
    after = asked.tokens[series.last : series.last + 2]
    subject = _is_subject(before) or any(word.low in PLURAL for word in after)
    asks = any(word.low in ASKING | PLURAL for word in sentence)
    return asks and (subject or alike or _opens_on(asked, series))


def _is_subject(before: list[str]) -> bool:
    """Whether an auxiliary of the plural stands before, and no preposition makes them a part of something else."""
    at = max((n for n, low in enumerate(before) if low in PLURAL), default=None)
    return at is not None and not {"of", "by", "in", "for", "from", "to"} & set(before[at:])


def _opens_on(asked: Asked, series: Series) -> bool:
    """Of A and B, which …? A and B taught where?"""
    words = [word for word in asked.tokens[: series.first] if word.low not in ARTICLES]
    return not words or (len(words) <= 2 and words[0].low in ("of", "between", "among", "out"))


def items(asked: Asked) -> Finding | None:
    """A list of questions or topics."""
    if len(asked.items) < 2 or _STEP(asked.low):
        return None
    reason = f"The {len(asked.items)} points of the list do not depend on each other."
    return Finding(Strategy.SUPERVISOR, len(asked.items), reason, names=asked.items)


def aspects(asked: Asked) -> Finding | None:
    """Four aspects of one thing, each a field of its own."""
    for series in asked.series:
        if series.join in ("and", "comma") and len(series.items) >= LEAST_ASPECTS and not series.names:
            rest = re.split(r"[.?!\n]", asked.text[asked.tokens[series.last - 1].end :])[0].strip()
            names = tuple(f"{item} {rest}".strip() for item in series.items)
            return Finding(Strategy.SUPERVISOR, 4, "Its aspects can be looked into side by side.", 0.7, names)
    return None


def several_questions(asked: Asked) -> Finding | None:
    """Three questions, or two of which the second does not lean on the first: each names its own subject."""
    found = questions(asked)
    halves = found.names if found else _halves(asked)
    apart = _APART(asked.low) is not None or [half.split()[:2] for half in halves[1:]] == [asked.text.split()[:2]]
    if len(halves) == 2 and not apart and (_BACK(halves[1].lower()) or not all(map(_NAMES, halves))):
        return None
    return _each(halves)


def questions(asked: Asked) -> Finding | None:
    """All that end in a question mark, whether or not they need each other."""
    asking = [_SENTENCE_END.split(part)[-1].strip() for part in asked.text.split("?")[:-1]]
    return _each(tuple(f"{part}?" for part in asking if len(part.split()) >= LEAST_WORDS))


def _each(found: tuple[str, ...]) -> Finding | None:
    if len(found) < 2:
        return None
    reason = f"These are {len(found)} questions, which can be looked into side by side."
    return Finding(Strategy.SUPERVISOR, len(found), reason, names=found)


def _halves(asked: Asked) -> tuple[str, ...]:
    """Who wrote A and who wrote B? A was born here; where was B born?"""
    again = asked.words[-1:] in (["too"], ["one"], ["either"], ["also"])
    for n, word in enumerate(asked.tokens[1:-1], start=1):
        after = asked.tokens[n + 1].low
        alike = again and word.low in STOPS and after in BE | DO
        if alike or (word.low in ("and", ";", "but", "?") and after in ASKING):
            return asked.text[: word.start].strip(" ,"), asked.text[word.end :].strip()
    return ()


def hurried(asked: Asked) -> Finding | None:
    """Waiting costs the asker most, and the subject is broad enough to be shared out."""
    if not (_HURRY(asked.low) and _BROAD(asked.low)):
        return None
    return Finding(Strategy.SUPERVISOR, 3, "You are in a hurry: several workers at once are the fastest way.", 0.7)


def _side_by_side(names: tuple[str, ...]) -> Finding:
    shown = names[:MOST_NAMED]
    reason = f"{', '.join(shown[:-1])} and {shown[-1]} can be researched side by side, then compared."
    return Finding(Strategy.SUPERVISOR, len(names), reason, names=names)
