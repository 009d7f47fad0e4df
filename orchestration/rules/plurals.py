"""Several of a kind: "the five largest …", "each of …", "the capitals of the countries …": one look-up each."""

import re

from orchestration.domain import Strategy
from orchestration.rules.asked import Asked, Finding
from orchestration.text import cut

_KINDS = (
    r"(?:countries|nations|(?<!united )states|cities|towns|counties|provinces|districts|regions|continents|islands|"
    r"mountains|peaks|"
    r"rivers|lakes|oceans|seas|parks|planets|moons|films|movies|books|novels|albums|songs|singles|tracks|episodes|"
    r"seasons|series|games|members|presidents|ministers|kings|queens|monarchs|leaders|winners|recipients|"
    r"laureates|champions|founders|directors|actors|actresses|authors|writers|artists|bands|players|teams|"
    r"clubs|"
    r"coaches|universities|colleges|schools|companies|firms|makers|manufacturers|brands|banks|airlines|airports|"
    r"museums|stadiums|buildings|skyscrapers|towers|bridges|parties|languages|religions|competitors|vendors|"
    r"suppliers|"
    r"providers|astronauts|scientists|inventors|species|elements|dynasties|empires|wars|battles|championships|cups|"
    r"olympics|awards|medalists|candidates|nominees|picks|drivers|circuits|models|consoles|territories|sisters|"
    r"brothers|"
    r"siblings|popes|bishops|paintings|sculptures|symphonies|operas|stations|venues|villages|boroughs|generals|"
    r"chancellors|governors|senators|mayors|ceos|quarterbacks|goalkeepers|scorers|athletes|boxers|judges|justices|"
    r"dancers|composers|musicians|singers|rappers|producers|breeds|compounds|isotopes|metals|minerals|galaxies|"
    r"missions|"
    r"satellites|hurricanes|earthquakes|volcanoes|dams|tunnels|canals|hospitals|theat(?:er|re)s|churches|cathedrals|"
    r"castles|palaces|temples|monuments|wonders|festivals|restaurants|franchises|sequels|studios|newspapers|"
    r"magazines|"
    r"cars|rockets|republics|colonies|tribes|sports|tournaments|leagues|conferences|medals|finals|popes|characters|"
    r"poets|painters|physicists|chemists|mathematicians|philosophers|economists|capitals)"
)
_CLAUSE = r"(?:that|who|whose|which|where|when)\b"
_NUMBER = r"(?:three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|[3-9]|[1-4]\d)"
_UNITS = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|percent|%|characters|digits|bytes|lines|times)"
_EACH = re.compile(
    r"\b(?:each of|for each|every one of|respective(?:ly)?"
    r"|(?:each|every)\s+(?!other|one|time|day|week|month|year|night|hour|minute|second)[\w-]+)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(?:the|top|of the|all|past|last|first|our)\s+(?:[\w-]+\s+){{0,2}}?{_NUMBER}\s+(?!{_UNITS}\b)"
    rf"(?:(?:[\w-]+\s+){{0,3}}?(?:{_KINDS}|[a-z]{{3,}}[^\Wsu\d]s\b)|(?:most|least|best|worst|[\w-]+est|biggest|"
    rf"main|major|leading|top)\b\s+\w+)",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"\bthe\s+(?:[\w-]+\s+)?two\s+(?:[\w-]+\s+){{0,3}}?{_KINDS}\b", re.IGNORECASE)
_OF_ALL = re.compile(
    r"^(?:what|which|who|how)\b[^?]*\b(?:of|in|across|for) all\s+(?:of\s+)?(?:the|its|their)\s+\w", re.IGNORECASE
)
_WHOLE_KIND = re.compile(
    rf"^(?:what|who|how \w+)\b[^?]*\s(?:of|by|in)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:[\w'’-]+"
    rf"\s+){{0,3}}?{_KINDS}\s*\?",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"^(?:who|which|list|name|find|what\s+(?:were|are))\b.*\b(?:from|between)\s+\d{4}\s+(?:to|and|until|through)"
    r"\s+\d{4}",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^(?:list|name|identify)\s+(?:all\s+|every\s+|the\s+){0,2}(?:[\w'’-]+\s+){0,4}?[a-z]{3,}[^\Wsu\d]s\s+(?:of|"
    r"for|in|by|from|"
    r"that|who|which|whose|with|released|published|discovered|made|built|won)\b",
    re.IGNORECASE,
)
_TOP = re.compile(rf"\btop[\s-]{_NUMBER}\b", re.IGNORECASE)
_PLURAL_ASK = re.compile(
    r"^(?:(?:please|can you|could you)\s+)?(?:list|name|identify|find|give|collect|show|get|(?:what|who|which)"
    r"\s+(?:are|were|have|do|did)"
    r"|(?:in )?(?:which|what) (?:years?|countries|cities|percentage)|on (?:what|which) dates|how (?:many|much|"
    r"old|tall|long|large|big|high)\b.{0,30}?\b(?:were|did|do|are|have|attend|live|work|play|study)"
    rf"|(?:which|what)\s+(?:[\w-]+\s+){{0,3}}?{_KINDS})\b",
    re.IGNORECASE,
)
_OF_KIND = re.compile(
    rf"\b(?:of|for|by|in|from|among|on|have|did|do|were|are|all|all of|with|attend|border|host|win|won)\s+(?:all"
    rf"\s+)?(?:of\s+)?(?:the|its|our|their|his|her)?\s*(?:(?!{_CLAUSE})[\w'’.-]+\s+){{0,4}}?{_KINDS}\b",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(
    r"^(?:what|who|list|name|give|find)\s+(?:(?:are|were|me)\s+)?the\s+(?:[\w-]+\s+){0,3}?(?:names|ages|heights|"
    r"lengths|areas|"
    r"populations|capitals|birth ?dates|dates|birthplaces|nationalities|occupations|durations|budgets|grosses|"
    r"revenues|"
    r"mascots|colou?rs|elevations|depths|genres|currencies|positions|salaries|spouses|wives|husbands|children|widths|"
    r"weights|ranks|scores|numbers|founders|owners|headquarters|nicknames|mottos|religions|languages)\s+(?:and"
    r"\s+[\w\s]{3,30}?\s)?(?:of|for)\b",
    re.IGNORECASE,
)
_AND_WHAT = re.compile(
    r"^(?:(?:which|what)\s+(?:[\w'’-]+\s+){0,3}?[a-z]{3,}[^\Wsu\d]s\s|(?:who|what)\s+(?:are|were)\s+the"
    r"\s+(?:[\w'’-]+\s+){0,4}?[a-z]{3,}[^\Wsu\d]s\b"
    r"|(?:list|find|name|identify)\b)"
    r"[^?]*(?:,|\band\b)\s*(?:and\s+)?(?:who|what|when|how|where|which|(?:in|for|by|at|on)\s+(?:what|which|how)|"
    r"the number of|their)\b",
    re.IGNORECASE,
)
"""Plural things, and a second question about them."""
_BACK = re.compile(
    rf"\b{_KINDS}\b.*\b(?:their|them|they|each)\b|\band (?:who|what|when|where|how) [\w\s]*\b(?:them|they|their)\b",
    re.IGNORECASE | re.DOTALL,
)
_ALL = re.compile(
    r"^(?:(?:please|can you)\s+)?(?:list|name|identify|find|give|collect|show|get|what|which|who|"
    r"how many)\b.*\b(?:all|every)\s+(?:of\s+)?(?:the\s+|our\s+)?[\w-]+s\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    rf"\b(?:combined|total|average|sum of the|overall)\b.*?\b(?:of|for|in|across)\b.*?\b{_KINDS}\b", re.IGNORECASE
)


_DIRECT = (
    _EACH,
    _COUNTED,
    _PAIR,
    _TOP,
    _TOGETHER,
    _ALL,
    _ATTRIBUTES,
    _AND_WHAT,
    _OF_ALL,
    _WHOLE_KIND,
    _YEARS,
    _LIST,
)


def several_of_a_kind(asked: Asked) -> Finding | None:
    """A first look-up yields the list, then each entry is a look-up of its own."""
    for pattern in _DIRECT:
        match = pattern.search(asked.text)
        if match:
            return _finding(match[0])
    if _PLURAL_ASK.search(asked.text):
        match = _OF_KIND.search(asked.text) or _BACK.search(asked.text)
        if match:
            return _finding(match[0], 0.75)
    return None


def _finding(seen: str, confidence: float = 0.9) -> Finding:
    shown = cut(" ".join(seen.split()), 60).removesuffix("…")
    reason = f"It asks about several of a kind (“{shown} …”), each a look-up of its own."
    return Finding(Strategy.SUPERVISOR, 3, reason, confidence)
