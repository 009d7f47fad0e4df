"""Numbers of a statement that its passage does not state, in whichever way either writes them.

Folded: thousands separators and decimal commas, scale words (1k, 1.5 million), number words, percent and share,
durations in other units, versions by their parts, dates in any order, and rounding where the statement says "about".
A number word up to ten is looked for only where the passage counts the same thing with another number: "two kinds"
is how people write, and no figure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from orchestration.evidence.dates import Date, numbers_in, taken_out
from orchestration.evidence.forms import CITATION, one_form, written_out
from orchestration.evidence.units import units_of

_NAMES = re.compile(r"[a-z]+")
_UNITS = {
    word: number
    for number, word in enumerate(
        _NAMES.findall(
            """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
            seventeen eighteen nineteen"""
        )
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(_NAMES.findall("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SUFFIXES = {"k": 10**3, "K": 10**3, "M": 10**6, "mn": 10**6, "bn": 10**9, "G": 10**9}
_SHARES = {"half": "0.5", "quarter": "0.25", "fifth": "0.2", "tenth": "0.1", "twentieth": "0.05", "hundredth": "0.01"}
_OTHERS = {"dozen": Decimal(12), **{word: Decimal(share) for word, share in _SHARES.items()}}
SMALL = 10
_SECONDS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds", "msec"), Decimal("0.001")),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Decimal(1)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), Decimal(60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Decimal(3600)),
    **dict.fromkeys(("day", "days"), Decimal(86_400)),
    **dict.fromkeys(("week", "weeks"), Decimal(604_800)),
    **dict.fromkeys(("month", "months"), Decimal(2_592_000)),
    **dict.fromkeys(("year", "years"), Decimal(31_104_000)),
}
"""A month counts thirty days and a year twelve of those, so that 12 months and a year agree."""

_WORDS = "|".join((*_UNITS, *_TENS, *_SCALES, *_OTHERS))
_NUMBER_WORDS = re.compile(
    r"(?<![\d.])(?<!\d[\s-])\b(?:an?\s+(?=hundred|thousand|million|billion|dozen))?"
    rf"(?:{_WORDS})(?:(?:\s+and\s+|[\s-]+)(?:{_WORDS}))*\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![\w.])(?P<version>[vV](?:ersion\s)?\.?\s?)?"
    r"(?P<digits>\d{1,3}(?:[ '\u202f]\d{3}){1,5}(?![\d.,]*\d)|\d+(?:[.,]\d+)*)"
    r"(?:(?:st|nd|rd|th)\b|(?P<suffix>[kK]|M|mn|bn|G)\b|\s*(?P<percent>%|per\s?cent\b|percent\b|pct\b|percentage\b))?"
    r"(?:[\s-]*(?P<unit>[^\W\d_]+))?"
)
_POINTED = re.compile(r"\d+(?:\.\d+)*")
_NAMED_VERSION = re.compile(r"(?:\b(?:version|release|v)\.?\s*|[A-Z][\w.+#-]*\s)$")
_HEDGE = re.compile(
    r"(?:\b(?:about|around|approximately|roughly|nearly|almost|some|over|under|more than|less than|at least|at most|"
    r"up to|circa|ca\.?|close to|just|estimated|etwa|rund|fast|environ)\s+(?:\w+\s+)?|[~≈<>≥≤]\s*)\$?$",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[\s-]*([^\W\d_]+)")
_ARTICLE = re.compile(r"\b(?:an?|per|every|each|one)\s+([^\W\d_]+)", re.IGNORECASE)
_COUNTS_NOTHING = frozenset(
    (
        "",
        *_NAMES.findall("of is are was or and to in the that which with from have has than more other another can may"),
    )
)
"""Behind a number word these do not say what it counts."""
_NOISE = re.compile(rf"{CITATION}|https?://\S+|^[ \t]*\d{{1,2}}[.)][ \t]+", re.MULTILINE)
_MINUS = re.compile(r"(?<!\d\s)(?<![^\s(\[=])[-−–]$")
_DOWN = re.compile(
    r"\b(?:f[ae]ll\w*|drop\w*|declin\w*|decreas\w*|down\w*|los[st]\w*|below|minus|negativ\w*|under|less|lower\w*"
    r"|shr[aiu]nk\w*|reduc\w*|cut\w*|slump\w*|deficit\w*|contract\w*|plung\w*|sank|slid|gefallen|gesunken)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    text: str
    values: frozenset[Decimal]
    """The readings: `1.000` is a thousand or one, 12 % is also 0.12."""
    unit: str = ""
    """The word behind it, without a plural."""
    parts: tuple[int, ...] = ()
    """Between its points, without zeros at the end."""
    version: bool = False
    seconds: Decimal | None = None
    hedged: bool = False
    small: bool = False
    """A number word up to ten."""
    counted: frozenset[str] = frozenset()
    """What it counts, as `units.units_of` tells it."""
    below: bool = False
    """Behind a minus."""
    falls: bool = False
    """Near a word that says as much as a minus."""


@dataclass(frozen=True, slots=True)
class _Known:
    dates: tuple[Date, ...]
    figures: tuple[Figure, ...]
    loose: frozenset[Decimal]
    """Years and days of the dates, which may be all that is said of them."""


def missing_figures(statement: str, passage: str) -> list[str]:
    """The statement's numbers and dates that the passage does not state, as the statement writes them."""
    dates, figures = _stated(statement)
    if not dates and not figures:
        return []
    known = _read(passage)
    missing = [date.text for date in dates if not any(date.agrees(other) for other in known.dates)]
    missing += [figure.text for figure in figures if not _stands(figure, known)]
    return list(dict.fromkeys(missing))


def figures_in(statement: str) -> int:
    """How many numbers and dates a statement makes itself responsible for."""
    dates, figures = _stated(statement)
    return len(dates) + sum(not figure.small for figure in figures)


@lru_cache(maxsize=1024)
def _stated(statement: str) -> tuple[tuple[Date, ...], tuple[Figure, ...]]:
    """Kept for a while: a statement is asked for its numbers by each check in turn."""
    dates, rest = taken_out(written_out(_NOISE.sub(" ", one_form(statement))))
    return tuple(dates), tuple(_figures(rest))


@lru_cache(maxsize=64)
def _read(passage: str) -> _Known:
    """Kept for a while: the statements of one report rest on the same few pages."""
    dates, rest = taken_out(written_out(one_form(passage)))
    loose = frozenset(Decimal(number) for number in numbers_in(dates))
    return _Known(tuple(dates), (*_figures(rest), *_single_ones(rest)), loose)


def _stands(figure: Figure, known: _Known) -> bool:
    if figure.small:
        same = [other for other in known.figures if other.unit == figure.unit and figure.unit not in _COUNTS_NOTHING]
        return not same or any(figure.values & other.values for other in same)
    return bool(figure.values & known.loose) or any(_agree(figure, other) for other in known.figures)


def _agree(figure: Figure, other: Figure) -> bool:
    if figure.counted and other.counted and not figure.counted & other.counted:
        return False
    if figure.below and not (other.below or other.falls):
        return False
    if figure.parts and other.parts and (figure.version or other.version):
        # 4.2 is said of 4.2.1 too, but four of something is not.
        less = figure.version or len(figure.parts) > 1
        return (other.parts[: len(figure.parts)] if less else other.parts) == figure.parts
    if figure.seconds is not None and other.seconds is not None:
        return figure.seconds == other.seconds or (figure.hedged and _rounded(figure.seconds, other.seconds))
    if figure.values & other.values:
        return True
    return figure.hedged and any(_rounded(a, b) for a in figure.values for b in other.values)


def _rounded(about: Decimal, exact: Decimal) -> bool:
    """Whether `about` is `exact` with fewer digits, rounded either way."""
    if not about or not exact:
        return False
    step = Decimal(10) ** (about.normalize().adjusted() - len(about.normalize().as_tuple().digits) + 1)
    return abs(about - exact) < step and abs(about - exact) <= abs(exact) / 5


def _figures(text: str) -> Iterator[Figure]:
    for found in _FIGURE.finditer(text):
        yield _figure(found)
    for found in _NUMBER_WORDS.finditer(text):
        yield _of_words(found)


def _single_ones(text: str) -> Iterator[Figure]:
    """`an hour`, `every minute`."""
    for found in _ARTICLE.finditer(text):
        seconds = _SECONDS.get(found[1].lower())
        if seconds is not None:
            yield Figure(found[0], frozenset(), unit=_singular(found[1]), seconds=seconds)


def _figure(found: re.Match[str]) -> Figure:
    digits, before = found["digits"], found.string[max(0, found.start() - 30) : found.start()]
    word = found["unit"] or ""
    if _is_version(found, before):
        return Figure((found["version"] or "") + digits, frozenset(), _singular(word), _parts(digits), version=True)
    unit = word.lower()
    scale = _SUFFIXES.get(found["suffix"] or "", _SCALES.get(unit, 1))
    if unit == "m" and before.endswith(("$", "€", "£", "¥", "₹")):
        scale = 10**6  # else metres or minutes
    values = {value * scale for value in _readings(digits)}
    if found["percent"]:
        values |= {value / 100 for value in values}
    seconds = _SECONDS.get(unit) if not found["percent"] and scale == 1 else None
    last = "percent" if found["percent"] else "unit" if unit in _SECONDS or unit in _SCALES else "digits"
    return Figure(
        " ".join(found.string[found.start() : found.end(last)].split()) + (found["suffix"] or ""),
        frozenset(values),
        _singular(word),
        () if found["percent"] or scale != 1 else _parts(digits),
        seconds=None if seconds is None else seconds * min(values),
        hedged=bool(_HEDGE.search(before)),
        counted=units_of(found.string, found.start(), found.end("digits")),
        below=bool(_MINUS.search(before)),
        falls=bool(_DOWN.search(found.string[max(0, found.start() - 60) : found.end() + 60])),
    )


def _parts(digits: str) -> tuple[int, ...]:
    parts = [int(part) for part in digits.split(".")] if _POINTED.fullmatch(digits) else []
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _is_version(found: re.Match[str], before: str) -> bool:
    digits = found["digits"]
    if not _POINTED.fullmatch(digits) or found["percent"] or found["suffix"]:
        return False
    return bool(found["version"]) or digits.count(".") > 1 or ("." in digits and bool(_NAMED_VERSION.search(before)))


def _singular(word: str) -> str:
    word = word.lower()
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _readings(digits: str) -> set[Decimal]:
    plain = re.sub(r"[ '\u202f]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        return {Decimal(plain.replace(",", ""))}
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", plain):
        return {Decimal(plain.replace(".", "").replace(",", "."))}
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain):
        return {Decimal(plain), Decimal(plain.replace(".", ""))}
    if plain.count(",") == 1 and "." not in plain:
        return {Decimal(plain.replace(",", "."))}
    return {Decimal(part) for part in plain.split(",") if re.fullmatch(r"\d+(?:\.\d+)?", part)}


def _of_words(found: re.Match[str]) -> Figure:
    words = [word for word in re.split(r"[\s-]+", found[0].lower()) if word not in ("and", "a", "an")]
    value = _value(words)
    behind = _BEHIND.match(found.string, found.end())
    unit = behind[1].lower() if behind else ""
    percent = unit in ("percent", "per", "pct")
    seconds = _SECONDS.get(unit)
    values = {value, *([value / 100] if percent else ()), *([value * 100] if value < 1 else ())}
    return Figure(
        f"{found[0]} {unit}" if percent or seconds else found[0],
        frozenset(values),
        _singular(unit),
        seconds=None if seconds is None else seconds * value,
        hedged=bool(_HEDGE.search(found.string[max(0, found.start() - 30) : found.start()])),
        small=value <= SMALL and not percent and seconds is None and len(words) == 1,
    )


def _value(words: Sequence[str]) -> Decimal:
    total = current = Decimal(0)
    for word in words:
        if word in _OTHERS:
            current = (current or Decimal(1)) * _OTHERS[word]
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in _SCALES:
            total += (current or Decimal(1)) * _SCALES[word]
            current = Decimal(0)
        else:
            current += _UNITS.get(word, _TENS.get(word, 0))
    return total + current
