"""Stages that need each other: said outright ("first … then"), or hidden in a name that must be looked up first."""

import re

from orchestration.routing.rules.asked import Asked, Finding
from orchestration.routing.rules.words import any_of, seek, seek_any
from orchestration.values.domain import Strategy

_DO = (
    r"(?:find|look up|look|identify|get|collect|determine|work out|figure out|research|extract|list|read|take|trace|"
    r"outline|go|check|search|gather|write|draft|parse|analy[sz]e|summari[sz]e|pick|start)"
)
_STAGED = seek_any(
    r"step\s*(?:1|one)\b",
    r"(?:first(?:ly)?|zuerst|zunächst|primero|d'abord)\b.{2,300}?\b(?:then|next|after (?:that|you|this)|"
    r"afterwards|secondly|finally|dann|danach|después|luego|ensuite|puis)\b",
    rf"{_DO}\b.{{3,200}}?(?:,|;|\.|\band)\s*(?:and\s+)?(?:then|after (?:that|this)|afterwards|next|finally|"
    rf"subsequently)\b",
    r"(?:based on|building on|starting from) (?:that|those|these|it|this|them|the results?|your findings|"
    r"what you find)\b",
    r"(?:use|with|from|using|given) (?:it|that|this|them|those|these|the (?:results?|answer|findings|output)|"
    r"that \w+|those \w+)\b.{0,40}?\b(?:to (?:find|estimate|build|work|derive|compute|calculate|draft|propose|"
    r"plan|decide|write)|derive|propose|draft|estimate|write)\b",
    r"(?:once|as soon as|after) you (?:know|have|found|find)\b",
    r"from .{3,60} to .{3,60}, (?:and )?(?:then )?from .{3,60} to\b",
)
_CONDITION = seek(r"\b(?:if|when)\b[^.?]{3,120}\bthen\b")

_REL = any_of(
    """
    director author writer composer performer singer lead_singer vocalist guitarist drummer founder co-founder
    creator inventor producer architect designer developer publisher manufacturer owner manager coach captain
    president ceo king queen emperor wife husband spouse father mother brother sister son daughter child children
    parent parents sibling uncle aunt nephew niece birthplace hometown headquarters capital label employer
    successor predecessor screenwriter illustrator host distributor network mayor leader governor sculptor painter
    discoverer conductor star actor actress winner runner-up champion top_scorer scorer band teacher student
    cinematographer maker commander editor narrator chancellor creators founders member members county province
    birth_place provider vendor supplier player officer chairman secretary minister
    """
)
_RELS = re.compile(rf"\b{_REL}(?:\s+of\b|'s\b)|\bof\s+[^?,]{{2,60}}?'s\s+{_REL}\b|'s\s+{_REL}\b")
_RELATED = re.compile(rf"\b(?:the\s+)?(?:[\w-]+\s+)?{_REL}\s+(?:of|behind)\s|'s\s+(?:[\w-]+\s+)?{_REL}\b")
_REL_FIRST = re.compile(rf"(?:[\w-]+\s+){{0,2}}?{_REL}\b")
_ANSWER = re.compile(
    r"^(?:and\s+)?(?:who|what|which)(?:'s|\s+(?:is|was|are|were))\s+(?:the\s+|a\s+)?(?:(?:full\s+)?name\s+of"
    r"\s+(?:the\s+)?)?"
)
_IN_LAW = re.compile(
    r"\b(?:grand(?:father|mother|parents?|son|daughter|child(?:ren)?)|\w+-in-law|step(?:father|mother))\b"
)
_CLAUSE = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|this|one)\s+(?:[\w'’.-]+\s+){1,5}?"
    r"(?:(?:in|on|at|after|for|from|to|by|with|of|behind)\s+(?:which|whom|whose)|who|whom|whose|which|that|where)\b"
)
"""Without IGNORECASE: the "That" of a title opens no clause."""
_REDUCED = re.compile(
    r"\b(?:the|a|an|one|which|what)\s+(?:(?!(?:is|was|are|were|do|does|did|has|had)\b)[\w'.-]+\s+){1,5}?(?:starring|featuring|containing|nicknamed|behind|opposite|"
    r"inspiring|"
    r"(?:directed|written|produced|founded|created|composed|performed|sung|played|opened|owned|used|attended|"
    r"designed|"
    r"built|developed|published|recorded|released|signed|voiced|portrayed|won|hosted|inspired|established|led|ruled|"
    r"coached|invented|painted|discovered|made|operated|voted|sponsored|formed|held|destroyed|modelled|adapted)"
    r"\s+(?:by|in|on|from|at|for|after)|based\s+(?:on|in|off)|located\s+in|born\s+(?:in|on|\d+)|known\s+(?:as|for|by)|"
    r"named\s+(?:after|for)|having\s+an?|called|associated\s+with|related\s+to|affiliated\s+with|responsible"
    r"\s+for|bordering|representing|surrounding|hosting|preceding|succeeding|publishing|married\s+to|"
    r"headquartered\s+in|bordered\s+by)\b"
)
_ORDINAL = re.compile(
    r"(?<!\bhas )(?<!\bhave )(?<!\bhad )(?<!\bis )(?<!\bwas )\b[Tt]he\s+(?:first|second|third|last|final|only|"
    r"next|current|former|longest|"
    r"most\s+\w+|[a-z]+est)\s+(?:[\w'-]+\s+){1,3}?(?:of|to|in|on|by)\b"
)
_CONTACT = re.compile(
    r"\bthe\s+(?:[a-z]+\s+)?(?!(?:film|movie|album|song|book|novel|single|play|show|series|game|band)\b)[a-z]+\s+"
    r"[A-Z][\w'’-]+\s+(?:[A-Z][\w'’-]+\s+)*[a-z]+(?:ed|s|ew|ote)\s+\w"
)
"""The school Ada Obi went to: a clause without its "that"."""
_NAMED_AFTER = re.compile(
    rf"\b[Tt]he\s+(?:[A-Z\d][\w'’.-]*\s+(?:(?:of|in|to|the|and|a|tha)\s+)*){{1,6}}(?:[a-z]+\s+)?{_REL}\b"
)
"""The Tosca composer: a relation whose other end is a name."""
_OWNED = re.compile(r"\b(?:the|a|an)\s+(?:[a-z-]+\s+){0,2}[a-z-]+'s\s+[a-z]+")
_APPOSED = seek(r"^(?:which|what)\s+[\w\s'-]{3,60},\s+(?:known|born|best|who|a|an|the|named|formerly|nicknamed)\b")
_ALSO = seek(r"^(?:which|what|who)\b[^?]*\balso\b")
_ASIDE = seek(r",\s+(?:that|whose)\s(?!\w+\s*\?)", ", that ", ", whose ")
_UNNAMED = seek(r"\b(?:in|on|by|for|from|with|of)\s+an?\s+(?:\d{4}|[A-Z][a-z]+(?:an|ish|ese|ch|sh))\s+[a-z]")
"""In a 1999 film, by a Danish band: one that the asker does not name."""
_IN_SITU = re.compile(
    r"(?<![,;:.!?])(?<!\band)(?<!\bbut)(?<!\bor)\s"
    r"(?=(?:(?:what|which|who|whom|whose|where|how many|how much)\b[^?]{0,140}|when\s*)\?\s*$)"
)
WORDS_BEFORE = 3
_NESTED = re.compile(r" of |\s(?:for|in|at|by|behind|from)\s+(?:the|an?)\s")
_WH = seek(
    r"^(?:and\s+|so\s+)?(?:(?:in|on|at|for|to|by|from|of|with|during|under|into|until|after)\s+)?"
    r"(?:who|whom|whose|what|which|where|when|how\s+(?:many|much|old|long|tall|far|large|big|high|deep|often|"
    r"close))\b"
)
_STATEMENT = seek(
    r"^(?:(?:The|A|An|In|At|On)\b|\d{4}|[\"“]|(?!(?:I|We|My|Our|Hey|Hi|Can|Could|Is|Are|Do|Does|Did|Was|Were|Has|Have|"
    r"Should|"
    r"Would|Will|Please|Tell|Find|Give|Explain|Describe|Quick|How|Why|For|Of|Among|Out|If|So|Any|Let|Show|Get|Check|Look|"
    r"List|Need|"
    r"Does|Summari[sz]e|Compare|After|When|Where|Who|What|Which|Whose|Whom)\b)[^\W\d_a-z][\w'’.-]*\s+\S)"
)
_TWICE = seek(
    r"^(?:[Ww]hich|[Ww]hat)\s+[A-Z][a-z]+(?:an|ish|ese|ch|sh|ek|ss|ic)\s+(?:[\w-]+\s+){1,6}?(?:[a-z]+ed|is|was|has|had|won|"
    r"wrote|sang|sings|hosts|plays|stars)\s[^?]*[A-Z]"
)
"""Which British engineer built the Orsk Dam: somebody described, and what was done besides."""
_FIRST_PERSON = seek(r"\b(?:i|we|i'm|we're|i'd|me|us)\b")
_PARTICULAR = seek(
    r"\b(?:our|my)\b|\bthe\s+\w+\s+(?:who|whose|whom)\b|\b(?:did|was|of|founded|wrote|owns?)\s+the\s+\w+\s+that\b"
)
"""Something particular without a name: ours, or somebody who did something."""
LONG_WORDS = 16


def staged(asked: Asked) -> Finding | None:
    """The asker says what has to be done before what."""
    if _CONDITION(asked.low):
        return None
    if _STAGED(asked.low):
        return Finding(Strategy.SEQUENTIAL, 3, "One step needs the result of the one before it.")
    return None


def within(asked: Asked) -> Finding | None:
    """A statement with a gap: what it says about the gap leads there."""
    if _STATEMENT(asked.text) and not _WH(asked.low) and _asks_within(asked):
        return _chain(2, 0.85)
    return None


def chained(asked: Asked) -> Finding | None:
    """What is asked about is only described: it has to be found before the question can be answered."""
    if not _WH(asked.low):
        return None
    links = _links(asked)
    if links > 1 or (links and (asked.has_names or _PARTICULAR(asked.low))):
        return _chain(links + 1, 0.85)
    if _TWICE(asked.text):
        return _chain(2, 0.7)
    if len(asked.words) >= LONG_WORDS and asked.has_names and not _FIRST_PERSON(asked.low):
        return _chain(2, 0.55)
    return None


def _asks_within(asked: Asked) -> bool:
    """The word that asks stands where its answer would, behind a few others: "the arena can seat how many people?"."""
    found = (match.start() for match in _IN_SITU.finditer(asked.low))
    return any(len(asked.low[:start].split()) >= WORDS_BEFORE for start in found)


def _links(asked: Asked) -> int:
    """How many things stand between the question and what it names outright."""
    low = asked.low
    lead = _ANSWER.match(low)
    start = lead.end() if lead else 0
    relations = len(_RELS.findall(low))
    answer_is_relation = lead is not None and _REL_FIRST.match(low, start) is not None
    links = max(relations - 1, 0) if answer_is_relation else min(len(_RELATED.findall(low)), 2)
    links += len(_IN_LAW.findall(low)) + sum(bool(found(low)) for found in (_APPOSED, _ALSO, _ASIDE))
    links += _UNNAMED(asked.text) is not None
    for pattern in (_CLAUSE, _ORDINAL, _CONTACT, _OWNED):
        links += _described(pattern, asked.text, start)
    return links + _described(_REDUCED, low, start) + _named_after(asked.text, start)


def _described(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Descriptions other than that of the answer itself: "what is the river that …" is one look-up."""
    found = [match for match in pattern.finditer(text) if start == 0 or match.start() >= start or match.end() > start]
    direct = [m for m in found if start and m.start() <= start and not _NESTED.search(text, start, m.end())]
    return len(found) - len(direct)


def _named_after(text: str, start: int) -> int:
    """The same for "the Tosca composer", which is the answer itself only where nothing more is asked of it."""
    found = _NAMED_AFTER.finditer(text)
    return sum(match.start() > start or bool(text[match.end() :].strip(" ?.!")) for match in found)


def _chain(stages: int, confidence: float) -> Finding:
    reason = "What it asks about has to be found first, then the rest can be looked up."
    return Finding(Strategy.SEQUENTIAL, min(max(stages, 2), 4), reason, confidence)
