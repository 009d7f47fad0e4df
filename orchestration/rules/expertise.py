"""Several kinds of expertise on one text or plan: each specialist reads the same material with other eyes."""

import re

from orchestration.rules.asked import Asked, Finding
from orchestration.rules.series import Series
from orchestration.rules.tokens import ARTICLES, Token
from orchestration.rules.words import each_wording, vocabulary, wordings, wordset
from orchestration.values.domain import Strategy

_TEXT = wordings("text")
_POINTED_AT = wordings("pointed_at")
_VIEWS = vocabulary("views")
_OPINIONS = _VIEWS | wordset(
    """
    opinion opinions reading readings take takes look assessment assessments verdicts feedback input review reviews
    critique side sides point points
    """
)
_RISKS = wordset("risk risks concern concerns implications issues problems consequences questions")
_OF = wordset("of as from von des der de del")
_JUDGES = vocabulary("judges")
_SENDS = wordset("have let get ask lass lasst")
_RATES = vocabulary("rates")
_CHECKS = _RATES | wordset("review check examine critique inspect audit prüfe analyse analyze")
_AS = re.compile(r"\b(?:as|als|como|comme|en tant que)\s+(?:an?\s|our\s|the\s|in-|ein\w*\s|une?\s)?\s*[^\W\d]+")
_ONE_VIEW = re.compile(
    r"\bwould (?:an? |the |our )?[\w-]+ (?:\w+ )?(?:object|say|think|see|ask|want|worry|flag|criticise|criticize)\b|"
    r"\b(?:an?|the|one)\s[\w-]+(?:'s)?(?:\s[\w-]+)?\s(?:take|view|perspective|angle|opinion|reading|lens|standpoint|look)\b"
)
_KINDS = each_wording("expertises")
"""Kinds of expertise by what they look for; a "security policy" is a text, not a look at one."""
_READ = wordings("read")
_SEVERAL = wordings("several")


def several_expertises(asked: Asked) -> Finding | None:
    """One text or plan, and at least two ways to read it."""
    pointed = asked.material or _POINTED_AT(asked.low) is not None
    lists = (series for series in asked.series if _are_judges(asked, series) or (pointed and _are_views(asked, series)))
    found = next(lists, None)
    if found:
        return _side_by_side(tuple(filter(None, map(_kind, found.items))))
    roles = max(len(_AS.findall(asked.low)), len(_ONE_VIEW.findall(asked.low)))
    text = asked.material or _TEXT(asked.low) is not None
    if pointed and (text or roles > 2 or _READ(asked.low)) and roles > 1:
        return _side_by_side((), roles)
    if not text or not _READ(asked.low):
        return None
    kinds = sum(bool(found(asked.low)) for found in _KINDS)
    return _side_by_side((), kinds) if kinds > 1 or (kinds and _SEVERAL(asked.low)) else None


def _kind(item: str) -> str:
    """Without the word for a view: "cost" of a "cost perspective"."""
    words = item.split()
    while words and words[-1].lower() in _OPINIONS:
        words.pop()
    while len(words) > 1 and words[0].lower() in _OPINIONS | _OF:
        words.pop(0)
    return " ".join(words)


def _are_views(asked: Asked, series: Series) -> bool:
    """Whether a list is one of kinds of expertise, by what stands around it."""
    if series.join not in ("and", "comma", "slash"):
        return False
    words = asked.tokens
    before, after = words[max(0, series.first - 4) : series.first], words[series.last : series.last + 4]
    last = {word.low for word in [*words[series.last - 1 : series.last], *after[:2]]}
    own = [item.lower().split()[-1] for item in series.items]
    views = _VIEWS if series.names else _OPINIONS | _RISKS if _TEXT(asked.low) else _OPINIONS
    if series.items[0].lower().split()[0] in _VIEWS or last & views or sum(word in _OPINIONS for word in own) > 1:
        return True
    if before and before[-1].low in _VIEWS:
        return True
    if before and before[-1].low in _OF and any(word.low in _OPINIONS for word in before[:-1]):
        return True
    sentence = asked.sentence(series.first)
    if before and before[-1].low in (":", "–") and any(word.low in _OPINIONS for word in sentence[:4]):
        return True
    return _are_measures(sentence, before, series)


def _are_judges(asked: Asked, series: Series) -> bool:
    """How would A, B and C see it? Have A, B and C read it."""
    judged = any(word.low in _JUDGES for word in asked.tokens[series.last - 1 : series.last + 4])
    lead = [word.low for word in asked.tokens[: series.first] if word.low not in ARTICLES]
    if series.join != "and" or (series.names and not all(item.isupper() for item in series.items)):
        return False
    return (
        judged
        and bool(lead)
        and (lead[-1] in ("would", "could", "might", "can", "würden", "diraient") or lead[-1] in _SENDS)
    )


def _are_measures(sentence: list[Token], before: list[Token], series: Series) -> bool:
    """Rate it for speed, cost and tone."""
    verbs = {word.low for word in sentence[:4]}
    introduced = bool(before) and before[-1].low in ("for", "on", "regarding", "nach", "auf", "hinsichtlich", "by", ":")
    enough = bool(verbs & _RATES) or (bool(verbs & _CHECKS) and len(series.items) > 2)
    return introduced and enough and not series.names


def _side_by_side(names: tuple[str, ...], ways: int = 0) -> Finding:
    reason = "One text, several kinds of expertise: specialists read it side by side."
    return Finding(Strategy.FANOUT, min(max(ways, len(names), 2), 4), reason, names=names)
