"""Stages that need each other: said outright ("first … then"), or hidden in a name that must be looked up first."""

import re

from orchestration.domain import Strategy
from orchestration.rules.asked import Asked, Finding

_DO = (
    r"(?:find|look up|look|identify|get|collect|determine|work out|figure out|research|extract|list|read|take|trace|"
    r"outline|go|check|search|gather|write|draft|parse|analy[sz]e|summari[sz]e|pick|start)"
)
_STAGED = (
    re.compile(r"\bstep\s*(?:1|one)\b", re.IGNORECASE),
    re.compile(
        r"\b(?:first(?:ly)?|zuerst|zunächst|primero|d'abord)\b.{2,300}?\b(?:then|next|after (?:that|you|this)|"
        r"afterwards|secondly|finally|dann|danach|después|luego|ensuite|puis)\b",
        re.I | re.S,
    ),
    re.compile(
        rf"\b{_DO}\b.{{3,200}}?(?:,|;|\.|\band)\s*(?:and\s+)?(?:then|after (?:that|this)|afterwards|next|finally|"
        rf"subsequently)\b",
        re.I | re.S,
    ),
    re.compile(
        r"\b(?:based on|building on|starting from) (?:that|those|these|it|this|them|the results?|your findings|"
        r"what you find)\b",
        re.I,
    ),
    re.compile(
        r"\b(?:use|with|from|using|given) (?:it|that|this|them|those|these|the (?:results?|answer|findings|output)|"
        r"that \w+|those \w+)\b.{0,40}?\b(?:to (?:find|estimate|build|work|derive|compute|calculate|draft|propose|"
        r"plan|decide|write)|derive|propose|draft|estimate|write)\b",
        re.I | re.S,
    ),
    re.compile(r"\b(?:once|as soon as|after) you (?:know|have|found|find)\b", re.I),
    re.compile(r"\bfrom .{3,60} to .{3,60}, (?:and )?(?:then )?from .{3,60} to\b", re.I | re.S),
)
_CONDITION = re.compile(r"\b(?:if|when)\b[^.?]{3,120}\bthen\b", re.IGNORECASE)

_REL = (
    r"(?:director|author|writer|composer|performer|singer|lead singer|vocalist|guitarist|drummer|founder|"
    r"co-founder|creator|"
    r"inventor|producer|architect|designer|developer|publisher|manufacturer|owner|manager|coach|captain|"
    r"president|ceo|"
    r"king|queen|emperor|wife|husband|spouse|father|mother|brother|sister|son|daughter|child|children|parents?|"
    r"sibling|"
    r"uncle|aunt|nephew|niece|birthplace|hometown|headquarters|capital|label|employer|successor|predecessor|"
    r"screenwriter|"
    r"illustrator|host|distributor|network|mayor|leader|governor|sculptor|painter|discoverer|conductor|star|actor|"
    r"actress|winner|runner-up|champion|top scorer|scorer|band|teacher|student|cinematographer|maker|commander|"
    r"editor|narrator|chancellor|creators?|founders|members?|county|province|birth ?place|provider|vendor|maker|"
    r"supplier)"
)
_RELS = re.compile(rf"\b{_REL}(?:\s+of\b|'s\b)|\bof\s+[^?,]{{2,60}}?'s\s+{_REL}\b|'s\s+{_REL}\b", re.I)
_RELATED = re.compile(rf"\b(?:the\s+)?(?:[\w-]+\s+)?{_REL}\s+(?:of|behind)\s|'s\s+(?:[\w-]+\s+)?{_REL}\b", re.I)
_REL_FIRST = re.compile(rf"(?:[\w-]+\s+){{0,2}}?{_REL}\b", re.IGNORECASE)
_ANSWER = re.compile(
    r"^(?:and\s+)?(?:who|what|which)(?:'s|\s+(?:is|was|are|were))\s+(?:the\s+|a\s+)?(?:(?:full\s+)?name\s+of"
    r"\s+(?:the\s+)?)?",
    re.IGNORECASE,
)
_IN_LAW = re.compile(
    r"\b(?:grand(?:father|mother|parents?|son|daughter|child(?:ren)?)|\w+-in-law|step(?:father|mother))\b", re.I
)
_CLAUSE = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|this|one)\s+(?:[\w'’.-]+\s+){1,5}?"
    r"(?:(?:in|on|at|after|for|from|to|by|with|of|behind)\s+(?:which|whom|whose)|who|whom|whose|which|that|where)\b"
)
"""Without IGNORECASE: the "That" of a title opens no clause."""
_REDUCED = re.compile(
    r"\b(?:the|a|an|one)\s+(?:[\w'’.-]+\s+){1,5}?(?:starring|featuring|containing|nicknamed|behind|opposite|"
    r"inspiring|"
    r"(?:directed|written|produced|founded|created|composed|performed|sung|played|opened|owned|used|attended|"
    r"designed|"
    r"built|developed|published|recorded|released|signed|voiced|portrayed|won|hosted|inspired|established|led|ruled|"
    r"coached|invented|painted|discovered|made|operated|voted|sponsored|formed|held|destroyed|modelled|adapted)"
    r"\s+(?:by|in|on|from|at|for|after)|based\s+(?:on|in|off)|located\s+in|born\s+(?:in|on)|known\s+(?:as|for|by)|"
    r"named\s+(?:after|for)|having\s+an?|called|associated\s+with|related\s+to|affiliated\s+with|responsible"
    r"\s+for|bordering|representing|surrounding|hosting|preceding|succeeding|publishing|married\s+to|"
    r"headquartered\s+in|bordered\s+by)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"(?<!\bhas )(?<!\bhave )(?<!\bhad )(?<!\bis )(?<!\bwas )\b[Tt]he\s+(?:first|second|third|last|final|only|"
    r"next|current|former|longest|"
    r"most\s+\w+|[a-z]+est)\s+(?:[\w'-]+\s+){1,3}?(?:of|to|in|on|by)\b"
)
_CONTACT = re.compile(
    r"\bthe\s+(?:[a-z]+\s+)?(?!(?:film|movie|album|song|book|novel|single|play|show|series|game|band)\b)[a-z]+\s+"
    r"[A-Z][\w'’]+\s+(?:[A-Z][\w'’]+\s+)*[a-z]+(?:ed|s|ew|ote)\s+\w"
)
"""The school Ada Obi went to: a clause without its "that"."""
_OWNED = re.compile(r"\b(?:the|a|an)\s+(?:[a-z-]+\s+){0,2}[a-z-]+'s\s+[a-z]+")
_APPOSED = re.compile(
    r"^(?:which|what)\s+[\w\s'-]{3,60},\s+(?:known|born|best|who|a|an|the|named|formerly|nicknamed)\b", re.I
)
_ALSO = re.compile(r"^(?:which|what|who)\b[^?]*\balso\b", re.IGNORECASE)
_IN_SITU = re.compile(
    r"(?:\S+\s+){3}(?:(?:in|by|to|of|from|at|on|with|for|as|during|under|into|after|is|was|were|are|had|has|"
    r"have|called|named|"
    r"seat|about|over|near|until|since|than)\s+)?(?:the\s+)?(?:what|which|who|whom|whose|where|how many|"
    r"how much)\b[^?]{0,90}\?\s*$",
    re.IGNORECASE,
)
_WH = re.compile(
    r"^(?:and\s+|so\s+)?(?:(?:in|on|at|for|to|by|from|of|with|during|under|into|until|after)\s+)?"
    r"(?:who|whom|whose|what|which|where|when|how\s+(?:many|much|old|long|tall|far|large|big|high|deep|often|"
    r"close))\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"^(?:The|A|An|In|At|On|\d{4}|[\"“]|(?!(?:I|We|My|Our|Hey|Hi|Can|Could|Is|Are|Do|Does|Did|Was|Were|Has|Have|"
    r"Should|"
    r"Would|Will|Please|Tell|Find|Give|Explain|Describe|Quick|How|Why|For|If|So|Any|Let|Show|Get|Check|Look|"
    r"List|Need|"
    r"Does|Summari[sz]e|Compare|After|When|Where|Who|What|Which|Whose|Whom)\b)[^\W\d_a-z][\w'’.-]*\s+\S)"
)
_FIRST_PERSON = re.compile(r"\b(?:i|we|i'm|we're|i'd|me|us)\b")
_PARTICULAR = re.compile(
    r"\b(?:our|my)\b|\bthe\s+\w+\s+(?:who|whose|whom)\b|\b(?:did|was|of|founded|wrote|owns?)\s+the\s+\w+\s+that\b",
    re.IGNORECASE,
)
"""Something particular without a name: ours, or somebody who did something."""
LONG_WORDS = 17


def staged(asked: Asked) -> Finding | None:
    """The asker says what has to be done before what."""
    if _CONDITION.search(asked.text):
        return None
    if any(pattern.search(asked.text) for pattern in _STAGED):
        return Finding(Strategy.SEQUENTIAL, 3, "One step needs the result of the one before it.")
    return None


def chained(asked: Asked) -> Finding | None:
    """What is asked about is only described: it has to be found before the question can be answered."""
    statement = bool(_STATEMENT.search(asked.text) and _IN_SITU.search(asked.text))
    if not (statement or _WH.search(asked.text)):
        return None
    if statement and asked.has_names:
        return _chain(2, 0.85)
    links = _links(asked)
    if links and (asked.has_names or _PARTICULAR.search(asked.text)):
        return _chain(links + 1, 0.85)
    if len(asked.words) >= LONG_WORDS and asked.has_names and not _FIRST_PERSON.search(asked.low):
        return _chain(2, 0.55)
    return None


def _links(asked: Asked) -> int:
    """How many things stand between the question and what it names outright."""
    text = asked.text.replace("’", "'")
    lead = _ANSWER.match(text)
    start = lead.end() if lead else 0
    relations = len(_RELS.findall(text))
    answer_is_relation = lead is not None and _REL_FIRST.match(text, start) is not None
    links = max(relations - 1, 0) if answer_is_relation else min(len(_RELATED.findall(text)), 2)
    links += len(_IN_LAW.findall(text))
    for pattern in (_CLAUSE, _REDUCED, _ORDINAL, _CONTACT, _OWNED):
        links += _described(pattern, text, start)
    return links + len(_APPOSED.findall(text)) + len(_ALSO.findall(text))


def _described(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Descriptions other than that of the answer itself: "what is the river that …" is one look-up."""
    found = [match for match in pattern.finditer(text) if start == 0 or match.start() >= start or match.end() > start]
    direct = [match for match in found if start and match.start() <= start and " of " not in text[start : match.end()]]
    return len(found) - len(direct)


def _chain(stages: int, confidence: float) -> Finding:
    reason = "What it asks about has to be found first, then the rest can be looked up."
    return Finding(Strategy.SEQUENTIAL, min(max(stages, 2), 4), reason, confidence)
