"""Independent parts that can be named: things compared with each other, lists, several questions at once."""

import re

from orchestration.routing.rules.asked import Asked, Finding
from orchestration.routing.rules.words import seek
from orchestration.values.domain import Strategy

_WORD = r"(?<![^\W_])[^\W\d_][\w.+#/&'-]{0,40}"
_NAME = rf"(?:the\s+)?{_WORD}(?:\s+{_WORD}){{0,3}}"
_AND = r"(?:and|or|&|vs\.?|versus|with|to|against|und|oder|y|et|и|と)"
_LIST = rf"(?P<list>{_NAME}(?:\s*,\s*(?:(?:and|or|&)\s+)?{_NAME}){{0,7}}\s*,?\s+{_AND}\s+{_NAME})"
_BETTER = (
    r"(?:better|best|faster|cheaper|larger|older|more|fewer|less|prefer|rather|use|pick|choose|\w{2,}er|first|last)"
)

_BETTER_OF = rf"\b(?:which|what|who|should|is|are|was)\b[^?.]{{0,90}}?\b{_BETTER}\b[^?.:]{{0,60}}?"
_LISTED = (
    seek(
        r"\b(?:compare(?! notes)|comparing|comparison of|contrast|vergleiche?n?(?:\s+bitte)?|compara(?:r|me)?|"
        r"compare[rz]|сравни)\s+"
        rf"(?:between\s+)?{_LIST}"
    ),
    seek(
        r"\b(?:differences?|trade-?offs?|similarities|choose|choosing|decide|deciding|pick|picking|unterschiede?|"
        r"diff[eé]rences?|diferencias?)\s+(?:between|among|of|zwischen|entre)\s+(?:having\s+)?" + _LIST
    ),
    # A noun in -er is no comparative: only a colon or an "or" makes what follows the things to choose from.
    seek(rf"{_BETTER_OF}:\s*{_LIST}", ":"),
    seek(rf"{_BETTER_OF},\s*(?P<list>{_NAME}(?:\s*,\s*{_NAME}){{0,7}},?\s+or\s+{_NAME})", " or "),
    seek(
        rf"\b(?:use|pick|choose|prefer|adopt|buy|take|learn)\s+(?P<list>{_NAME}(?:\s*,\s*{_NAME}){{0,7}},?\s+or\s+{_NAME})"
    ),
    seek(rf"(?P<list>{_NAME}(?:\s+(?:vs\.?|versus)\s+{_NAME}){{1,7}})", " vs", " versus"),
    seek(rf"\bhow\s+(?:do|does|did|are|is|would)\s+{_LIST}\s+(?:differ|compare|relate|stack)"),
    seek(rf"^(?:between|out of|among|of)\s+{_LIST}\s*,"),
    seek(
        r"^(?!(?:is|are|was|were|do|does|did|can|could|should|would|will|what|which|who|how|why|where|when|has|have|"
        rf"had|a|an|i|we|it)\b)(?P<list>{_NAME}(?:\s*,\s*{_NAME}){{0,7}}(?:,?\s+(?:or|vs\.?|oder)\s+{_NAME}){{1,7}})"
    ),
)
"""Ways to compare that spell out what is compared."""

_CAP = (
    r"(?<![^\W_])(?:the\s+|The\s+)?[^\W\d_a-z][\w.+#&'’-]*(?:\s+(?:(?:of|the|de|la|le|von|van|and the)"
    r"\s+)?[^\W\d_a-z][\w.+#&'’-]*){0,4}"
)
_PAIR = rf"(?P<a>{_CAP})(?:,)?\s+(?:and|or|nor|und|y|et)\s+(?P<b>{_CAP})"
_THAN = r"(?:than|compared (?:to|with|against)|before|after|as \w+ as|stack up against|versus|vs\.?)"
_KIND = r"(?:(?:the|The)\s+)?(?:[a-z-]+\s+){0,3}?"
_PAIRED = (
    # Were A and B …? Do A and B both …?
    seek(rf"^(?:Are|Were|Do|Did|Have|Is|Was|Does|Has|Had|Can|Could|Will)\s+(?:both\s+)?(?:[a-z-]+\s+){{0,5}}?{_PAIR}"),
    # Who was born first, A or B? – with or without the comma.
    seek(
        rf"^(?:[A-Za-z]+\s+)?(?:[Ww]hich|[Ww]ho|[Ww]hat|[Ww]here|[Ww]hose)\b[^?]*?(?P<a>{_CAP}),?\s+or"
        rf"\s+(?P<b>{_CAP})[^?]{{0,60}}\?"
    ),
    # What do A and B have in common? Both A and B …
    seek(rf"(?:^|\b(?:do|did|are|were|is|was|have|had)\s+|[,;]\s*)[Bb]oth\s+(?:(?:the\s+)?[a-z-]+\s+){{0,3}}?{_PAIR}"),
    seek(
        rf"\b(?:do|does|did)\s+(?:(?:the\s+)?[a-z-]+\s+){{0,4}}?{_PAIR}\s[^?]*\b(?:common|same|share|both|each|"
        rf"differ)\b"
    ),
    # When did A and B join? Which country are A and B from?
    seek(
        rf"^(?:[Ii]n\s+|[Aa]t\s+|[Ff]rom\s+)?(?:[Ww]hat|[Ww]hich|[Ww]hen|[Ww]here|[Hh]ow)\s+(?:[\w-]+\s+){{0,3}}?"
        rf"(?:do|did|are|were|have)\s+{_KIND}{_PAIR}\s"
    ),
    seek(rf"\b(?:shared\s+(?:by|between)|common\s+to)\s+{_KIND}{_PAIR}"),
    # A and B taught at which school?
    seek(rf"^{_PAIR}\s+[a-z][^?]*\b(?:what|which|whose|how many)\b[^?]{{0,60}}\?$"),
    # A was born in Finland; where was B born?
    seek(
        rf"^(?!I\b)(?P<a>{_CAP})\s+[a-z][^?]*[;,]\s*(?:but\s+|and\s+|while\s+)?(?:where|what|when|who|which|how)\s+"
        rf"(?:\w+\s+){{0,3}}?(?:is|was|are|were|does|did|do)\s+(?P<b>{_CAP})"
    ),
    seek(
        rf"{_PAIR}\s+(?:are|were|is|was|have|had|share|both|each)\b[^?]*\b(?:both|each|common|same|what|which|"
        rf"share)\b"
    ),
    # Is A longer than B? Was A published before B?
    seek(
        rf"^(?:Is|Are|Was|Were|Does|Do|Did|Has|Have|Had|Can|Will)\s+{_KIND}(?P<a>{_CAP})\s+(?:[\w'-]+\s+){{1,8}}?"
        rf"{_THAN}\s+{_KIND}(?P<b>{_CAP})"
    ),
    seek(
        rf"(?P<a>{_CAP})\s+(?:compared\s+(?:to|with|against)|side by side with|as opposed to)\s+(?P<b>{_CAP})",
        " compared ",
        " side by side ",
        " as opposed ",
    ),
)
"""Ways to compare two names, told by their capitals."""

_JOINING = (
    " and ",
    " or ",
    " nor ",
    " vs",
    " versus ",
    " & ",
    " than ",
    " with ",
    " to ",
    " against ",
    ",",
    ";",
    " y ",
    " et ",
    " und ",
    " oder ",
    " и ",
    "と",
    " before ",
    " after ",
    " as ",
)
"""Whatever joins two things that are compared; without one the rules for it need not be tried."""
_NAMES = seek(
    rf"(?P<list>(?>{_CAP})(?:,\s+{_CAP}){{1,7}},?\s+(?:and|or|&|und|y|et)\s+{_CAP})",
    " and ",
    " or ",
    " & ",
    " und ",
    " y ",
    " et ",
)
_CAST = re.compile(r"\b(?:starring|stars?|featuring|by|with|between|like|as|such as|including|actors?|films?)\s*$")
_ASPECT = r"\w+(?:\s\w+)?"
_ASPECTS = seek(
    rf"\bthe\s+{_ASPECT},\s+(?:the\s+)?{_ASPECT},?\s+and\s+the\s+{_ASPECT}\s+(?:of|for)\b"
    rf"|\b{_ASPECT},\s+{_ASPECT},?\s+and\s+{_ASPECT}\s+of\s+[A-Z]",
    " and ",
)
_WIDE_COMPARISON = re.compile(r"比較|比较|对比|對比|違い|区别|différence entre|сравн")
_BOTH = re.compile(
    r"^(?:are|is|do|does|can|did|were|was|have|has)\s+both\b"
    r"|^(?:in\s+)?(?:what|which|who|where)\b[^?]*\b(?:do|did|are|were|have)\s+both\s[^?]*\sand\s"
)
_STEP = re.compile(r"\b(?:then|after that|step by step|in this order|one after)\b")
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
    r"|before (?:my|the|our) (?:call|meeting|demo|stand-?up|lunch)|by (?:noon|eod|tonight|\d+ ?(?:am|pm)))\b"
)
_BROAD = re.compile(
    r"\b(?:overview|background|landscape|briefing|everything|market|state of|report on|what do we know|profile|"
    r"research)\b"
)


def compared(asked: Asked) -> Finding | None:
    """Several named things, compared with each other: a part each."""
    if not any(word in asked.low for word in _JOINING):
        return None
    for found in _LISTED:
        match = found(asked.low)
        names = entities(asked.text[slice(*match.span("list"))]) if match else []
        if len(names) >= 2:
            return _side_by_side(_enumerated(asked, names))
    for found in _PAIRED:
        match = found(asked.text)
        if match:
            return _side_by_side([_LEAD.sub("", match["a"]), _LEAD.sub("", match["b"])])
    if _WIDE_COMPARISON.search(asked.low) or _BOTH.search(asked.low):
        return Finding(Strategy.SUPERVISOR, 2, "It compares things that can be researched side by side.")
    return None


def named(asked: Asked) -> Finding | None:
    """The same question about three or more named things."""
    match = _NAMES(asked.text)
    if match is None or _CAST.search(asked.low[: match.start()]):
        return None
    names = entities(match["list"])
    if len(names) < 3:
        return None
    reason = f"The same is asked about {_listed(names)}, which do not depend on each other."
    return Finding(Strategy.SUPERVISOR, len(names), reason)


def aspects(asked: Asked) -> Finding | None:
    """Three aspects of one thing."""
    if _ASPECTS(asked.text):
        return Finding(Strategy.SUPERVISOR, 3, "Its aspects can be looked into side by side.", 0.7)
    return None


def items(asked: Asked) -> Finding | None:
    """A list of questions or topics."""
    if asked.items < 2 or _STEP.search(asked.low):
        return None
    reason = f"The {asked.items} points of the list do not depend on each other."
    return Finding(Strategy.SUPERVISOR, asked.items, reason)


def several_questions(asked: Asked) -> Finding | None:
    count = sum(len(part.split()) >= 3 for part in asked.text.split("?")[:-1])
    if count < 3:
        return None
    return Finding(Strategy.SUPERVISOR, count, f"These are {count} questions, which can be looked into side by side.")


def hurried(asked: Asked) -> Finding | None:
    """Waiting costs the asker most, and the subject is broad enough to be shared out."""
    if not (_HURRY.search(asked.low) and _BROAD.search(asked.low)):
        return None
    return Finding(Strategy.SUPERVISOR, 3, "You are in a hurry: several workers at once are the fastest way.", 0.7)


def entities(listed: str) -> list[str]:
    """The names in a list as people write it; what follows the last name is cut off."""
    names = [_LEAD.sub("", _TAIL.sub("", part.strip())).strip(" .?!:;") for part in _JOIN.split(listed)]
    kept = (name for name in names if name and len(name) <= 60 and name.lower() not in _NOT_NAMES)
    return list(dict.fromkeys(kept))


def _enumerated(asked: Asked, names: list[str]) -> list[str]:
    """All of an enumeration of which a comparison has seen the end."""
    match = _NAMES(asked.text)
    whole = entities(match["list"]) if match else []
    return whole if set(names) < set(whole) else names


def _side_by_side(names: list[str]) -> Finding:
    reason = f"{_listed(names)} can be researched side by side, then compared."
    return Finding(Strategy.SUPERVISOR, len(names), reason)


def _listed(names: list[str]) -> str:
    shown = names[:4]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
