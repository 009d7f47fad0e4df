"""Things side by side: under each aspect that the question names, else under the headings that their pages share.

An aspect that is empty for all is left out; one that is empty for some is named once for each of these.
"""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.llm.offline.asked import Asked, Part
from orchestration.llm.offline.line import Line
from orchestration.llm.offline.ranking import WIDE, Wanted, best, ranked
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.units import Unit, all_units, vocabulary

MOST_ASPECTS, MOST_LINES = 6, 8
RELATED = 0.3
"""Of the best score: what a heading has to reach for two things to be one that the question is about."""
ROOM = 280
"""Characters of a quote, of which there are many side by side."""
SHARED = 2
"""Things that have to have a heading before its absence says something about another."""


def queries(given: Asked) -> list[str]:
    """On the other things too: only so can a worker know what all of them have."""
    wish = given.parts[0].wish
    return [Part(wish, entity).query for entity in given.entities] if given.parts[0].entity else []


def more_queries(given: Asked, reading: Reading) -> list[str]:
    """Once the first results are there: for each thing the aspects that others have."""
    if not given.parts[0].entity or reading.items("notes"):
        return []
    found = all_units(reading.found(queries(given)))
    return [f"{entity} {aspect}" for entity in _own(given) for aspect in aspects(given, reading, found)]


def compared(given: Asked, reading: Reading, found: Sequence[Unit]) -> list[Line]:
    entities = _own(given)
    most = max(2, MOST_LINES // len(entities))
    return [line for entity in entities for line in _lines(entity, given, reading, found)[:most]]


def _lines(entity: str, given: Asked, reading: Reading, found: Sequence[Unit]) -> list[Line]:
    """What fits the question best comes first."""
    own = [unit for unit in found if on(entity, unit)]
    wish = Wanted.of(given.parts[0].wish or entity, reading, room=ROOM)
    wish = replace(wish, weights=dict.fromkeys(wish.weights, 1.0))  # the things differ in which words are rare
    quotes = [] if given.parts[0].aspect else best(wish, own)
    lines = [Line(_label(quote), quote) for quote in quotes]
    shown = {vocabulary(line.label) for line in lines}
    rest = [aspect for aspect in aspects(given, reading, found) if vocabulary(aspect) not in shown]
    for aspect in rest:
        line = _line(aspect, reading, own, asked=bool(given.parts[0].aspect))
        lines += [line] if not line.quote or line.quote not in [other.quote for other in lines] else []
    several = len(_own(given)) > 1
    return [
        Line(f"{entity} · {line.label}".rstrip(" ·") if several else line.label, line.quote, line.missing)
        for line in lines or [Line("", None)]
    ]


def _line(aspect: str, reading: Reading, own: Sequence[Unit], *, asked: bool) -> Line:
    """Where the question does not name the aspect, only what is under such a heading."""
    headed = [unit for unit in own if vocabulary(aspect) <= vocabulary(unit.section)]
    about = headed or (own if asked else [])
    quotes = best(Wanted.of(aspect, reading, room=ROOM), about, 1)
    return Line(aspect[:1].upper() + aspect[1:], quotes[0] if quotes else None)


def aspects(given: Asked, reading: Reading, found: Sequence[Unit]) -> list[str]:
    """Those of the question, else the headings under which at least two things have what it asks for."""
    if named := list(dict.fromkeys(part.aspect for part in given.parts if part.aspect)):
        own = [unit for unit in found if any(on(entity, unit) for entity in given.entities)]
        wanted = {aspect: Wanted.of(aspect, reading) for aspect in named}
        return [aspect for aspect in named if ranked(wanted[aspect], own)]
    wish = Wanted.of(given.parts[0].wish or " ".join(given.entities), reading)
    scores: dict[frozenset[str], dict[str, float]] = {}
    names: dict[frozenset[str], str] = {}
    for entity in given.entities:
        for one in ranked(wish, [unit for unit in found if on(entity, unit)], WIDE):
            label = _label(one.unit)
            key = vocabulary(label) - vocabulary(entity)
            if key and entity not in scores.setdefault(key, {}):
                names.setdefault(key, label)
                scores[key][entity] = one.score
    top = max((score for by in scores.values() for score in by.values()), default=0.0)
    shared = [key for key, by in scores.items() if sum(score >= RELATED * top for score in by.values()) >= SHARED]
    shared.sort(key=lambda key: (-sum(scores[key].values()), names[key]))
    return [names[key] for key in shared[:MOST_ASPECTS]]


def on(entity: str, unit: Unit) -> bool:
    """The sentence names it, or what is above it does."""
    return vocabulary(entity) <= vocabulary(unit.text) | vocabulary(unit.passage.breadcrumb) | vocabulary(unit.heading)


def _own(given: Asked) -> list[str]:
    return list(dict.fromkeys(part.entity for part in given.parts))


def _label(unit: Unit) -> str:
    """The heading above it."""
    return unit.heading or unit.passage.breadcrumb.rpartition(" › ")[2]
