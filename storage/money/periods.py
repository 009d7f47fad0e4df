"""When a day and a month begin. A period is a key computed from the time; nothing is ever reset."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from orchestration.values.errors import AskerError

MONTH = "month"
DAY = "day"
RUN = "run"
"""Of a run's own budget, which knows no period."""


class NoSuchPeriod(AskerError):
    """That is no period. Write a month as 2026-11 or a day as 2026-11-20."""


@dataclass(frozen=True, slots=True)
class Period:
    """`key` is `2026-11` or `2026-11-20`; `start` and `end` are its instants, the end outside."""

    key: str
    kind: str
    start: datetime
    end: datetime


def day_key(now: datetime, zone: ZoneInfo) -> str:
    return now.astimezone(zone).date().isoformat()


def key_of(day: str, kind: str) -> str:
    """The period of that kind in which a day lies; empty for a run's."""
    return {DAY: day, MONTH: day[:7], RUN: ""}[kind]


def period_of(key: str, zone: ZoneInfo) -> Period:
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", key, re.ASCII):
        raise NoSuchPeriod
    kind = DAY if len(key) == 10 else MONTH
    try:
        first = date.fromisoformat(key if kind == DAY else f"{key}-01")
        end = _next(first, kind)
    except (ValueError, OverflowError) as error:
        raise NoSuchPeriod from error
    return Period(key, kind, _midnight(first, zone), _midnight(end, zone))


def _next(first: date, kind: str) -> date:
    if kind == DAY:
        return date.fromordinal(first.toordinal() + 1)
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
