"""Worker and single agent: search first, then verbatim quotes with their source, and plain words where there are none.

Nothing is ever concluded from them.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from orchestration.llm.offline import comparing, document, fields, lists, revising, sides
from orchestration.llm.offline.asked import Asked, asked
from orchestration.llm.offline.line import NOTHING, Line
from orchestration.llm.offline.ranking import ENOUGH, WIDE, Wanted, best, english
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.units import Unit, all_units, terms, vocabulary
from orchestration.values.text import cut

QUERIES_A_TURN = 8
MOST_SEARCH_TURNS = 4
MOST_LEADS = 3
"""Openings quoted from a document in which nothing fits the question."""
MOST_UNKNOWN = 1 / 3
"""Share of the question's weight in words that are nowhere, from which nothing answers it."""
NOT_IN_FILE = "nothing was found on this in the attached file; what follows is from the library"


def next_queries(reading: Reading, *, whole: bool) -> list[str]:
    """What is still to be searched in this turn; empty when it is time to answer."""
    if reading.turn >= MOST_SEARCH_TURNS:
        return []
    given = asked(reading, whole=whole)
    first = [*revising.queries(reading, given), *document.queries(reading), *topics(given, reading)]
    wanted = [*first[:QUERIES_A_TURN], *given.words][: max(QUERIES_A_TURN, len(first))] if not reading.turn else []
    more = [*first, *comparing.more_queries(given, reading)] if reading.turn else []
    different = {query.casefold(): query for query in [*wanted, *more] if terms(query)}
    return [query for query in different.values() if query not in reading.queries][:QUERIES_A_TURN]


def topics(given: Asked, reading: Reading) -> list[str]:
    """Searched for what answers; the words alone only tell how rare they are."""
    found = [part.query for part in given.parts] + comparing.queries(given)
    if given.earlier:
        found.append(f"{given.earlier} {given.question}"[:400])
    found += sides.queries(reading, given)
    found += [f"{given.entities[0] if given.entities else ''} {added}".strip() for added in reading.added]
    return list(dict.fromkeys(found))


def findings(reading: Reading, most_bytes: int, *, whole: bool) -> dict[str, Any]:
    """Lines that would not fit are left out from the end, and the summary says how many."""
    given = asked(reading, whole=whole)
    words = {word.casefold() for word in given.words} - {query.casefold() for query in topics(given, reading)}
    found = all_units(reading.found(query for query in reading.queries if query.casefold() not in words))
    if reading.items("notes"):
        lines = revising.revised(reading, given, found) or [Line("", None)]
    else:
        lines = [*_answered(reading, given, found), *_added(reading, given, found)]
    handed = fields.filled(reading, found, {line.label: line.quote for line in lines if line.quote})
    return _fitted(lines, most_bytes, {"fields": handed} if handed else {})


def _answered(reading: Reading, given: Asked, found: Sequence[Unit]) -> list[Line]:
    if question := lists.asked(reading):
        return [_list_line(question, reading, found)]
    if document.parts(reading):
        return [Line(label, quote, missing) for label, quote, missing in document.quoted(reading, found)]
    if sides.side(reading):
        return sides.case(reading, given, found)
    if given.parts[0].entity:
        return comparing.compared(given, reading, found)
    return list(_plain(reading, given, found))


def _plain(reading: Reading, given: Asked, found: Sequence[Unit]) -> Iterator[Line]:
    wanted = Wanted.of(given.parts[0].wish, reading, context=given.earlier)
    least = ENOUGH if english(given.question) else WIDE
    own = [unit for unit in found if unit.source_id in reading.documents]
    if own and (holds(given, wanted, own) or not best(wanted, found, least=least)):
        quotes = best(wanted, own, least=WIDE) or [unit for unit in own if unit.prose][:MOST_LEADS]
    else:
        unknown = strange(given, wanted)
        if unknown:
            yield Line("", None, f"{NOTHING} on {' and '.join(unknown)}")
        quotes = [] if lost(given, wanted, unknown) else best(wanted, found, least=least)
        if reading.documents and quotes:
            yield Line("", None, NOT_IN_FILE)
        if not quotes and not unknown:
            yield Line("", None, f"{NOTHING}{' or the attached file' if reading.documents else ''} for this question")
    yield from (Line("", quote) for quote in quotes)


def holds(given: Asked, wanted: Wanted, own: Sequence[Unit]) -> bool:
    """Whether a sentence or row has the rarest word of the question, or one of its names, and one word more."""
    rarest = {wanted.rarest, *vocabulary(" ".join(given.names))}
    held = (vocabulary(unit.row or unit.text) | vocabulary(unit.heading) for unit in own)
    return any(rarest & words and len(wanted.weights.keys() & words) >= min(2, len(wanted.weights)) for words in held)


def strange(given: Asked, wanted: Wanted) -> list[str]:
    """Names of the question that are nowhere in the library."""
    return [name for name in given.names if vocabulary(name) & wanted.unknown] if english(given.question) else []


def lost(given: Asked, wanted: Wanted, unknown: Sequence[str]) -> bool:
    """Whether the library knows none of the names, or too little of what is asked about them."""
    other = wanted.unknown - vocabulary(" ".join(given.names))
    return (bool(unknown) and len(unknown) == len(given.names)) or (
        english(given.question) and wanted.share(other) > MOST_UNKNOWN
    )


def _list_line(question: str, reading: Reading, found: Sequence[Unit]) -> Line:
    """Labelled with the names, which is what a plan is made from."""
    passages = {unit.passage.chunk_id: unit.passage for unit in found}
    named = lists.fitting(question, Wanted.of(question, reading), list(passages.values()))
    if named is None:
        return Line("", None, f"{NOTHING} that lists what “{cut(question, 120)}” asks for")
    return Line(", ".join(named.names), named.quote)


def _added(reading: Reading, given: Asked, found: Sequence[Unit]) -> Iterator[Line]:
    """What the asker said while the agent worked."""
    for text in reading.added:
        quotes = best(Wanted.of(text, reading), found, 1)
        yield Line("Added", quotes[0] if quotes else None, f"{NOTHING} for “{cut(' '.join(text.split()), 80)}”")


def _fitted(lines: Sequence[Line], most_bytes: int, more: dict[str, Any]) -> dict[str, Any]:
    kept = len(lines)
    while kept and len(json.dumps(_output(lines, kept) | more, ensure_ascii=False).encode()) > most_bytes:
        kept -= 1
    return _output(lines, kept) | more


def _output(lines: Sequence[Line], kept: int) -> dict[str, Any]:
    shown = [str(line) for line in lines[:kept]]
    if left_out := len(lines) - kept:
        shown.append(f"- {left_out} more left out, because the answer would be too long.")
    quoted = dict.fromkeys(line.quote for line in lines[:kept] if line.quote)
    return {
        "summary": "\n".join(dict.fromkeys(shown)),
        "claims": [{"text": q.shown, "source_id": q.source_id, "quote": q.text} for q in quoted],
    }
