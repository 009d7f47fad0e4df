"""Independent parts that can be named: things compared with each other, lists, several questions at once."""

import re

from orchestration.domain import Strategy
from orchestration.rules.asked import Asked, Finding

_WORD = r"(?<![^\W_])[^\W\d_][\w.+#/&'-]{0,40}"
_NAME = rf"(?:the\s+)?{_WORD}(?:\s+{_WORD}){{0,3}}"
_AND = r"(?:and|or|&|vs\.?|versus|with|to|against|und|oder|y|et|и|と)"
_LIST = rf"(?P<list>{_NAME}(?:\s*,\s*(?:(?:and|or|&)\s+)?{_NAME})*\s*,?\s+{_AND}\s+{_NAME})"
_BETTER = (
    r"(?:better|best|faster|cheaper|larger|older|more|fewer|less|prefer|rather|use|pick|choose|\w{2,}er|first|last)"
)

_LISTED = (
    re.compile(
        r"\b(?:compare(?! notes)|comparing|comparison of|contrast|vergleiche?n?(?:\s+bitte)?|compara(?:r|me)?|"
        r"compare[rz]|сравни)\s+"
        rf"(?:between\s+)?{_LIST}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:differences?|trade-?offs?|similarities|choose|choosing|decide|deciding|pick|picking|unterschiede?|"
        r"diff[eé]rences?|diferencias?)\s+(?:between|among|of|zwischen|entre)\s+(?:having\s+)?" + _LIST,
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:which|what|who|should|is|are|was)\b[^?.]{{0,90}}?\b{_BETTER}\b[^?.:]{{0,60}}?[,:]\s*{_LIST}", re.I
    ),
    re.compile(
        rf"\b(?:use|pick|choose|prefer|adopt|buy|take|learn)\s+(?P<list>{_NAME}(?:\s*,\s*{_NAME})*,?\s+or\s+{_NAME})",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<list>{_NAME}(?:\s+(?:vs\.?|versus)\s+{_NAME})+)", re.IGNORECASE),
    re.compile(rf"\bhow\s+(?:do|does|did|are|is|would)\s+{_LIST}\s+(?:differ|compare|relate|stack)", re.IGNORECASE),
    re.compile(rf"^(?:between|out of|among|of)\s+{_LIST}\s*,", re.IGNORECASE),
    re.compile(
        r"^(?!(?:is|are|was|were|do|does|did|can|could|should|would|will|what|which|who|how|why|where|when|has|have|"
        rf"had|a|an|i|we|it)\b)(?P<list>{_NAME}(?:\s*,\s*{_NAME})*(?:,?\s+(?:or|vs\.?|oder)\s+{_NAME})+)",
        re.IGNORECASE,
    ),
)
"""Ways to compare that spell out what is compared."""

_CAP = (
    r"(?:the\s+|The\s+)?[^\W\d_a-z][\w.+#&'’-]*(?:\s+(?:(?:of|the|de|la|le|von|van|and the)"
    r"\s+)?[^\W\d_a-z][\w.+#&'’-]*){0,4}"
)
_PAIR = rf"(?P<a>{_CAP})(?:,)?\s+(?:and|or|nor|und|y|et)\s+(?P<b>{_CAP})"
_THAN = r"(?:than|compared (?:to|with|against)|before|after|as \w+ as|stack up against|versus|vs\.?)"
_KIND = r"(?:(?:the|The)\s+)?(?:[a-z-]+\s+){0,3}?"
_PAIRED = (
    # Were A and B …? Do A and B both …?
    re.compile(
        rf"^(?:Are|Were|Do|Did|Have|Is|Was|Does|Has|Had|Can|Could|Will)\s+(?:both\s+)?(?:[a-z-]+\s+){{0,5}}?{_PAIR}"
    ),
    # Who was born first, A or B? – with or without the comma.
    re.compile(
        rf"^(?:[A-Za-z]+\s+)?(?:[Ww]hich|[Ww]ho|[Ww]hat|[Ww]here|[Ww]hose)\b[^?]*?(?P<a>{_CAP}),?\s+or"
        rf"\s+(?P<b>{_CAP})[^?]{{0,60}}\?"
    ),
    # What do A and B have in common? Both A and B …
    re.compile(
        rf"(?:^|\b(?:do|did|are|were|is|was|have|had)\s+|[,;]\s*)[Bb]oth\s+(?:(?:the\s+)?[a-z-]+\s+){{0,3}}?{_PAIR}"
    ),
    re.compile(
        rf"\b(?:do|does|did)\s+(?:(?:the\s+)?[a-z-]+\s+){{0,4}}?{_PAIR}\s[^?]*\b(?:common|same|share|both|each|"
        rf"differ)\b"
    ),
    # When did A and B join? Which country are A and B from?
    re.compile(
        rf"^(?:[Ii]n\s+|[Aa]t\s+|[Ff]rom\s+)?(?:[Ww]hat|[Ww]hich|[Ww]hen|[Ww]here|[Hh]ow)\s+(?:[\w-]+\s+){{0,3}}?"
        rf"(?:do|did|are|were|have)\s+{_KIND}{_PAIR}\s"
    ),
    re.compile(rf"\b(?:shared\s+(?:by|between)|common\s+to)\s+{_KIND}{_PAIR}"),
    # A and B taught at which school?
    re.compile(rf"^{_PAIR}\s+[a-z][^?]*\b(?:what|which|whose|how many)\b[^?]{{0,60}}\?$"),
    # A was born in Finland; where was B born?
    re.compile(
        rf"^(?!I\b)(?P<a>{_CAP})\s+[a-z][^?]*[;,]\s*(?:but\s+|and\s+|while\s+)?(?:where|what|when|who|which|how)\s+"
        rf"(?:\w+\s+){{0,3}}?(?:is|was|are|were|does|did|do)\s+(?P<b>{_CAP})"
    ),
    re.compile(
        rf"{_PAIR}\s+(?:are|were|is|was|have|had|share|both|each)\b[^?]*\b(?:both|each|common|same|what|which|"
        rf"share)\b"
    ),
    # Is A longer than B? Was A published before B?
    re.compile(
        rf"^(?:Is|Are|Was|Were|Does|Do|Did|Has|Have|Had|Can|Will)\s+{_KIND}(?P<a>{_CAP})\s+(?:[\w'-]+\s+){{1,8}}?"
        rf"{_THAN}\s+{_KIND}(?P<b>{_CAP})"
    ),
    re.compile(rf"(?P<a>{_CAP})\s+(?:compared\s+(?:to|with|against)|side by side with|as opposed to)\s+(?P<b>{_CAP})"),
)
"""Ways to compare two names, told by their capitals."""

_NAMES = re.compile(rf"(?P<list>{_CAP}(?:,\s+{_CAP})+,?\s+(?:and|or|&|und|y|et)\s+{_CAP})")
_CAST = re.compile(
    r"\b(?:starring|stars?|featuring|by|with|between|like|as|such as|including|actors?|films?)\s*$", re.IGNORECASE
)
_ASPECTS = re.compile(
    r"\bthe\s+\w+(?:\s\w+)?,\s+(?:the\s+)?\w+(?:\s\w+)?,?\s+and\s+the\s+\w+(?:\s\w+)?\s+(?:of|for)\b", re.IGNORECASE
)
_WIDE_COMPARISON = re.compile(r"比較|比较|对比|對比|違い|区别|différence entre|сравн", re.IGNORECASE)
_BOTH = re.compile(
    r"^(?:are|is|do|does|can|did|were|was|have|has)\s+both\b"
    r"|^(?:in\s+)?(?:what|which|who|where)\b[^?]*\b(?:do|did|are|were|have)\s+both\s[^?]*\sand\s",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+\S", re.MULTILINE)
_STEP = re.compile(r"\b(?:then|after that|step by step|in this order|one after)\b", re.IGNORECASE)
_JOIN = re.compile(rf"\s*,\s*(?:(?:and|or|&)\s+)?|\s+{_AND}\s+", re.IGNORECASE)
_TAIL = re.compile(
    r"\s+(?:for|in terms of|with respect|regarding|when|on|in|as|by|that|which|because|if|so|is|are|from|at|to|of"
    r"|i|we|für|para|pour)\b.*$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:the|a|an|between|both|either)\s+", re.IGNORECASE)
_NOT_NAMES = frozenset(
    ["me", "us", "them", "it", "this", "that", "you", "what", "which", "ana", "we", "he", "she", "they", "one"]
)
_HURRY = re.compile(
    r"\b(?:quickly|asap|urgent(?:ly)?|hurry|in (?:\d+|five|ten|twenty|half an?) ?(?:min|minutes|hours?)"
    r"|before (?:my|the|our) (?:call|meeting|demo|stand-?up|lunch)|by (?:noon|eod|tonight|\d+ ?(?:am|pm)))\b",
    re.IGNORECASE,
)
_BROAD = re.compile(
    r"\b(?:overview|background|landscape|briefing|everything|market|state of|report on|what do we know|profile|"
    r"research)\b",
    re.IGNORECASE,
)


def compared(asked: Asked) -> Finding | None:
    """Several named things, compared with each other: a part each."""
    for pattern in _LISTED:
        match = pattern.search(asked.text)
        names = entities(match["list"]) if match else []
        if len(names) >= 2:
            return _side_by_side(names)
    for pattern in _PAIRED:
        match = pattern.search(asked.text)
        if match:
            return _side_by_side([_LEAD.sub("", match["a"]), _LEAD.sub("", match["b"])])
    if _WIDE_COMPARISON.search(asked.text) or _BOTH.search(asked.text):
        return Finding(Strategy.SUPERVISOR, 2, "It compares things that can be researched side by side.")
    return None


def named(asked: Asked) -> Finding | None:
    """The same question about three or more named things, or three aspects of one."""
    match = _NAMES.search(asked.text)
    if match and not _CAST.search(asked.text[: match.start()]):
        names = entities(match["list"])
        if len(names) >= 3:
            reason = f"The same is asked about {_listed(names)}, which do not depend on each other."
            return Finding(Strategy.SUPERVISOR, len(names), reason)
    if _ASPECTS.search(asked.text):
        return Finding(Strategy.SUPERVISOR, 3, "Its aspects can be looked into side by side.", 0.7)
    return None


def items(asked: Asked) -> Finding | None:
    """A list of questions or topics."""
    count = len(_ITEM.findall(asked.text))
    if count < 2 or _STEP.search(asked.text):
        return None
    return Finding(Strategy.SUPERVISOR, count, f"The {count} points of the list do not depend on each other.")


def several_questions(asked: Asked) -> Finding | None:
    count = len([part for part in re.findall(r"[^?]+\?", asked.text) if len(part.split()) >= 3])
    if count < 3:
        return None
    return Finding(Strategy.SUPERVISOR, count, f"These are {count} questions, which can be looked into side by side.")


def hurried(asked: Asked) -> Finding | None:
    """Waiting costs the asker most, and the subject is broad enough to be shared out."""
    if not (_HURRY.search(asked.text) and _BROAD.search(asked.text)):
        return None
    return Finding(Strategy.SUPERVISOR, 3, "You are in a hurry: several workers at once are the fastest way.", 0.7)


def entities(listed: str) -> list[str]:
    """The names in a list as people write it; what follows the last name is cut off."""
    names = [_LEAD.sub("", _TAIL.sub("", part.strip())).strip(" .?!:;") for part in _JOIN.split(listed)]
    kept = (name for name in names if name and len(name) <= 60 and name.lower() not in _NOT_NAMES)
    return list(dict.fromkeys(kept))


def _side_by_side(names: list[str]) -> Finding:
    reason = f"{_listed(names)} can be researched side by side, then compared."
    return Finding(Strategy.SUPERVISOR, len(names), reason)


def _listed(names: list[str]) -> str:
    shown = names[:4]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
