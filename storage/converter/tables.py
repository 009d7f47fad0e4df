"""Rows → Markdown tables that are cut between rows, each piece under a heading of its own with the header row again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

PIECE_CHARACTERS = 1100
"""A little less than a chunk, so that each piece becomes one."""
WIDEST_HEADER = 300
"""Above it a row reads better as a list of what stands in its columns."""
_TABLE = re.compile(r"^\|.*\|[ \t]*\n\|[ :|-]+\|[ \t]*\n(?:\|.*\|[ \t]*(?:\n|$))*", re.MULTILINE)

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    lines: tuple[str, ...]

    def markdown(self, header: Row) -> str:
        head = () if _is_wide(header) else (_cells(header), _cells(["---"] * len(header)))
        return "\n".join((*head, *self.lines))


def sheet(rows: Iterable[Row], *, level: int) -> Iterator[str]:
    """Headings say which rows follow, counted as the sheet's own program counts; a table in one piece needs none."""
    numbered = ((number, _filled(row)) for number, row in enumerate(rows, start=1))
    there = ((number, row) for number, row in numbered if any(row))
    _, header = next(there, (0, None))
    if header is None:
        return
    pieces = _pieces(header, there)
    first, second = next(pieces, None), next(pieces, None)
    if first is None:
        yield _cells(header)
    elif second is None:
        yield first.markdown(header)
    else:
        for piece in chain((first, second), pieces):
            yield f"{'#' * level} Rows {piece.start} to {piece.end}\n\n{piece.markdown(header)}"


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


def _pieces(header: Row, rows: Iterable[tuple[int, Row]]) -> Iterator[_Piece]:
    start = end = size = 0
    lines: list[str] = []
    room = PIECE_CHARACTERS if _is_wide(header) else PIECE_CHARACTERS - len(_cells(header)) - 6 * len(header)
    for number, row in rows:
        line = _line(header, row)
        if lines and size + len(line) > room:
            yield _Piece(start, end, tuple(lines))
            lines, size = [], 0
        if not lines:
            start = number
        lines.append(line)
        size, end = size + len(line) + 1, number
    if lines:
        yield _Piece(start, end, tuple(lines))


def _line(header: Row, row: Row) -> str:
    if not _is_wide(header):
        return _cells([*row, *[""] * (len(header) - len(row))])
    named = (f"{header[at]}: {cell}" if at < len(header) and header[at] else cell for at, cell in enumerate(row))
    return "- " + "; ".join(text for text, cell in zip(named, row, strict=True) if cell)


def _is_wide(header: Row) -> bool:
    return sum(len(cell) + 3 for cell in header) > WIDEST_HEADER


def _cells(row: Row) -> str:
    return f"| {' | '.join(row)} |"


def _filled(row: Row) -> list[str]:
    """On one line each, and without the empty cells at its end."""
    cells = [" ".join(cell.split()).replace("|", "\\|") for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells
