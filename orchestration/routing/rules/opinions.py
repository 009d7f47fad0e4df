"""Subjective or high stakes: an answer is worth more when both sides were argued."""

import re

from orchestration.routing.rules.asked import Asked, Finding
from orchestration.routing.rules.words import seek, seek_any
from orchestration.values.domain import Strategy

_ARGUED = seek_any(
    r"(?:devil'?s advocate|for and against|convince me|(?:case|argue|arguments?) against|both sides|go/no-?go)\b",
    r"debate\b.*\b(?:whether|if)\b",
)
_WE = r"(?:we|i|our|my|they|it|he|she|you|companies|the|a|an|there|[a-z]+s|somebody|anyone)"
_GOOD = (
    r"(?:good|bad|wise|smart|right|wrong|fair|ethical|okay|ok|acceptable|sensible|reasonable|risky|worth|worthwhile|"
    r"time|dangerous|responsible|healthy|harmful|safe enough|too (?:early|late|risky|expensive)|realistic|sound|"
    r"justified)"
)
_SHOULD = (
    seek(
        rf"(?:^|[.,;:!?\n–—-]\s*|\b(?:whether|and|so|but)\s+)(?:should|shall|ought)\s+{_WE}\b",
        "should",
        "shall",
        "ought",
    ),
    seek(r"\bshould\s+(?:we|i|our \w+)\b(?=[^?]*\?\s*$)(?<!what should we)(?<!which should we)", "should"),
)
_ASKED_FOR = re.compile(r"\b(?:what|which|how|when|where|who)\b[^?.,;:]{0,60}\bshould\b")
"""What should be done is a look-up; whether it should is a judgement."""
_JUDGED = (
    seek_any(
        rf"(?:is|was|would|isn't|are)\s+(?:it|this|that)\s+(?:really\s+|be\s+)?(?:an?\s+)?{_GOOD}\b",
        rf"(?:would it be|is it (?:still )?)\s*(?:an?\s+)?{_GOOD}\b",
        rf"our (?:decision|plan|choice|strategy)\b.{{2,80}}\b{_GOOD}\b",
        r"(?:do|would|don't) you (?:think|believe|recommend|agree|say)\b",
        r"what (?:do|would) you (?:make|think) (?:of|about)\b",
        r"(?:over|under)(?:rated|hyped)\b",
        r"waste of (?:time|money)\b",
        r"(?:dead|obsolete|doomed|outdated)\s*\?",
        r"worth (?:it|the|\w+ing)\b",
        r"(?:outweighs?|makes? sense (?:to|for)|good or bad|good idea|bad idea|is it time to|in your opinion)\b",
        r"(?:pros and cons|advantages and disadvantages|a mistake|the right call|overkill)\b",
        r"(?:back and forth|torn|undecided|unsure|on the fence) ",
        r"(?:do|does) (?:we|i|our \w+) (?:really |still |even )?need (?:a|an|to|our|the)\b",
        r"(?:decide|deciding|decision|undecided|discuss) (?:on )?whether\b",
        r"(?:thoughts\s*\?|any opinions?\b|hot take\b)",
        r"soll(?:en|ten|te)? (?:wir|ich|man)\b",
        r"(?:deberíamos|debería|debemos|devrions-nous|faut-il|devrait-on)\b",
    ),
    seek(
        rf"^(?:is|are|was|were)\b.{{2,80}}\b(?:an?\s+)?{_GOOD}\s+(?:for|answer|choice|decision|move|idea|call|thing|"
        rf"way|solution|investment|bet)\b"
    ),
    seek(r"^(?:would|will) you\b.{5,120}\bor\b"),
)


def argued(asked: Asked) -> Finding | None:
    """The asker wants it argued."""
    if not _ARGUED(asked.low):
        return None
    return Finding(Strategy.DEBATE, 2, "You want it argued: an advocate and a skeptic, then a judge.")


def subjective(asked: Asked) -> Finding | None:
    """A judgement that people of good sense could make either way."""
    low = asked.low
    whether = (match for match in (found(low) for found in _SHOULD) if match)
    judged = any(not _ASKED_FOR.search(low[: match.end()]) for match in whether) or any(found(low) for found in _JUDGED)
    if not judged:
        return None
    return Finding(Strategy.DEBATE, 2, "A judgement that can be argued either way: both sides, then a judge.")
