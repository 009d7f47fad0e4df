"""A comparison question as a grid: which entities, under which aspects."""

import re
from dataclasses import dataclass

from orchestration.llm.offline.sentences import stem, terms

MOST_ENTITIES = 6
MOST_ASPECTS = 6

_STOP = "for|in|on|as|when|by|regarding|concerning|considering|across|under|if|so|because"
_END = rf"(?=\s+(?:{_STOP})\b|[.?!:;](?:\s|$)|\n|$)"
_LETTER = r"[\w.+#/&-]"
# Possessive and anchored at a word's start, so that no question can make the search quadratic.
_NAME = rf"(?<!{_LETTER}){_LETTER}++(?:\s+{_LETTER}++){{0,3}}?"
LISTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bcompar(?:e|ing|ison\s+(?:of|between))\s+(?P<list>[^\n]{{3,200}}?){_END}",
        rf"\bdifferences?\s+between\s+(?P<list>[^\n]{{3,200}}?){_END}",
        rf"(?P<list>(?:{_NAME},\s+)*{_NAME}\s+(?:vs\.?|versus)\s+{_NAME}){_END}",
        rf"[,:]\s*(?P<list>(?:{_NAME},\s+)*{_NAME},?\s+or\s+{_NAME}){_END}",
        rf"\b(?:should\s+\w+|better)\s+(?:use|pick|choose|take)?\s*(?P<list>{_NAME}\s+or\s+{_NAME}){_END}",
    )
)
SEPARATOR = re.compile(
    r"\s*,\s*(?:and|or)\s+|\s*[,;]\s*|\s+(?:and|or|with|to|against|vs\.?|versus|&)\s+", re.IGNORECASE
)
LEADING = re.compile(r"^(?:the|a|an|both|between|either|using|is|are|us|me|please|to)\s+", re.IGNORECASE)
EXPLICIT = re.compile(
    r"\b(?:on|in terms of|regarding|concerning|considering|across|with (?:respect|regard) to)\s+"
    r"(?P<list>[^.?!\n]{3,200})",
    re.IGNORECASE,
)
ABOUT_DEVELOPMENT = frozenset(
    map(stem, ["api", "app", "application", "build", "code", "developer", "framework", "library", "service", "web"])
)


@dataclass(frozen=True, slots=True)
class Aspect:
    name: str
    cues: frozenset[str]
    """Stemmed words of which a sentence must have one to speak about the aspect at all."""
    words: str
    """What is searched for, besides the entity."""

    @property
    def label(self) -> str:
        return self.name[:1].upper() + self.name[1:]


def _aspect(name: str, cues: str, words: str) -> Aspect:
    return Aspect(name, frozenset(stem(word) for word in cues.split()), words)


DEVELOPMENT = (
    _aspect(
        "getting started", "started install installs endpoint tutorial startproject", "getting started first endpoint"
    ),
    _aspect(
        "validation and documentation",
        "validation validates validate openapi swagger serializer serializers",
        "validation documentation OpenAPI schema",
    ),
    _aspect("testing", "test tests testing testclient", "testing tests"),
    _aspect("async support", "async asynchronous asgi await coroutine", "async asynchronous await"),
    _aspect("deployment", "deployment deploy deployed production", "deployment production"),
    _aspect(
        "community",
        "community ecosystem maintained foundation maturity mature forum contributors",
        "community ecosystem maturity",
    ),
)
GENERAL = (
    _aspect("overview", "", "overview what it does"),
    _aspect("strengths", "better faster improves allows advantage strength benefit without", "strengths advantages"),
    _aspect("limits", "limit limits limitation limitations only cannot must except", "limits limitations"),
)
KNOWN = {aspect.name: aspect for aspect in (*DEVELOPMENT, *GENERAL)}


def named(name: str) -> Aspect:
    """The known aspect of that name, or one whose own words are what to look for."""
    return KNOWN.get(name.lower()) or Aspect(name, frozenset(terms(name)), name)


@dataclass(frozen=True, slots=True)
class Grid:
    entities: tuple[str, ...]
    aspects: tuple[Aspect, ...]


def grid(question: str) -> Grid | None:
    """None where the question compares nothing that can be told apart."""
    for pattern in LISTS:
        match = pattern.search(question[:2000])
        if match and len(entities := listed(match["list"])) >= 2:
            return Grid(entities, aspects(question, after=match.end()))
    return None


def listed(text: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for part in SEPARATOR.split(text):
        name = LEADING.sub("", " ".join(part.split())).strip("\"'`“”‘’()[]<>*_.,:!? ")
        if terms(name) and len(name) <= 60 and len(name.split()) <= 5:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MOST_ENTITIES]


def aspects(question: str, *, after: int = 0) -> tuple[Aspect, ...]:
    """Those the question asks for; else the fixed list that fits its subject."""
    if mentioned := tuple(aspect for aspect in DEVELOPMENT if aspect.cues & set(terms(question[after:]))):
        return mentioned
    asked = EXPLICIT.search(question, after)
    if asked and (names := listed(asked["list"])):
        return tuple(named(name) for name in names[:MOST_ASPECTS])
    return DEVELOPMENT if ABOUT_DEVELOPMENT & set(terms(question)) else GENERAL
