"""A comparison question as a grid: which things, under which aspects."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.llm.offline.units import terms
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


@dataclass(frozen=True, slots=True)
class Grid:
    entities: tuple[str, ...]
    aspects: tuple[str, ...]
    """As the question names them; none where the pages have to say what there is to compare."""


def grid(question: str) -> Grid | None:
    """None where the question compares nothing that can be distinguished."""
    names = things(question[:READ_CHARACTERS])
    return Grid(names[:MOST_ENTITIES], wished(question, names)) if names else None


def wished(question: str, names: Sequence[str]) -> tuple[str, ...]:
    """What is asked about each: a second list, else what follows words such as `on` and `in terms of`."""
    lists = [series for series in listings(question[:READ_CHARACTERS]) if not set(series.items) & set(names)]
    listing = next((series.items for series in lists if not series.names and series.join in ("and", "comma")), ())
    if listing:
        return listing[:MOST_ASPECTS]
    asked = EXPLICIT.search(without(question, names))
    return listed(asked["list"])[:MOST_ASPECTS] if asked else ()


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
