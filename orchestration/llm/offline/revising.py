"""A revision: what is right is kept with its quote, and each note is searched for again, wider.

What a reviewer wants done that is not a search is done where it takes no judgement, and else the report says so.
"""

import re
from collections.abc import Iterator, Sequence

from orchestration.llm.offline.asked import Asked
from orchestration.llm.offline.line import CANNOT, NOTHING, NOTHING_WIDER, Line
from orchestration.llm.offline.ranking import ENOUGH, WIDE, Wanted, best
from orchestration.llm.offline.reading import CITATION, Reading, lines, text_of
from orchestration.llm.offline.units import Unit, joined, terms, units, vocabulary
from orchestration.values.text import cut

MOST_NOTES = 6
NOTE_CHARACTERS = 300
_DROP = re.compile(r"\b(?:leave\s+out|without|remove|drop|delete|skip|cut\s+out|omit)\b(?P<what>.*)", re.I | re.S)
_ONLY = re.compile(r"\b(?:only|just|nothing\s+but|focus\s+on|stick\s+to)\b(?P<what>.*)", re.I | re.S)
_SHORT = re.compile(r"\b(?:short(?:er|en)?|brief(?:er)?|condense|trim|too\s+long)\b", re.I)
_OTHER = re.compile(
    r"\b(?:translat\w+|rewrit\w+|rephras\w+|simplif\w+|simpler|reword|explain|conclu\w+|recommend\w*|decide|verdict"
    r"|opinion|tone|friendlier|formal|table|summari[sz]e|in\s+(?:german|french|spanish|chinese|japanese|english))\b",
    re.I,
)
_FOUND = re.compile(
    r"(?:nothing was found|the library has nothing) (?:on (?P<what>.+?)(?:, also in|\.\s|\.?$)|for the question)", re.I
)
MEND = vocabulary(
    "nothing found find library search wider note answer report add missing says statement cover also each every "
    "please include more close gap may one look research"
)
"""Words in which a note is put, and none of what it is about."""
SHORTEST = 1
"""Lines that are left of a report that is too long."""


def queries(reading: Reading, given: Asked) -> Iterator[str]:
    """A line's own quote finds its passage again, so that what is right can be kept."""
    if not reading.items("notes"):
        return
    for note in _notes(reading):
        entities = dict.fromkeys(part.entity for part in given.parts)
        yield from (f"{entity} {_about(note)}".strip()[:NOTE_CHARACTERS] for entity in entities)
        yield _about(note)[:NOTE_CHARACTERS]
    yield from (" ".join(text.split()[:30]) for _, text in lines(reading.text("previous")) if text.endswith("]"))


def revised(reading: Reading, given: Asked, found: Sequence[Unit]) -> list[Line]:
    kept = [_kept(label, text, found) for label, text in lines(reading.text("previous"))]
    for note in _notes(reading):
        kept = _done(note, kept, reading, given, found)
    return kept


def applied(note: str, rows: Sequence[str]) -> list[str] | None:
    """Rows of a report after a wish that only takes some away; None where it is another kind of wish."""
    if wish := _DROP.search(note):
        what = _subject(wish["what"])
        return [row for row in rows if not what or not what <= vocabulary(CITATION.sub("", row))]
    if _SHORT.search(note):
        return list(rows[:SHORTEST])
    if wish := _ONLY.search(note):
        what = _subject(wish["what"])
        return [row for row in rows if what & vocabulary(row)] or None
    return None


def cannot(note: str) -> str:
    short = cut(" ".join(note.split()), 120)
    return f"nothing was found that a search could do about “{short}”; {CANNOT}"


def needs_a_reader(note: str) -> bool:
    return bool(_OTHER.search(note))


def _done(note: str, kept: list[Line], reading: Reading, given: Asked, found: Sequence[Unit]) -> list[Line]:
    left = applied(note, [str(line) for line in kept])
    if left is not None:
        return [line for line in kept if str(line) in left]
    if needs_a_reader(note):
        return [*kept, Line("", None, cannot(note))]
    about = _about(note)
    gap = next((n for n, line in enumerate(kept) if not line.quote and _is_on(line, note)), None)
    quote = _again(about, kept, reading, given, found)
    if gap is None:
        return [*kept, Line("Added", quote, f"{NOTHING} for “{cut(' '.join(note.split()), 80)}”")]
    return [*kept[:gap], Line(kept[gap].label, quote, NOTHING_WIDER), *kept[gap + 1 :]]


def _again(about: str, kept: Sequence[Line], reading: Reading, given: Asked, found: Sequence[Unit]) -> Unit | None:
    """First of the thing itself, then of pages that name it in passing."""
    taken = [line.quote.text for line in kept if line.quote]
    entity = vocabulary(" ".join(dict.fromkeys(part.entity for part in given.parts)))
    fresh = [unit for unit in found if not any(unit.text in text for text in taken)]
    near = [unit for unit in fresh if entity <= vocabulary(f"{unit.passage.breadcrumb} {unit.passage.text}")]
    wanted = Wanted.of(" ".join(term for term in about.split() if not vocabulary(term) <= entity) or about, reading)
    return next((quote for least in (ENOUGH, WIDE) for quote in best(wanted, near, 1, least)), None)


def _kept(label: str, text: str, found: Sequence[Unit]) -> Line:
    for unit in found:
        if text.startswith(unit.shown[:60]) and text.endswith(f"[{unit.source_id}]"):
            whole = _whole(unit, text)
            if whole is not None:
                return Line(label, whole)
    return Line(label, None, text.rstrip("."))


def _whole(unit: Unit, text: str) -> Unit | None:
    """The quote again that a line of the report before was made from."""
    around = units(unit.passage)
    candidates = (unit if last is unit else joined(unit, last) for last in around[unit.place :] or [unit])
    return next((candidate for candidate in candidates if candidate.cited == text), None)


def _notes(reading: Reading) -> list[str]:
    notes = (text_of(note, "text").strip()[:NOTE_CHARACTERS] for note in reading.items("notes"))
    each = (part for note in notes if note for part in _apart(note, reading.text("subtask", "title")))
    return list(each)[:MOST_NOTES]


def _apart(note: str, title: str) -> list[str]:
    """A note on several gaps as one for each that is this report's: `testing (Flask); community (FastAPI)`."""
    found = _FOUND.search(note)
    gaps = ((found and found["what"]) or "").split("; ")
    own = [gap.removesuffix(f" ({title})") for gap in gaps if title and gap.endswith(f" ({title})")]
    return [f"nothing was found on {gap}." for gap in own or gaps] if len(gaps) > 1 else [note]


def _about(note: str) -> str:
    """What a note asks for, without the words in which notes are put."""
    found = _FOUND.search(note)
    text = (found["what"] or "") if found else note
    return " ".join(word for word in re.findall(r"[\w.+#-]+", text) if terms(word) and not vocabulary(word) <= MEND)


def _is_on(line: Line, note: str) -> bool:
    return line.label.casefold() in note.casefold() if line.label else bool(_FOUND.search(note))


def _subject(text: str) -> frozenset[str]:
    return vocabulary(text) - vocabulary("section part line lines paragraph everything about sentence")
