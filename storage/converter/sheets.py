"""Excel: a heading for each sheet and, below it, its table, cut between rows."""

import io
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from storage.converter.refused import Cause, Refused
from storage.converter.tables import sheet

# openpyxl wants it for types that no file contains, and it takes longer to import than all else.
sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]

from openpyxl import load_workbook  # noqa: E402
from openpyxl.utils.exceptions import InvalidFileException  # noqa: E402

MOST_COLUMNS = 500
LONGEST_CELL = 32_767
"""What Excel itself can hold."""


def text(data: bytes, most_sheets: int) -> Iterator[str]:
    """Values as they were when the file was saved; formulas are never worked out. Hidden sheets are left out."""
    book = _opened(data)
    if len(book.worksheets) > most_sheets:
        raise Refused(Cause.PAGES)
    words = False
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        yield f"## {' '.join(page.title.split()) or 'Sheet'}"
        for piece in sheet(_rows(page), level=3):
            words = True
            yield piece
    if not words:
        raise Refused(Cause.NO_TEXT)


def _opened(data: bytes) -> Any:
    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, InvalidFileException, SyntaxError):
        raise Refused(Cause.DAMAGED) from None


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
