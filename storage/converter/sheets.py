"""Excel: a heading for each sheet and, below it, its table, cut between rows."""

import io
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from storage.converter.found import Found
from storage.converter.headers import Row
from storage.converter.left_out import PICTURES, counted, left_out
from storage.converter.refused import Cause, Refused
from storage.converter.tables import sheet

# openpyxl wants it for types that no file contains, and it takes longer to import than all else.
sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]

from openpyxl import load_workbook  # noqa: E402
from openpyxl.utils import range_boundaries  # noqa: E402
from openpyxl.utils.exceptions import InvalidFileException  # noqa: E402

MOST_COLUMNS = 500
LONGEST_CELL = 32_767
"""What Excel itself can hold."""
_Range = tuple[int, int, int]
"""First column, last column and last row."""


_LEFT_OUT = {
    "comment": (r"xl/(?:comments\d*|comments/.*|threadedComments/.*)\.xml", "{*}comment"),
    "chart": (r"xl/charts/chart[^/]*\.xml", "{*}chart"),
    "text box": (r"xl/drawings/drawing[^/]*\.xml", "{*}txBody"),
    "picture": (r"xl/drawings/drawing[^/]*\.xml", PICTURES),
}
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')


def read(data: bytes, most_sheets: int) -> Found:
    """Values as they were when the file was saved; formulas are never worked out. Hidden sheets are left out."""
    book = _opened(data)
    if len(book.worksheets) > most_sheets:
        raise Refused(Cause.PAGES)
    hidden = sum(page.sheet_state != "visible" for page in book.worksheets)
    others = [counted(hidden, "hidden sheet")] if hidden else []
    return Found(_text(book), left_out=[*others, *left_out(data, _LEFT_OUT)])


def _text(book: Any) -> Iterator[str]:
    words = False
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        yield f"## {' '.join(page.title.split()) or 'Sheet'}"
        for piece in sheet(_spread(_rows(page), _merged(page)), level=3):
            words = True
            yield piece
    if not words:
        raise Refused(Cause.NO_TEXT)


def _opened(data: bytes) -> Any:
    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, InvalidFileException, SyntaxError):
        raise Refused(Cause.DAMAGED) from None


def _merged(page: Any) -> Mapping[int, Sequence[_Range]]:
    """By the row in which each begins. The library knows them only of sheets that it reads at once and whole."""
    found = defaultdict[int, list[_Range]](list)
    with page._get_source() as part:
        for area in _MERGED.findall(part.read()):
            left, top, right, bottom = range_boundaries(area.decode())
            if right <= MOST_COLUMNS:
                found[top].append((left, right, bottom))
    return found


def _spread(rows: Iterable[list[str]], merged: Mapping[int, Sequence[_Range]]) -> Iterator[Row]:
    """What is merged downwards is in each row that has something else; across, its cell goes on."""
    lasting = list[tuple[_Range, str]]()
    for number, cells in enumerate(rows, start=1):
        row: list[str | None] = list(cells)
        lasting = [(area, text) for area, text in lasting if area[2] >= number]
        if any(cells):
            for (left, right, _), text in lasting:
                row[left - 1 : right] = [text, *[None] * (right - left)]
        for left, right, bottom in merged.get(number, ()):
            if text := cells[left - 1]:
                row[left:right] = [None] * (right - left)
                lasting.append(((left, right, bottom), text))
        yield row


def _rows(page: Any) -> Iterable[list[str]]:
    # The size that a sheet states of itself may be wrong, or a bomb of empty cells.
    page.reset_dimensions()
    for row in page.iter_rows(max_col=MOST_COLUMNS):
        yield [_cell(cell.value, cell.number_format if cell.value is not None else "") for cell in row]


def _cell(value: Any, shown_as: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return value.isoformat()
        case int() | float() if "%" in shown_as:
            # As a person reads it there, and would quote it.
            return f"{value * 100:.10g}%"
        case float():
            return f"{value:.15g}"
    return str(value)[:LONGEST_CELL]
