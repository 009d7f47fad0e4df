"""Rows → Markdown tables that are cut between rows, each piece with the names of its columns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from storage.converter.headers import Row, Table, named, tables

PIECE_CHARACTERS = 1100
"""A little less than a chunk, so that each piece becomes one."""
WIDEST_HEADER = 300
"""Above it a row reads better as a list of its cells."""
LONGEST_TITLE = 120
_TABLE = re.compile(r"^\|.*\|[ \t]*\n\|[ :|-]+\|[ \t]*\n(?:\|.*\|[ \t]*(?:\n|$))*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str


def sheet(rows: Iterable[Row], *, level: int) -> Iterator[str]:
    """Headings say which rows follow, counted as the sheet's own program counts; a table in one piece needs none."""
    for table in tables(_line_by_line(rows)):
        title, *lines = table.banners or [""]
        if len(title) > LONGEST_TITLE:
            title, lines = "", [title, *lines]
        if title:
            yield f"{'#' * level} {title}"
        if lines:
            yield "\n".join(lines)
        yield from _headed(table, level + bool(title))


def text(rows: Sequence[Row], header_rows: int | None) -> str:
    """A table inside other text, below what is written above its header."""
    table = named(list(enumerate(_line_by_line(rows))), header_rows)
    return "\n\n".join((*table.banners, *(piece.text for piece in _pieces(table))))


def cut(markdown: str) -> str:
    """Long tables inside other text: their header row again wherever they are cut."""
    return _TABLE.sub(lambda found: "\n\n".join(_cut_one(found[0])) + "\n", markdown)


def _cut_one(table: str) -> Iterator[str]:
    header, rule, *lines = table.rstrip("\n").split("\n")
    piece, size = list[str](), len(header) + len(rule)
    for line in lines:
        if piece and size + len(line) > PIECE_CHARACTERS:
            yield "\n".join((header, rule, *piece))
            piece, size = [], len(header) + len(rule)
        piece.append(line)
        size += len(line) + 1
    yield "\n".join((header, rule, *piece))


def _headed(table: Table, level: int) -> Iterator[str]:
    pieces = _pieces(table)
    first, second = next(pieces), next(pieces, None)
    if second is None:
        yield first.text
    else:
        for piece in chain((first, second), pieces):
            yield f"{'#' * level} Rows {piece.start} to {piece.end}\n\n{piece.text}"


def _pieces(table: Table) -> Iterator[_Piece]:
    """At least one; a row that is longer than a piece is one of its own."""
    header = table.header
    head = () if _is_wide(header) else (_cells(header), _cells(["---"] * len(header)))
    room = PIECE_CHARACTERS - sum(len(line) + 1 for line in head)
    held, start, end, size, number = list[str](), 0, 0, 0, 0
    for number, row in table.rows:
        line = _line(header, row)
        if held and size + len(line) > room:
            yield _Piece(start, end, "\n".join((*head, *held)))
            held, size = [], 0
        if len(line) > PIECE_CHARACTERS:
            yield _Piece(number, number, "\n\n".join(_by_column(header, row)))
            continue
        start = start if held else number
        held.append(line)
        size, end = size + len(line) + 1, number
    if held or not number:
        yield _Piece(start, end, "\n".join((*head, *held)) if held else _cells(header))


def _line(header: Sequence[str], row: Row) -> str:
    if not _is_wide(header):
        return _cells([*row, *[""] * (len(header) - len(row))])
    return "- " + "; ".join(_by_column(header, row))


def _by_column(header: Sequence[str], row: Row) -> list[str]:
    return [f"{header[at]}: {cell}" if at < len(header) and header[at] else cell for at, cell in enumerate(row) if cell]


def _is_wide(header: Sequence[str]) -> bool:
    return sum(len(cell) + 3 for cell in header) > WIDEST_HEADER


def _cells(row: Row) -> str:
    return f"| {' | '.join(cell or '' for cell in row)} |"


def _line_by_line(rows: Iterable[Row]) -> Iterator[Row]:
    """Cells on one line each, and without the empty ones at a row's end."""
    for row in rows:
        cells = [cell if cell is None else " ".join(cell.split()).replace("|", "\\|") for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        yield cells
