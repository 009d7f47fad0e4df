"""Which list answers "the three largest …": the one whose sentence or heading has most of the question's words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from orchestration.llm.offline.aspects import listed
from orchestration.llm.offline.ranking import Wanted
from orchestration.llm.offline.reading import Reading, lines
from orchestration.llm.offline.units import LONGEST, Unit, joined, units, vocabulary
from orchestration.values.domain import Passage
from orchestration.values.text import clean

TITLE = "The list"
"""Of the subtask that asks for one."""
NUMBERS = {
    word: n for n, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=2)
}
_COUNT = rf"(?P<count>{'|'.join(NUMBERS)}|\d{{1,2}})"
_MEASURE = r"(?P<measure>(?:most|least)\s+\w+|best|worst|main|major|leading|top|\w{3,}est)"
_ASKED = tuple(
    re.compile(rf"\b{opening}\s+(?P<kind>[\w-]+)(?P<rest>[^?.!,;\n]{{0,120}})", re.IGNORECASE)
    for opening in (rf"{_COUNT}\s+(?:\w+\s+){{0,2}}?{_MEASURE}", rf"(?P<measure>top)[\s-]+{_COUNT}")
)
_BY = re.compile(r"\bby\s+(\w+)|\b([A-Z][\w-]*)")
"""What the list must name besides its kind: its measure, and places."""
_ALIKE = (vocabulary("largest biggest greatest"), vocabulary("top leading best main major"))
_UNORDERED = re.compile(r"\balphabetical|\bno\s+particular\s+order|\bunordered\b", re.IGNORECASE)
_NAME = r"[A-Z][\w.+&-]*(?:\s+[A-Z][\w.+&-]*){0,3}"
_ENUMERATION = re.compile(rf"\b{_NAME}(?:\s*,\s*(?:and\s+)?{_NAME})*\s*,?\s+and\s+{_NAME}")
_SEPARATOR = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
_POINT = re.compile(r"(?:[-*+]|\d{1,2}[.)])[ \t]+$")
_ITEM = re.compile(r"^\**(?P<name>[^:(,*–—]+?)\**(?:\s*[:(,–—]|\s+-\s|$)")
LONGEST_NAME = 5
"""Words."""


@dataclass(frozen=True, slots=True)
class NamedList:
    names: tuple[str, ...]
    quote: Unit
    """The piece of the page that shows it, with the line that leads to it."""


def asked(reading: Reading) -> str:
    """The question, where the subtask is to find the list that it is about."""
    return reading.text("question") if reading.text("subtask", "title") == TITLE else ""


def fitting(question: str, wanted: Wanted, passages: Sequence[Passage]) -> NamedList | None:
    """Cut to the number asked for; None where none fits, or several that differ do so alike.

    A longer list counts only where its order means something.
    """
    phrase = next((found for pattern in _ASKED if (found := pattern.search(question))), None)
    if phrase is None:
        return None
    number = phrase["count"].lower()
    count = NUMBERS.get(number) or int(number)
    fit = [(wanted.coverage(found.quote), found) for found in _lists(passages) if _fits(found, count, phrase)]
    top = max((score for score, _ in fit), default=0.0)
    best = [replace(found, names=found.names[:count]) for score, found in fit if score == top]
    return best[0] if len({found.names for found in best}) == 1 else None


def items(found: str, question: str, most: int) -> list[tuple[str, str]]:
    """What a look-up names, spread over at most so many subtasks: its label, else its longest enumeration."""
    labels = [label.split(", ") for label, _ in lines(clean(found)) if ", " in label]
    enumerations = [listed(match) for match in _ENUMERATION.findall(clean(found))]
    names = max(labels or enumerations, key=len, default=())
    groups = [names[n::most] for n in range(min(len(names), most))]
    return [(", ".join(group), f"Only {' and '.join(group)}: {question}") for group in groups] if len(names) > 1 else []


def _fits(found: NamedList, count: int, phrase: re.Match[str]) -> bool:
    around = vocabulary(f"{found.quote.text} {found.quote.passage.breadcrumb} {found.quote.heading}")
    measure = vocabulary(phrase["measure"])
    measure = next((group for group in _ALIKE if group & measure), measure)
    needed = vocabulary(
        " ".join([phrase["kind"], *map("".join, _BY.findall(phrase["rest"].partition(" according to ")[0]))])
    )
    ordered = len(found.names) == count or not _UNORDERED.search(found.quote.text)
    return bool(measure & around) and needed <= around and len(found.names) >= count and ordered


def _lists(passages: Sequence[Passage]) -> Iterator[NamedList]:
    """Enumerations within sentences, and points whose items are names."""
    for passage in sorted(passages, key=lambda passage: passage.chunk_id):
        around = units(passage)
        for unit in around:
            for match in _ENUMERATION.finditer(unit.text):
                yield NamedList(tuple(name.rstrip(".") for name in _SEPARATOR.split(match[0])), unit)
        for (is_point, _), group in groupby(around, key=lambda unit: (_is_point(unit), unit.heading)):
            points = list(group)
            names = [item["name"].strip(" .") if (item := _ITEM.match(point.text)) else "" for point in points]
            if is_point and len(names) > 1 and all(0 < len(name.split()) <= LONGEST_NAME for name in names):
                first = around[max(0, points[0].place - 1)]
                whole = joined(first if first.heading == points[0].heading else points[0], points[-1])
                yield NamedList(tuple(names), whole if len(whole.text) <= LONGEST else joined(points[0], points[-1]))


def _is_point(unit: Unit) -> bool:
    return bool(_POINT.search(unit.passage.text[max(0, unit.start - 6) : unit.start]))
