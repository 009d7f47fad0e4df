"""Dates in a text, whichever way round and however much of them is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar février fevrier febrero",
            "march mar märz maerz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août aout agosto",
            "september sept sep septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre decembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
MONTHS = frozenset(_MONTHS)
_ALSO_WORDS = frozenset(["may", "march", "mar", "mai", "sep", "dec", "jan", "jun"])
"""Written small these are no months: version 5 may break."""
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>[12]\d{3})(?![\d.]\d|\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?"
_DIGIT = re.compile(r"\d")
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\d.-]){_YEAR}-(?P<number>[01]\d)-(?P<day>[0-3]\d)(?!\d)",
        rf"(?<![\d.-]){_YEAR}[/.](?P<number>[01]?\d)[/.](?P<day>[0-3]?\d)(?!\d)",
        rf"(?<![\d.-])(?P<day>[0-3]?\d)\.\s?(?P<number>[01]?\d)\.\s?{_YEAR}",
        rf"(?<![\d/])(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)/{_YEAR}",
        rf"(?<![\d.]){_DAY}\s+(?:of\s+|de\s+)?{_MONTH},?\s+(?:of\s+|de\s+)?{_YEAR}",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"\b{_MONTH},?\s+(?:of\s+|de\s+)?{_YEAR}",
        rf"(?<![\d.]){_DAY}\s+(?:of\s+|de\s+)?{_MONTH}(?!\w)",
        rf"\b{_MONTH}\s+{_DAY}(?![\d.,]\d|\d|\s*%)",
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    text: str
    year: int | None
    month: int
    day: int | None
    turned: int | None = None
    """The month where `day` and `month` may also be read the other way round."""

    def agrees(self, other: "Date") -> bool:
        """Whether `other` says all that this one says; it may say more."""
        if self.year is not None and self.year != other.year:
            return False
        return any(
            month == theirs and (day is None or day == their_day)
            for month, day in self._readings()
            for theirs, their_day in other._readings()
        )

    def _readings(self) -> list[tuple[int, int | None]]:
        return [(self.month, self.day), *([(self.turned, self.month)] if self.turned else [])]


def taken_out(text: str) -> tuple[list[Date], str]:
    """The dates, and the text with spaces in their place."""
    found: list[Date] = []
    if not _DIGIT.search(text):
        return found, text

    def take(match: re.Match[str]) -> str:
        date = _date(match)
        if date is None:
            return match[0]
        found.append(date)
        return " " * len(match[0])

    for form in _FORMS:
        text = form.sub(take, text)
    return found, text


def numbers_in(dates: list[Date]) -> Iterator[int]:
    """What a text that names less than the whole date may say of it."""
    for date in dates:
        yield from (part for part in (date.year, date.day) if part is not None)


def _date(match: re.Match[str]) -> Date | None:
    parts = match.groupdict()
    if parts.get("month") in _ALSO_WORDS:
        return None
    year = int(parts["year"]) if parts.get("year") else None
    turned: int | None = None
    day: int | None
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        month, day = (second, first) if first > 12 else (first, second)
        turned = day if day <= 12 else None
    else:
        month = int(parts["number"]) if parts.get("number") else _MONTHS[parts["month"].lower()]
        day = int(parts["day"]) if parts.get("day") else None
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return Date(match[0].strip(), year, month, day, turned)
