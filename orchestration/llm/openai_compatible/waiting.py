"""How long an endpoint asks to be left alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_COUNTED = ("requests", "tokens")


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds, by the most exact header there is; None where none says anything."""
    found = _number(headers.get("retry-after-ms"))
    if found is not None:
        return found / 1000
    after = headers.get("retry-after")
    for read in (_number, lambda value: _until(value, headers.get("date"))):
        if (seconds := read(after)) is not None:
            return seconds
    return _reset(headers)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return max(0.0, number) if number < float("inf") else None


def _until(value: str | None, date: str | None) -> float | None:
    """By the endpoint's own clock where it shows one."""
    try:
        then = parsedate_to_datetime(value or "")
        now = parsedate_to_datetime(date) if date else datetime.now(UTC)
        return max(0.0, (then - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _reset(headers: Mapping[str, str]) -> float | None:
    """Until what is used up is there again; where no header says what that is, the sooner of the two."""
    waits = {name: _duration(headers.get(f"x-ratelimit-reset-{name}")) for name in _COUNTED}
    known = {name: wait for name, wait in waits.items() if wait is not None}
    used_up = [wait for name, wait in known.items() if headers.get(f"x-ratelimit-remaining-{name}") == "0"]
    return max(used_up) if used_up else min(known.values(), default=None)


def _duration(value: str | None) -> float | None:
    """`1s`, `6m0s`, `250ms` or a bare number of seconds."""
    if (number := _number(value)) is not None:
        return number
    parts = _DURATION.findall(value or "")
    if not parts or "".join(f"{n}{unit}" for n, unit in parts) != (value or "").strip():
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
