"""Subjective or high stakes: an answer is worth more when both sides were argued."""

from orchestration.rules.asked import Asked, Finding
from orchestration.rules.words import seek, seek_any
from orchestration.values.domain import Strategy

_ARGUED = seek_any(
    r"devil'?s advocate\b",
    r"(?:argue|argued|argument|arguments|counter-?arguments?|steel-?man|rebuttals?|both (?:sides|camps|positions|ways)|"
    r"either side|go/no-?go|for and against|pro (?:und|y|et) contra|pros? and cons?|pour ou contre|contre-arguments|"
    r"(?:strongest|best) (?:case|objection|points?)|make the case|convince me|talk me (?:into|out of)|"
    r"verdict|dafür oder dagegen|a favor y en contra|speaks (?:for|against)|spricht (?:dafür|dagegen|für|gegen)|for and (?:what )?against)\b",
    r"(?:case|arguments?) (?:for|against) (?!(?:the|a|an) [A-Z])",
    r"debate\b.*\b(?:whether|if)\b",
    r"debate (?:this|it|the|our)\b",
)
_WIN = seek_any(r"(?:verdict|wins|judge|argue|debate|case|sides|camps|advocate|against|contra|contre)\b")
_CASE_OF = seek(r"^(?:who|what|which|when|where|list)\b(?!.*\b(?:argu|case for|strongest|best|pros|against))")
"""Where somebody looks up a case, an argument or a judge, nobody is asked to argue."""
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
_ASKED_FOR = seek(r"\b(?:what|which|how|when|where|who)\b[^?.,;:]{0,60}\bshould\b")
"""What should be done is a look-up; whether it should is a judgement."""
_JUDGED = (
    seek_any(
        rf"(?:is|was|would|isn't|are)\s+(?:it|this|that)\s+(?:really\s+|still\s+|be\s+)?(?:an?\s+)?{_GOOD}\b",
        rf"our (?:decision|plan|choice|strategy)\b.{{2,80}}\b{_GOOD}\b",
        r"(?:do|does|would|don't) you (?:think|believe|recommend|agree|say)\b",
        r"what (?:do|would) you (?:make|think) (?:of|about)\b",
        r"(?:over|under)(?:rated|hyped)\b",
        r"waste of (?:time|money)\b",
        r"(?:dead|obsolete|doomed|outdated)\s*\?",
        r"worth (?:it|the|\w+ing)\b",
        r"(?:outweighs?|makes? sense (?:to|for)|good or bad|good idea|bad idea|is it time to|in your opinion)\b",
        r"(?:advantages and disadvantages|a mistake|the right call|overkill)\b",
        r"(?:yes or no|ja oder nein|sí o no|oui ou non|(?:good|sensible|wise|smart|worth it|right|sound) or not)\b",
        r"(?:back and forth|torn|undecided|unsure|on the fence) ",
        r"(?:do|does) (?:we|i|our \w+) (?:really |still |even )?need (?:a|an|to|our|the)\b",
        r"(?:decide|deciding|decision|undecided|discuss) (?:on )?whether\b",
        r"(?:thoughts\s*\?|any opinions?\b|hot take\b)",
        r"soll(?:en|ten|te)? (?:wir|ich|man)\b",
        r"(?:deberíamos|debería|debemos|devrions-nous|faut-il|devrait-on|vale la pena|lohnt)\b",
    ),
    seek(
        rf"^(?:is|are|was|were)\b.{{2,80}}\b(?:an?\s+)?{_GOOD}\s+(?:for|answer|choice|decision|move|idea|call|thing|"
        rf"way|solution|investment|bet)\b"
    ),
    seek(r"^(?:would|will) you\b.{5,120}\bor\b"),
)
_WHEN_NEEDED = seek(r"\b(?:when|what|which|how|where|who)\b[^?]{0,40}\b(?:do|does) (?:we|i|our \w+)")


def argued(asked: Asked) -> Finding | None:
    """The asker wants it argued."""
    if not _ARGUED(asked.low) or _CASE_OF(asked.low):
        return None
    if any(series.names and series.join == "versus" for series in asked.series) and not _WIN(asked.low):
        return None
    return Finding(Strategy.DEBATE, 2, "You want it argued: an advocate and a skeptic, then a judge.")


def subjective(asked: Asked) -> Finding | None:
    """A judgement that people of good sense could make either way."""
    low = asked.low
    whether = (match for match in (found(low) for found in _SHOULD) if match)
    judged = any(not _ASKED_FOR(low[: match.end()]) for match in whether) or any(
        match and not _WHEN_NEEDED(low[: match.end()]) for match in (found(low) for found in _JUDGED)
    )
    if not judged:
        return None
    return Finding(Strategy.DEBATE, 2, "A judgement that can be argued either way: both sides, then a judge.")
