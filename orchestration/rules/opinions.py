"""Subjective or high stakes: an answer is worth more when both sides were argued."""

import re

from orchestration.domain import Strategy
from orchestration.rules.asked import Asked, Finding

_ARGUED = re.compile(
    r"\bdevil'?s advocate\b|\bfor and against\b|\bconvince me\b|\b(?:case|argue|arguments?) against\b|\bboth sides\b"
    r"|\bgo/no-?go\b|\bdebate\b.*\b(?:whether|if)\b",
    re.IGNORECASE,
)
_WE = r"(?:we|i|our|my|they|it|he|she|you|companies|the|a|an|there|[a-z]+s|somebody|anyone)"
_GOOD = (
    r"(?:good|bad|wise|smart|right|wrong|fair|ethical|okay|ok|acceptable|sensible|reasonable|risky|worth|worthwhile|"
    r"time|dangerous|responsible|healthy|harmful|safe enough|too (?:early|late|risky|expensive)|realistic|sound|"
    r"justified)"
)
_SUBJECTIVE = (
    re.compile(rf"(?:^|[.,;:!?\n–—-]\s*|\b(?:whether|and|so|but)\s+)(?:should|shall|ought)\s+{_WE}\b", re.I),
    re.compile(r"\bshould\s+(?:we|i|our \w+)\b(?=[^?]*\?\s*$)(?<!what should we)(?<!which should we)", re.I),
    re.compile(rf"\b(?:is|was|would|isn't|are)\s+(?:it|this|that)\s+(?:really\s+|be\s+)?(?:an?\s+)?{_GOOD}\b", re.I),
    re.compile(rf"\b(?:would it be|is it (?:still )?)\s*(?:an?\s+)?{_GOOD}\b", re.I),
    re.compile(
        rf"^(?:is|are|was|were)\b.{{2,80}}\b(?:an?\s+)?{_GOOD}\s+(?:for|answer|choice|decision|move|idea|call|thing|"
        rf"way|solution|investment|bet)\b",
        re.I,
    ),
    re.compile(rf"\bour (?:decision|plan|choice|strategy)\b.{{2,80}}\b{_GOOD}\b", re.I),
    re.compile(
        r"\b(?:do|would|don't) you (?:think|believe|recommend|agree|say)\b|\bwhat (?:do|would) you (?:make|"
        r"think) (?:of|about)\b|\bin your opinion\b",
        re.I,
    ),
    re.compile(
        r"\b(?:over|under)(?:rated|hyped)\b|\bwaste of (?:time|money)\b|\b(?:dead|obsolete|doomed|outdated)\s*\?", re.I
    ),
    re.compile(
        r"\bworth (?:it|the|\w+ing)\b|\boutweighs?\b|\bmakes? sense (?:to|for)\b|\bgood or bad\b|\bgood idea\b|"
        r"\bbad idea\b|\bis it time to\b",
        re.I,
    ),
    re.compile(
        r"\bpros and cons\b|\badvantages and disadvantages\b|\b(?:back and forth|torn|undecided|unsure|"
        r"on the fence) (?:on|about|between|over)?\s*(?:whether)?",
        re.I,
    ),
    re.compile(
        r"\b(?:do|does) (?:we|i|our \w+) (?:really |still |even )?need (?:a|an|to|our|the)\b|\b(?:a mistake|"
        r"the right call)\b"
        r"|\b(?:decide|deciding|decision|undecided|discuss) (?:on )?whether\b",
        re.I,
    ),
    re.compile(r"\bthoughts\s*\?|\bany opinions?\b|\bhot take\b", re.I),
    re.compile(r"^(?:would|will) you\b.{5,120}\bor\b", re.I),
    re.compile(
        r"\bsoll(?:en|ten|te)? (?:wir|ich|man)\b|\b(?:deberíamos|debería|debemos)\b|\b(?:devrions-nous|faut-il|"
        r"devrait-on)\b",
        re.I,
    ),
)
_ASKED_FOR = re.compile(r"\b(?:what|which|how|when|where|who)\b[^?.,;:]{0,60}\bshould\b", re.IGNORECASE)


def argued(asked: Asked) -> Finding | None:
    """The asker wants it argued."""
    if not _ARGUED.search(asked.low):
        return None
    return Finding(Strategy.DEBATE, 2, "You want it argued: an advocate and a skeptic, then a judge.")


def subjective(asked: Asked) -> Finding | None:
    """A judgement that people of good sense could make either way."""
    for pattern in _SUBJECTIVE:
        match = pattern.search(asked.low)
        if match and not ("should" in match[0] and _ASKED_FOR.search(asked.low[: match.end()])):
            return Finding(Strategy.DEBATE, 2, "A judgement that can be argued either way: both sides, then a judge.")
    return None
