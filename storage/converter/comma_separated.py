"""CSV, whatever separates its values: a table that is cut between rows."""

import csv
import io
from collections.abc import Iterator

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
    """That of most lines, and of those the one that the first line has most of; empty where it has none."""
    lines = [line for line in words.splitlines()[:_LOOKED_AT] if line.strip()]
    best = max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in lines), lines[0].count(mark)))
    return best if best in lines[0] else ""
