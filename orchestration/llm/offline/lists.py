"""Which list answers "the three largest …": chosen by its measure, its kind, its number and the names around it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestration.llm.offline.aspects import listed
from orchestration.llm.offline.reading import Reading, lines
from orchestration.llm.offline.sentences import MOST_CHARACTERS, Sentence, sentences, vocabulary
from orchestration.values.domain import Passage
from orchestration.values.text import clean

TITLE = "The list"
"""Of the subtask that asks for one."""
NUMBERS = {
    word: n for n, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=2)
}
_COUNT = rf"(?P<count>{'|'.join(NUMBERS)}|\d{{1,2}})"
_MEASURE = r"(?:(?:most|least)\s+\w+|best|worst|main|major|leading|top|\w{3,}est)"
_WANTED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_COUNT}\s+(?:\w+\s+){{0,2}}?(?P<measure>{_MEASURE})\s+(?P<kind>[^?.!,;\n]{{2,120}})",
        rf"\b(?P<measure>top)[\s-]+{_COUNT}\s+(?P<kind>[^?.!,;\n]{{2,120}})",
    )
)
_SUPERLATIVE = re.compile(rf"\b{_MEASURE}\b", re.IGNORECASE)
ALIKE = (vocabulary("largest biggest greatest"), vocabulary("top leading best main major"))
_PREPOSITION = re.compile(r"\s+(?:of|by|in|for|on|at|from|to|with|across|worldwide)\s+", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(.+?)(?=\s+(?:of|in|for|on|at|from|to|with|and)\s|$)", re.IGNORECASE)
_SOURCE = re.compile(r"\baccording\s+to\s+(?:the\s+|our\s+)?(?P<source>[^?.!,;\n]{2,80})", re.IGNORECASE)
_UNORDERED = re.compile(r"\balphabetical|\bno\s+particular\s+order|\bunordered\b", re.IGNORECASE)
_NAME = r"[A-Z][\w.+&-]*(?:\s+[A-Z][\w.+&-]*){0,3}"
ENUMERATION = re.compile(rf"\b{_NAME}(?:\s*,\s*(?:and\s+)?{_NAME})*\s*,?\s+and\s+{_NAME}")
_SEPARATOR = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
_POINT = re.compile(r"^[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+(?P<item>\S.*)$")
_ITEM = re.compile(r"^\**(?P<name>[^:(,*–—]+?)\**(?:\s*[:(,–—]|\s+-\s|$)")
_HEADING = re.compile(r"^#{1,6}\s+")
LONGEST_NAME = 5
"""Words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    phrase: str
    count: int
    measure: frozenset[str]
    kind: frozenset[str]
    """Words for the things themselves, of which the list must have one."""
    names: frozenset[str]
    """Places and other names in the phrase: the list must have all."""
    by: frozenset[str]
    """What it is measured by, where that is said: the list must have one."""
    source: frozenset[str]
    """The page that the question names."""


@dataclass(frozen=True, slots=True)
class NamedList:
    names: tuple[str, ...]
    lead: str
    """What stands before it: the sentence it is part of, or the line above it."""
    sentence: Sentence
    """The piece of the page that shows it."""

    @property
    def around(self) -> frozenset[str]:
        return vocabulary(f"{self.lead} {self.sentence.headings}")


def wanted(question: str) -> Wanted | None:
    """None where the question asks for no number of a kind."""
    found = next((match for pattern in _WANTED if (match := pattern.search(question))), None)
    if found is None:
        return None
    count, measure, kind = found["count"].lower(), found["measure"], found["kind"].partition(" according to ")[0]
    own = vocabulary(measure)
    by, source = _BY.search(kind), _SOURCE.search(question)
    return Wanted(
        phrase=f"the {' '.join(found[0].partition(' according to ')[0].split())}",
        count=NUMBERS.get(count) or int(count),
        measure=next((group for group in ALIKE if group & own), own),
        kind=vocabulary(_PREPOSITION.split(kind)[0]),
        names=vocabulary(" ".join(re.findall(r"\b[A-Z][\w-]*", kind))),
        by=vocabulary(by[1]) if by else frozenset(),
        source=vocabulary(source["source"]) if source else frozenset(),
    )


def asked(reading: Reading) -> Wanted | None:
    """What a worker is to look up, where its subtask is to find the list."""
    return wanted(reading.text("question")) if reading.text("subtask", "title") == TITLE else None


def fitting(want: Wanted, passages: Sequence[Passage]) -> NamedList | None:
    """The one list that fits, cut to the number asked for; None where none does, or several that differ do so alike.

    A longer list counts only where its order means something.
    """
    fit = [(_score(want, found), found) for found in lists(passages) if _fits(want, found)]
    best = [found for score, found in fit if score == max(score for score, _ in fit)]
    names = {found.names[: want.count] for found in best}
    return NamedList(names.pop(), best[0].lead, best[0].sentence) if len(names) == 1 else None


def items(found: str, question: str, most: int) -> list[tuple[str, str]]:
    """What a look-up names, spread over at most so many subtasks: its label, else its longest enumeration."""
    labels = [label.split(", ") for label, _ in lines(clean(found)) if ", " in label]
    enumerations = [listed(match) for match in ENUMERATION.findall(clean(found))]
    names = max(labels or enumerations, key=len, default=())
    groups = [names[n::most] for n in range(min(len(names), most))]
    return [(", ".join(group), f"Only {' and '.join(group)}: {question}") for group in groups] if len(names) > 1 else []


def lists(passages: Sequence[Passage]) -> Iterator[NamedList]:
    """Enumerations within sentences, and lists of points whose items are names."""
    for sentence in sentences(passages):
        for match in ENUMERATION.finditer(sentence.text):
            names = (name.rstrip(".") for name in _SEPARATOR.split(match[0]))
            yield NamedList(tuple(names), sentence.text, sentence)
    for passage in sorted(passages, key=lambda passage: passage.chunk_id):
        yield from _points(passage)


def _points(passage: Passage) -> Iterator[NamedList]:
    lead, heading, start, place = "", "", 0, 0
    items: list[str] = []
    for line in [*passage.text.splitlines(keepends=True), ""]:
        point = _POINT.match(line.rstrip())
        if point:
            items.append(point["item"])
        elif line.strip() or not line:
            if found := _named(items):
                text = passage.text[start:place].strip()
                yield NamedList(found, lead, Sentence(text, passage, 0, f"{passage.breadcrumb} {heading}", False))
            items, lead, start = [], line.strip(), place
            heading = lead if _HEADING.match(lead) else heading
        place += len(line)


def _named(items: Sequence[str]) -> tuple[str, ...]:
    """Empty where an item is more than a name."""
    matches = [_ITEM.match(item.strip()) for item in items]
    names = [match["name"].strip(" .") if match else "" for match in matches]
    short = all(0 < len(name.split()) <= LONGEST_NAME for name in names)
    return tuple(names) if len(names) >= 2 and short and sum(map(len, items)) <= MOST_CHARACTERS else ()


def _fits(want: Wanted, found: NamedList) -> bool:
    around, said = found.around, vocabulary(" ".join(_SUPERLATIVE.findall(f"{found.lead} {found.sentence.section}")))
    longer = len(found.names) > want.count
    return (
        bool(want.measure & said)
        and bool(want.kind & around)
        and want.names <= around
        and (not want.by or bool(want.by & around))
        and want.source <= vocabulary(found.sentence.passage.breadcrumb)
        and len(found.names) >= want.count
        and not (longer and _UNORDERED.search(found.lead))
    )


def _score(want: Wanted, found: NamedList) -> tuple[int, int]:
    """Words in common, then whether the list has just the number asked for."""
    words = want.kind | want.names | want.by
    return len(words & found.around), int(len(found.names) == want.count)
