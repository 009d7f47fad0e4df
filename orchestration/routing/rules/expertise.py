"""Several kinds of expertise on one text: each specialist reads the same material with other eyes."""

import re

from orchestration.routing.rules.asked import Asked, Finding
from orchestration.routing.rules.words import any_of, seek
from orchestration.values.domain import Strategy

_NOUN = (
    r"(?:papers?|contract|proposal|documents?|docs?|pdf|report|article|abstract|policy|notice|rfc|spec(?:ification)?|"
    r"note|study|text|transcript|draft|tos|terms|rfp|brief|release|white ?paper|letter|memo|e-?mail|sheet|offer|"
    r"agreement|snippet|code|design|post-?mortem|deck|slides|plan|page|essay|interview|thread|notes|minutes|"
    r"manuscript|vertrag|dokument|contrato|chapter)"
)
_TEXT = re.compile(
    r"\b(?:this|that|these|the|our|my|attached|following|below|pasted|diesen?|dieses|ce|cet|este)\s+(?:[\w-]+"
    rf"\s+){{0,3}}?{_NOUN}\b|\battached\b|\bit\b.*:\s*$|\bi pasted\b"
)
_VIEWS = re.compile(
    r"\b(?:points? of view|perspectives?|angles?|viewpoints?|lens(?:es)?|eyes of|experts?|levels|hats|sicht|angle|"
    r"multi-perspective|standpoints?|specialists?)\b"
)
_VIEW = r"(?:points? of view|perspectives?|angles?|viewpoints?|views?|lens(?:es)?|standpoints?)"
_KIND_OF = r"(?:(?:from\s+)?(?:an?|the|one)\s+)?[\w'-]+"
_SIDE = rf"{_KIND_OF}(?:\s+{_VIEW})?"
_SIDES = seek(
    rf"\b(?P<list>{_SIDE}(?:\s*,\s*{_SIDE}){{0,4}},?\s+(?:and|&|as well as)\s+{_KIND_OF}"
    rf"(?:\s+[\w'-]+)?\s+{_VIEW})\b",
    " view",
    " perspective",
    " angle",
    " lens",
    " standpoint",
    "point of view",
)
"""Whatever the kinds of expertise are: "a security, a legal and an operations view"."""
_AND = re.compile(r"\s*,\s*|\s+(?:and|&|as well as)\s+")
_POINTED_AT = re.compile(r"\b(?:this|these|our|my|attached|following|below)\b")
_KINDS = re.compile(
    r"\b(?:(?P<summary>summar\w*|tl;?dr|zusammenfass\w*)|(?P<entities>entit\w*|people and organi[sz]ations|"
    r"who promised what)"
    r"|(?P<critique>critici[sz]\w*|critiqu\w*|weak\w*|objections?|object to|challenge)|(?P<method>method\w*|"
    r"soundness)"
    r"|(?P<actions>action items|to-?dos|next steps|open questions|decisions)|(?P<tone>sentiment|tone|"
    r"communication|readab\w*)"
    r"|(?P<facts>fact-?check\w*|facts|claims|evidence|timeline)|(?P<legal>legal\w*|law|labou?r law|juris\w*|"
    r"juridique|compliance|privacy|data protection)"
    r"|(?P<security>security|risks?|threats?)|(?P<money>financ\w*|commercial|costs?|tax|finanziell\w*|financier|"
    r"budget)"
    r"|(?P<technical>technical\w*|techni\w*|performance|operability|correctness|feasib\w*|api design|usability)"
    r"|(?P<novelty>novelty|originality|reproducib\w*|practical relevance|relevance)|(?P<ethics>ethic\w*)|"
    r"(?P<numbers>statistics?)"
    rf"|(?P<cause>root cause)|(?P<lists>keywords|topics|themes))\b(?!\s+{_NOUN}\b)"
)
"""Kinds of expertise by what they look for; a "security policy" is a text, not a look at one."""
_ROLES = any_of(
    """
    lawyer cfo ceo cto engineer marketer economist sociologist planner designer copywriter skeptic sceptic teacher
    parent customer sre product_manager hr works_council new_hire ux_person accessibility_expert doctor accountant
    auditor journalist developer support sales investor regulator scientist reviewer editor beginner statistician
    historian psychologist philosopher user
    """
)
_EXPERTS = re.compile(rf"\b{_ROLES}s?\b")
_AS = re.compile(r"\bas (?:an?|our|the|in-)\s*[\w-]+")
_READ = re.compile(
    r"\b(?:review|read|analy[sz]e|assess|evaluate|examine|look at|look|check|feedback|extract|list|critici[sz]e|"
    r"summari[sz]e\w*|"
    r"summari[sz]ed|take .* apart|run|prüfe|analyse|say about|give me|pull out|see in|judge|entities|critique)\b"
)


def several_expertises(asked: Asked) -> Finding | None:
    """One text, and at least two ways to read it."""
    text = asked.material or _TEXT.search(asked.low)
    sides = _SIDES(asked.low)
    if sides and (text or _POINTED_AT.search(asked.low)):
        return _side_by_side(len([side for side in _AND.split(sides["list"]) if side]))
    if not text or not _READ.search(asked.low):
        return None
    kinds = {match.lastgroup for match in _KINDS.finditer(asked.low)}
    experts = {match[0] for match in _EXPERTS.finditer(asked.low)}
    views = bool(_VIEWS.search(asked.low))
    roles = max(len(experts), len(_AS.findall(asked.low)))
    ways = max(len(kinds), roles if roles > 1 else 0)
    if ways < 2 and not (views and ways):
        return None
    return _side_by_side(ways)


def _side_by_side(ways: int) -> Finding:
    reason = "One text, several kinds of expertise: specialists read it side by side."
    return Finding(Strategy.FANOUT, min(max(ways, 2), 4), reason)
