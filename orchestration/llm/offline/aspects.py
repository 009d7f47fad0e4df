"""A comparison question as a grid: which entities, under which aspects."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.llm.offline.sentences import stem, terms
from orchestration.rules import listings, things

MOST_ENTITIES = 6
MOST_ASPECTS = 6
READ_CHARACTERS = 2000

SEPARATOR = re.compile(r"\s*[,;]\s*(?:(?:and|or)\s+)?|\s+(?:and|or|with|to|against|vs\.?|versus|&)\s+", re.IGNORECASE)
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
    _aspect("async support", "async asynchronous asyncio coroutine", "async asynchronous"),
    _aspect("deployment", "deployment deploy deployed", "deployment deployed server"),
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
    names = things(question[:READ_CHARACTERS])
    return Grid(names[:MOST_ENTITIES], wished(question, names)) if names else None


def wished(question: str, names: Sequence[str]) -> tuple[Aspect, ...]:
    """What is asked about each: a second list, else what the rest of the question asks for."""
    lists = [series for series in listings(question[:READ_CHARACTERS]) if not set(series.items) & set(names)]
    listing = next((series.items for series in lists if not series.names and series.join in ("and", "comma")), ())
    if listing:
        return tuple(named(name) for name in listing[:MOST_ASPECTS])
    return aspects(without(question, names))


def without(question: str, entities: Iterable[str]) -> str:
    for entity in entities:
        question = question.replace(entity, " ")
    return question


def listed(text: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for part in SEPARATOR.split(text):
        name = LEADING.sub("", " ".join(part.split())).strip("\"'`“”‘’()[]<>*_.,:!? ")
        if terms(name) and len(name) <= 60 and len(name.split()) <= 5:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MOST_ENTITIES]


def aspects(wish: str) -> tuple[Aspect, ...]:
    """Those that the rest of the question asks for; else the fixed list that fits its subject."""
    if mentioned := tuple(aspect for aspect in DEVELOPMENT if aspect.cues & set(terms(wish))):
        return mentioned
    asked = EXPLICIT.search(wish)
    if asked and (names := listed(asked["list"])):
        return tuple(named(name) for name in names[:MOST_ASPECTS])
    return DEVELOPMENT if ABOUT_DEVELOPMENT & set(terms(wish)) else GENERAL
