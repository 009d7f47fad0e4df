"""Several of a kind: "the five largest …", "each of …", "the capitals of the countries …": one look-up each."""

from orchestration.routing.rules.asked import Asked, Finding
from orchestration.routing.rules.words import any_of, seek
from orchestration.values.domain import Strategy
from orchestration.values.text import cut

_KIND_NAMES = any_of(
    """
    countries nations cities towns counties provinces districts regions continents islands mountains peaks rivers
    lakes oceans seas parks planets moons films movies books novels albums songs singles tracks episodes seasons
    games members presidents ministers kings queens monarchs leaders winners recipients laureates champions
    founders directors actors actresses authors writers artists bands players teams clubs coaches universities
    colleges schools companies firms makers manufacturers brands banks airlines airports museums stadiums
    buildings skyscrapers towers bridges parties languages religions competitors vendors suppliers providers
    astronauts scientists inventors species elements dynasties empires wars battles championships cups olympics
    awards medalists candidates nominees picks drivers circuits models consoles territories sisters brothers
    siblings popes bishops paintings sculptures symphonies operas stations venues villages boroughs generals
    chancellors governors senators mayors ceos quarterbacks goalkeepers scorers athletes boxers judges justices
    dancers composers musicians singers rappers producers breeds compounds isotopes metals minerals galaxies
    missions satellites hurricanes earthquakes volcanoes dams tunnels canals hospitals theaters theatres churches
    cathedrals castles palaces temples monuments wonders festivals restaurants franchises sequels studios
    newspapers magazines cars rockets republics colonies tribes sports tournaments leagues conferences medals
    finals characters poets painters physicists chemists mathematicians philosophers economists capitals women men heads
    """
)
_KINDS = rf"(?:{_KIND_NAMES}|(?<!united )states)"
_CLAUSE = r"(?:that|who|whose|which|where|when)\b"
_NUMBER = r"(?:three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|[3-9]|[1-4]\d)"
_UNITS = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|percent|%|characters|digits|bytes|lines|times)"
_EACH = seek(
    r"\b(?:each of|for each|every one of|respective(?:ly)?"
    r"|(?:each|every)\s+(?!other|one|time|day|week|month|year|night|hour|minute|second)[\w-]+)\b"
)
_COUNTED = seek(
    rf"\b(?:the|top|of the|all|past|last|first|our)\s+(?:[\w-]+\s+){{0,2}}?{_NUMBER}\s+(?!{_UNITS}\b)"
    rf"(?:(?:[\w-]+\s+){{0,3}}?(?:{_KINDS}|people|[a-z]{{3,}}[^\Wsu\d]s\b)|(?:most|least|best|worst|[\w-]+est|biggest|"
    rf"main|major|leading|top)\b\s+\w+)"
)
_PAIR = seek(rf"\bthe\s+(?:[\w-]+\s+)?two\s+(?:[\w-]+\s+){{0,3}}?{_KINDS}\b")
_OF_ALL = seek(r"^(?:what|which|who|how)\b[^?]*\b(?:of|in|across|for) all\s+(?:of\s+)?(?:the|its|their)\s+\w")
_WHOLE_KIND = seek(
    rf"^(?:what|who|how \w+)\b[^?]*\s(?:of|by|in)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:[\w'’-]+"
    rf"\s+){{0,3}}?{_KINDS}\s*\?"
)
_YEARS = seek(
    r"^(?:who|which|list|name|find|what\s+(?:were|are))\b.*\b(?:from|between)\s+\d{4}\s+(?:to|and|until|through)"
    r"\s+\d{4}"
)
_LIST = seek(
    r"^(?:list|name|identify)\s+(?:all\s+|every\s+|the\s+){0,2}(?:[\w'’.-]+\s+){0,4}?[a-z]{3,}[^\Wsu\d]s\s+(?:of|"
    r"for|in|by|from|"
    r"that|who|which|whose|with|released|published|discovered|made|built|won)\b"
)
_WORDS = r"(?:[\w'’.&-]+\s+)"
_GROUP = seek(
    rf"^(?:of|among|out of|for)\s+(?:all\s+)?(?:the|both|those|these|our)?\s*{_WORDS}{{0,6}}?"
    rf"(?:{_KINDS}|cast|[a-z]{{3,}}[^\Wsu\d]s)\b[^?]*,\s*(?:who|what|which|where|when|how)\b"
)
"""Of the cities on the Danube, which …?"""
_WHICH_OF = seek(
    rf"^which\s+(?:one\s+)?(?:of|among)\s+{_WORDS}{{0,6}}?{_KINDS}\b"
    r"|^(?:who is the \w+(?:\s\w+){0,2} members?\s+of\b|which members?\s+of\b[^?]*\bthe (?:\w+est|most|least)\b)"
)
_HOW_MANY = seek(
    rf"^how many\s+(?:of\s+)?{_WORDS}{{1,5}}?{_KINDS}\s+(?:have|had|won|were|did|do|are)\b(?!\s+(?:in|there)\b)"
)
_OF_THOSE = seek(
    rf"^(?:what|who|how \w+)\s+(?:is|was|are|were)\b[^?]*?\b(?:of|for|in|by)\s+(?:the\s+)?{_WORDS}{{0,3}}?{_KINDS}\s+"
    r"(?:that|which|who|where|with|in which)\b"
)
"""What was asked about one is asked about each of "the countries that …"."""
_WHICH_KIND = seek(
    rf"^(?:which|what)\s+{_WORDS}{{0,3}}?{_KINDS}\s+(?!(?:is|was)\b)[^?]*\b(?:are|were|have|has|had)\s+"
    r"(?:been|older|younger|larger|more|won|\w+ed|not|never)\b"
)
_TOP = seek(rf"\btop[\s-]{_NUMBER}\b")
_PLURAL_ASK = seek(
    r"^(?:(?:please|can you|could you)\s+)?(?:list|name|identify|find|give|collect|show|get|(?:what|who|which)"
    r"\s+(?:are|were|have|do|did)"
    r"|(?:in )?(?:which|what) (?:years?|countries|cities|percentage)|on (?:what|which) dates|how (?:many|much|"
    r"old|tall|long|large|big|high)\b.{0,30}?\b(?:were|did|do|are|have|attend|live|work|play|study)"
    rf"|(?:(?:in|from|at|on|for|by|to)\s+)?(?:which|what)\s+(?:[\w-]+\s+){{0,3}}?{_KINDS})\b"
)
_OF_KIND = seek(
    rf"\b(?:of|for|by|in|from|among|on|have|did|do|were|are|all|all of|with|attend|border|host|win|won)\s+(?:all"
    rf"\s+)?(?:of\s+)?(?:the|its|our|their|his|her)?\s*(?:(?!{_CLAUSE})[\w'’.-]+\s+){{0,4}}?{_KINDS}\b"
)
_ATTRIBUTES = seek(
    r"^(?:what|who|list|name|give|find)\s+(?:(?:are|were|me)\s+)?the\s+(?:[\w-]+\s+){0,3}?(?:names|ages|heights|"
    r"lengths|areas|"
    r"populations|capitals|birth ?dates|dates|birthplaces|nationalities|occupations|durations|budgets|grosses|"
    r"revenues|"
    r"mascots|colou?rs|elevations|depths|genres|currencies|positions|salaries|spouses|wives|husbands|children|widths|"
    r"weights|ranks|scores|numbers|founders|owners|headquarters|nicknames|mottos|religions|languages)\s+(?:and"
    r"\s+[\w\s]{3,30}?\s)?(?:of|for)\b"
)
_AND_WHAT = seek(
    r"^(?:(?:which|what)\s+(?:(?!(?:do|does|did|is|was|has|can)\b)[\w'’-]+\s+){0,3}?[a-z]{3,}[^\Wsu\d]s\s|(?:who|what)\s+(?:are|were)\s+the"
    r"\s+(?:[\w'’-]+\s+){0,4}?[a-z]{3,}[^\Wsu\d]s\b"
    r"|(?:list|find|name|identify)\b)"
    r"[^?]*(?:,|\band\b)\s*(?:and\s+)?(?:who|what|when|how|where|which|(?:in|for|by|at|on)\s+(?:what|which|how)|"
    r"the number of|their)\b"
)
"""Plural things, and a second question about them."""
_BACK = seek(
    rf"\b{_KINDS}\b.*\b(?:their|them|they|each)\b|\band (?:who|what|when|where|how) [\w\s]*\b(?:them|they|their)\b"
)
_ALL = seek(
    r"^(?:(?:please|can you)\s+)?(?:list|name|identify|find|give|collect|show|get|what|which|who|"
    r"how many)\b.*\b(?:all|every)\s+(?:of\s+)?(?:the\s+|our\s+)?[\w-]+s\b"
)
_TOGETHER = seek(rf"\b(?:combined|total|average|sum of the|overall)\b.*?\b(?:of|for|in|across)\b.*?\b{_KINDS}\b")


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
    _GROUP,
    _WHICH_OF,
    _HOW_MANY,
    _OF_THOSE,
    _WHICH_KIND,
)


def several_of_a_kind(asked: Asked) -> Finding | None:
    """A first look-up yields the list, then each entry is a look-up of its own."""
    for found in _DIRECT:
        match = found(asked.low)
        if match:
            return _finding(asked.text[slice(*match.span())])
    if _PLURAL_ASK(asked.low):
        match = _OF_KIND(asked.low) or _BACK(asked.low)
        if match:
            return _finding(asked.text[slice(*match.span())], 0.75)
    return None


def _finding(seen: str, confidence: float = 0.9) -> Finding:
    shown = cut(" ".join(seen.split()), 60).removesuffix("…")
    reason = f"It asks about several of a kind (“{shown} …”), each a look-up of its own."
    return Finding(Strategy.SUPERVISOR, 3, reason, confidence)
