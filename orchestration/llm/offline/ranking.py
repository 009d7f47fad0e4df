"""Which sentences and rows answer: those with most of the question's words, the rarest counting most.

How rare a word is, the library itself says: a search for the word alone scores the lower, the commoner it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.units import Unit, joined, terms, units, vocabulary
from orchestration.values.words import STOP_WORDS, words

HEADED, TITLED = 1.0, 0.4
"""What a word counts in the heading above a sentence, and in the title of its page."""
CONTEXT = 0.35
"""What a word of the question before counts in a follow-up."""
ENOUGH, WIDE = 0.35, 0.2
"""Share of the question's weight that a quote and its headings have to hold; the latter when searching again."""
WORTH = 0.5
"""Of the best score: what scores less is about something else more often than not."""
MOST_QUOTES = 4
ROOM = 440
"""Characters to which a quote grows while its thought may go on."""
POWER = 0.6
ROW_CHARACTERS = 40
SHORT = 5
"""Words of a question that one quote may answer as a whole; a longer one has parts."""
FORM = 1.5
OPENING, BARE = 1.3, 4
"""On a few words, how their own section begins says more than a detail further down."""
_NO_QUANTITY = "do|does|did|can|could|to|is|are|was|were|should|would|will|i|we|you"
_FORMS = (
    (re.compile(rf"\bhow (?!(?:{_NO_QUANTITY})\b)\w+|\b(?:size|port|version|number)s?\b", re.I), re.compile(r"\d")),
    (re.compile(r"\bhow (?:do|can|could|should|would|to)\b", re.I), re.compile(r"`\S|\$ |\w\(|\s--?\w|\w_\w|::\s")),
)
_BACKWARD = re.compile(r"(?:its?|this|these|those|that|they|their|such|then|there|both|each|s?he|one)\b", re.I)


def english(text: str) -> bool:
    own = words(text)
    return 5 * sum(word in STOP_WORDS for word in own) >= len(own)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: the words of a question by their weight, of which the greatest is 1."""

    weights: Mapping[str, float]
    unknown: frozenset[str] = frozenset()
    """Words that are nowhere in the library."""
    room: int = ROOM
    form: re.Pattern[str] | None = None
    """What an answer looks like: a number where one is asked for, something to type where the question is how to."""

    @classmethod
    def of(cls, text: str, reading: Reading, *, context: str = "", room: int = 0) -> "Wanted":
        """`context` is what was asked before."""
        own = dict.fromkeys(terms(text))
        scores = {word: score for word in own if (score := reading.score_of(word)) is not None}
        top = max(scores.values(), default=0.0) or 1.0
        usual = sum(scores.values()) / len(scores) if scores else top
        weights = {word: ((scores.get(word, usual) or top) / top) ** POWER for word in own}
        unknown = frozenset(word for word, score in scores.items() if not score)
        if not english(text):  # of whose forms of words the library's index knows nothing
            weights = {word: weight for word, weight in weights.items() if word not in unknown} or weights
        before = {word: CONTEXT for word in terms(context) if word not in weights}
        form = next((form for asks, form in _FORMS if asks.search(text)), None)
        return cls(weights | before, unknown, room or ROOM, form)

    @property
    def rarest(self) -> str:
        """Of those that are in the library at all."""
        known = [word for word in self.weights if word not in self.unknown]
        return max(known, key=lambda word: self.weights[word], default="")

    @property
    def total(self) -> float:
        return sum(self.weights.values()) or 1.0

    def share(self, words: Iterable[str]) -> float:
        return sum(self.weights.get(word, 0.0) for word in words) / self.total

    def fits(self, unit: Unit) -> bool:
        return bool(self.form and self.form.search(unit.row or unit.text))

    def coverage(self, unit: Unit) -> float:
        own, section = vocabulary(unit.row or unit.text), vocabulary(unit.section)
        title = vocabulary(unit.passage.breadcrumb) - own - section
        return self.share(own) + HEADED * self.share(section - own) + TITLED * self.share(title)


@dataclass(frozen=True, slots=True)
class Found:
    score: float
    unit: Unit
    quote: Unit
    """Grown around the unit until the thought is complete."""


def ranked(wanted: Wanted, found: Iterable[Unit], least: float = ENOUGH, *, alone: bool = False) -> list[Found]:
    """Best first; without the sentences that hold nothing themselves and too little with what is around them.

    `alone`: without their neighbours.
    """
    fit = []
    least *= min(1.0, SHORT / len(wanted.weights)) if wanted.weights else 1.0
    for unit in found:
        if unit.prose and _touches(wanted, unit):
            quote = unit if alone else grown(unit, wanted)
            own, whole = wanted.coverage(unit), wanted.coverage(quote)
            score = (own + whole) / 2 * unit.passage.score * (FORM if wanted.fits(quote) else 1.0)
            if len(wanted.weights) <= BARE and not unit.place and wanted.weights.keys() & vocabulary(unit.section):
                score *= OPENING
            fit += [Found(score, unit, quote)] if whole >= least else []
    return sorted(fit, key=lambda found: (-found.score, found.unit.passage.chunk_id, found.unit.place))


def _touches(wanted: Wanted, unit: Unit) -> bool:
    return bool(wanted.weights.keys() & (vocabulary(unit.row or unit.text) | vocabulary(unit.section)))


def best(
    wanted: Wanted, found: Iterable[Unit], most: int = MOST_QUOTES, least: float = ENOUGH, *, alone: bool = False
) -> list[Unit]:
    """None of which repeats another."""
    chosen: list[Unit] = []
    scored = ranked(wanted, found, least, alone=alone)
    for one in scored:
        if one.score < WORTH * scored[0].score or len(chosen) == most:
            break
        if not any(_overlaps(one.quote, other) for other in chosen):
            chosen.append(one.quote)
    return chosen


def _overlaps(unit: Unit, other: Unit) -> bool:
    if unit.passage.chunk_id == other.passage.chunk_id and unit.start < other.end and other.start < unit.end:
        return True
    own, taken = vocabulary(unit.text), vocabulary(other.text)
    return 5 * len(own & taken) >= 4 * len(own)


def grown(unit: Unit, wanted: Wanted) -> Unit:
    """With what it points back to, what it leads to, and the neighbours for which there is room."""
    around = units(unit.passage)
    if unit.row:
        return _among_rows(unit, around)
    if unit.place >= len(around):
        return unit
    first = last = unit.place
    while _leads(around[last]) and _may(around, first, last + 1, 2 * wanted.room):
        last += 1
    if _points_back(around[first]) and _may(around, first - 1, last, 2 * wanted.room):
        first -= 1
    while True:
        after, before = _may(around, first, last + 1, wanted.room), _may(around, first - 1, last, wanted.room)
        if not (after or before):
            break
        held = vocabulary(unit.passage.text[around[first].start : around[last].end])
        gains = wanted.share(vocabulary(around[last + 1].text) - held) if after else -1.0
        if before and wanted.share(vocabulary(around[first - 1].text) - held) > gains:
            first -= 1
        else:
            last += 1
    while last > unit.place and _leads(around[last]):
        last -= 1
    return joined(around[first], around[last])


def _among_rows(unit: Unit, around: Sequence[Unit]) -> Unit:
    """Quoted with the rows next to it where it is too short to be found again."""
    first = last = unit.place
    while around[last].end - around[first].start < ROW_CHARACTERS:
        if last + 1 < len(around) and around[last + 1].row:
            last += 1
        elif first and around[first - 1].row:
            first -= 1
        else:
            break
    return replace(unit, start=around[first].start, end=around[last].end)


def _points_back(unit: Unit) -> bool:
    return bool(_BACKWARD.match(unit.text))


def _leads(unit: Unit) -> bool:
    return unit.text.endswith(":")


def _may(around: Sequence[Unit], first: int, last: int, room: int) -> bool:
    """Within one section, and what is no prose only where something leads to it."""
    if first < 0 or last >= len(around) or around[last].end - around[first].start > room:
        return False
    if around[first].heading != around[last].heading or around[first].row or around[last].row:
        return False
    return around[first].kind != "code" and (around[last].kind != "code" or _leads(around[last - 1]))
