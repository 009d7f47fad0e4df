"""The numbers and dates of a text, whichever way they are written.

The same are: 8,000, 8000 and eight thousand · 12 % and 0.12 · an hour and 60 minutes · 28 June 2019, 2019-06-28 and
Friday, June 28 · the 1990s and 1994 · 4.2 and 4.2.1. A date is two figures, its year and its day, since one text often
leaves out what another says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import isclose

from orchestration.evidence.forms import CITATION, one_form, written_out
from orchestration.values.words import STOP_WORDS, stem

YEAR, DAY, TIME, VERSION = "year", "day", "time", "version"
SMALL = 10
"""Number words up to ten are how people write; nothing is missing where they are."""
LONGEST = 40
"""Characters of a number that is read as one; a longer one is compared as it is written."""
FAR = 0.2
"""In parts of a number, how far one may be that is said to be about it."""

_MONTHS_TEXT = """
    january jan januar janvier enero | february feb februar février febrero | march mar märz mars marzo
    | april apr avril abril | may mai mayo | june jun juni juin junio | july jul juli juillet julio
    | august aug août agosto | september sept sep septembre septiembre | october oct oktober okt octobre octubre
    | november nov novembre noviembre | december dec dezember dez décembre diciembre
"""
_MONTHS = {name: n for n, names in enumerate(_MONTHS_TEXT.split("|"), start=1) for name in names.split()}
_DAYS_TEXT = "monday tuesday wednesday thursday friday saturday sunday"
_ONES_TEXT = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
"""
_ORDINALS_TEXT = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth"
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SUFFIXES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, **_SCALES}
_VALUES: dict[str, float] = {
    **{word: n for n, word in enumerate(_ONES_TEXT.split())},
    **{word: n for n, word in enumerate(_ORDINALS_TEXT.split())},
    **{word: 10 * n for n, word in enumerate(_TENS_TEXT.split(), start=2)},
    **{"dozen": 12, "half": 0.5},
}
WORDS = frozenset((*_MONTHS, *_DAYS_TEXT.split(), *_VALUES, *_SCALES))
"""What dates and numbers are written with."""
_SECONDS = {"ms": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "min": 60, "minut": 60, "h": 3600}
_SECONDS |= {"hr": 3600, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_104_000}
"""By stem. A month counts thirty days and a year twelve of those, so that 12 months and a year agree."""

_UNITS_TEXT = """
    $ dollar usd | € euro eur | £ pound gbp | ¥ yen jpy | ₹ rupe inr
    & kb kib kilobyt | mb mib megabyt | gb gib gigabyt | tb tib terabyt
    & mm millimet | cm centimet | km kilomet | mile mi
    & % percent | percentag point
"""
_UNITS = {
    name: (dimension, n)
    for dimension, units in enumerate(_UNITS_TEXT.split("&"))
    for n, names in enumerate(units.split("|"))
    for name in names.split()
}
"""Of what is measured, which unit: ten of one is not ten of another."""

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_DATES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\d.-])(?P<year>[12]\d{3})[-/.](?P<number>[01]?\d)[-/.](?P<day>[0-3]?\d)(?!\d)",
        rf"(?<![\d.-])(?P<day>[0-3]?\d)\.\s?(?P<number>[01]?\d)\.\s?{_YEAR}",
        rf"(?<![\d/])(?P<number>[0-3]?\d)/(?P<day>[0-3]?\d)/{_YEAR}",
        rf"(?<![\d.]){_DAY}\s+(?:of\s+|de\s+)?{_MONTH}(?:,?\s+(?:of\s+|de\s+)?{_YEAR})?(?!\w)",
        rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?(?![\d.,]\d|\d|\s*%)",
        rf"\b{_MONTH},?\s+(?:of\s+|de\s+)?{_YEAR}",
    )
)
_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)[\s-]century\b", re.IGNORECASE)
_SINGLE = re.compile(rf"\b(?:an?|per|every|each)\s+({'|'.join((*_SCALES, *_SECONDS))}|minute)\b", re.IGNORECASE)
_ANY = "|".join((*_VALUES, *_SCALES))
_SPELLED = re.compile(rf"\b(?:{'|'.join(_VALUES)})(?:[\s-]+(?:and\s+)?(?:{_ANY}))*\b", re.IGNORECASE)
_ANY_AT_ALL = re.compile(rf"\d|{_SPELLED.pattern}|{_SINGLE.pattern}", re.IGNORECASE)
_SAID_SMALL = "\ue000"
_FIGURE = re.compile(
    r"(?P<about>\b(?:about|around|approximately|roughly|nearly|almost|some|over|under|than|least|most|up to|circa|ca\.?"
    r"|close to|etwa|rund|fast|environ)\s+(?=\S*\d)|[~≈<>≥≤]\s*)?"
    rf"(?<![\w.])(?P<small>{_SAID_SMALL})?(?P<money>[$€£¥₹])?(?P<v>v\.?)?"
    r"(?P<digits>\d{1,3}(?:[,.'\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    rf"(?P<decade>s\b)?(?:(?:st|nd|rd|th)\b|[\s-]?(?P<suffix>{'|'.join(_SUFFIXES)})\b)?"
    r"(?:\s*(?P<percent>%|per\s?cent\b|pct\b))?(?:[\s-]*(?P<unit>[^\W\d_]+))?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?")
_POINTED = re.compile(r"\d+(?:\.\d+)*")
_NAMED = re.compile(r"(?:\b[Vv]ersion|\b[Rr]elease|\b[A-Z][\w+#-]*)\s$")
_BEFORE = re.compile(r"([^\W\d_]+)[\s=:`]*$")
_NOISE = re.compile(rf"{CITATION}|https?://\S+|^[ \t]*\d{{1,2}}[.)][ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Figure:
    text: str
    kind: str
    """Year, day, time, version, or the stem of what the number counts; empty where nobody can tell."""
    spans: tuple[tuple[float, float], ...]
    """Its readings, each from and to: `1.000` is a thousand or one, the 1990s are ten years, June thirty days."""
    small: bool = False
    about: bool = False
    parts: tuple[str, ...] = ()
    """Of a version."""

    def agrees(self, other: "Figure") -> bool:
        """Whether the other says this one too; 4.2.1 says 4.2."""
        if (self.kind == DAY) != (other.kind == DAY) or (self.measures(other) and self.unit != other.unit):
            return False
        if self.text == other.text:
            return True
        if VERSION in (self.kind, other.kind) and self.parts and other.parts:
            said = other.parts[: len(self.parts)] if self.kind == VERSION else other.parts
            return self.parts == said
        return any(
            (low <= last and first <= high)
            or isclose(low, first)
            or (self.about and _rounded(low, first))
            or (other.about and _rounded(first, low))
            for low, high in self.spans
            for first, last in other.spans
        )

    def measures(self, other: "Figure") -> bool:
        """Whether both are of one kind, if in other units."""
        if self.unit and other.unit:
            return self.unit[0] == other.unit[0]
        return self.kind == other.kind != ""

    @property
    def unit(self) -> tuple[int, int] | None:
        return _UNITS.get(self.kind)


def _rounded(about: float, exact: float) -> bool:
    """Whether it is the other with fewer digits, and not far from it."""
    step = 10.0 ** int(Decimal(f"{about:.12g}").normalize().as_tuple().exponent)
    return abs(about - exact) < step and abs(about - exact) <= abs(exact) * FAR


@lru_cache(maxsize=4096)
def figures_of(text: str) -> tuple[Figure, ...]:
    """Kept for a while: the statements of a report rest on the same few pages."""
    found: list[Figure] = []
    text = one_form(text)
    if not _ANY_AT_ALL.search(text):
        return ()
    text = written_out(_NOISE.sub(" ", text))

    def take(match: re.Match[str]) -> str:
        found.extend(dates := list(_date(match)))
        return " " if dates else match[0]

    for form in _DATES:
        text = form.sub(take, text)
    for century in _CENTURY.finditer(text):
        last = 100 * int(century[1])
        found.append(Figure(century[0], YEAR, ((last - 99, last),)))
    text = _SPELLED.sub(_in_digits, _SINGLE.sub(r"one \1", _CENTURY.sub(" ", text)))
    found.extend(map(_number, _FIGURE.finditer(text)))
    return tuple(found)


def _date(match: re.Match[str]) -> Iterator[Figure]:
    parts = match.groupdict()
    name, day, year = parts.get("month"), int(parts.get("day") or 0), parts.get("year")
    if name and name.islower() and name in ("may", "march", "mar", "sep", "dec") and not year:
        return  # version 5 may break
    month = _MONTHS[name.lower()] if name else int(parts["number"])
    if month > 12 >= day:
        month, day = day, month
    if not 1 <= month <= 12 or day > 31:
        return
    if year:
        yield Figure(year, YEAR, ((int(year), int(year)),))
    either = [(month, day), (day, month)] if "/" in match[0] and 1 <= day <= 12 else [(month, day)]
    yield Figure(match[0].strip(), DAY, tuple((100 * m + d, 100 * m + (d or 31)) for m, d in either))


def _in_digits(match: re.Match[str]) -> str:
    total = current = 0.0
    for word in re.split(r"[\s-]+(?:and\s+)?", match[0].lower()):
        if word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0
        else:
            current += _VALUES[word]
    value = total + current
    return f"{_SAID_SMALL if value <= SMALL else ''}{value:.15g}"


def _number(match: re.Match[str]) -> Figure:
    digits, suffix, percent = match["digits"], (match["suffix"] or "").lower(), bool(match["percent"])
    about, small = bool(match["about"]), bool(match["small"]) and not percent
    text = match.string[match.start("money" if match["money"] else "digits") : match.end("digits")]
    if match["decade"] and digits.isdecimal() and len(digits) in (2, 4):
        first = int(digits) + (1900 if len(digits) == 2 else 0)
        return Figure(f"{text}s", YEAR, ((first, first + (99 if first % 100 == 0 and first < 2000 else 9)),))
    if len(digits) > LONGEST:
        return Figure(text, "", ())
    parts = tuple(re.sub(r"(?:\.0)+$", "", digits).split(".")) if _POINTED.fullmatch(digits) else ()
    values = [value * _SUFFIXES.get(suffix, 1) for value in _readings(digits)]
    kind = match["money"] or ("%" if percent else _counted(match))
    if _is_version(match):
        return Figure(text, VERSION, tuple((v, v) for v in values if len(parts) == 1), parts=parts)
    if percent:
        values += [value / 100 for value in values]
        text += "%"
    elif suffix:
        text += f" {suffix}"
    elif kind in _SECONDS:
        text, values, kind = f"{text} {match['unit']}", [v * _SECONDS[kind] for v in values], TIME
    elif re.fullmatch(r"1[1-9]\d\d|20\d\d", digits):
        kind = YEAR
    return Figure(text, kind, tuple((v, v) for v in values), small, about, parts)


def _is_version(match: re.Match[str]) -> bool:
    digits = match["digits"]
    if match["v"] or "." not in digits or match["percent"] or match["suffix"] or match["money"]:
        return bool(match["v"])
    before = match.string[max(0, match.start("digits") - 30) : match.start("digits")]
    return (digits.count(".") > 1 and not _GROUPED.fullmatch(digits)) or bool(_NAMED.search(before))


def _counted(match: re.Match[str]) -> str:
    """The word that follows the number, or where none does, the one before it: status 404."""
    unit = (match["unit"] or "").lower()
    if unit and unit not in STOP_WORDS:
        return stem(unit)
    before = _BEFORE.search(match.string, max(0, match.start("digits") - 30), match.start("digits"))
    telling = before and not match["about"] and before[1].lower() not in STOP_WORDS
    return f"{stem(before[1].lower())} …" if before and telling else ""


def _readings(digits: str) -> list[float]:
    plain = re.sub(r"[ '\u202f]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        return [float(plain.replace(",", ""))]
    if _GROUPED.fullmatch(plain):
        return [float(plain.replace(".", "").replace(",", "."))]
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain):
        return [float(plain), float(plain.replace(".", ""))]
    if plain.count(",") == 1 and "." not in plain:
        return [float(plain.replace(",", "."))]
    return [float(part) for part in plain.split(",") if re.fullmatch(r"\d+(?:\.\d+)?", part)]
