"""CSV, whatever separates its values: a table that is cut between rows."""

import csv
import io
from collections.abc import Callable, Iterator

from storage.converter.refused import Cause, Refused
from storage.converter.tables import sheet

LONGEST_CELL = 130_000
_DELIMITERS = ",;\t|"
_LOOKED_AT = 50  # lines


def text(words: str) -> Iterator[str]:
    """What is no table after all comes back as it is."""
    delimiter = _delimiter(words)
    if not delimiter:
        yield words
        return
    csv.field_size_limit(LONGEST_CELL)
    try:
        yield from sheet(csv.reader(io.StringIO(words, newline=""), delimiter=delimiter), level=2)
    except csv.Error:
        raise Refused(Cause.DAMAGED) from None


def _delimiter(words: str) -> str:
    """That of most lines, and of those the one that the lines have most of; empty where few have any."""
    lines = [line for line in words.splitlines()[:_LOOKED_AT] if line.strip()]
    best = max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in lines), sum(map(_many(mark), lines))))
    return best if 2 * sum(best in line for line in lines) > len(lines) else ""


def _many(mark: str) -> Callable[[str], int]:
    return lambda line: line.count(mark)
