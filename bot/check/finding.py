"""One thing that was looked at, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    GOOD = "✓"
    WRONG = "✗"
    UNUSED = "–"
    """Not set up or not to be found out; nothing is wrong with that."""


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    mark: Mark
    what: str
    fix: str = ""


def wrong_setting(line: str) -> Finding:
    name, _, rest = line.partition(": ")
    what, _, fix = rest.partition(". ")
    return Finding(name, Mark.WRONG, what, fix)
