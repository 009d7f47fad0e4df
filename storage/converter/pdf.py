"""PDF: each page under a heading `Page N`, so that a person finds what is quoted; chapters from its outline above them.

By PDFium: 5 ms a page where the readers written in Python take 40 to 190, and it puts words together as printed.
"""

import re
from collections.abc import Iterator
from typing import Any

import pypdfium2

from storage.converter.found import Found
from storage.converter.refused import Cause, Refused

MOST_CHAPTERS = 500
_PASSWORD, _SECURITY = 4, 5
# PDFium marks a hyphen at a line's end that the typesetter put there.
_HYPHEN = re.compile(r"[\ufffe\u0002\u00ad]\s*\n?\s*")
_HEADING = re.compile(r"^(?=#{1,6}[ \t])", re.MULTILINE)
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_LINE_ENDS = re.compile(r"[ \t]*\r\n?|[ \t]+\n")


def read(data: bytes, most_pages: int) -> Found:
    document = _opened(data)
    if len(document) > most_pages:
        raise Refused(Cause.PAGES)
    stated = document.get_metadata_dict()
    title = " ".join(stated.get("Title", "").split())
    return Found(_text(document), title, _date(stated.get("ModDate") or stated.get("CreationDate", "")))


def _text(document: Any) -> Iterator[str]:
    chapters = _chapters(document)
    words = False
    for number in range(len(document)):
        if number in chapters:
            yield f"# {chapters[number]}"
        if page := _page(document, number):
            words = True
            yield f"## Page {number + 1}\n\n{page}"
    if not words:
        raise Refused(Cause.NO_TEXT)


def _date(text: str) -> str:
    found = _DATE.match(text)
    return "-".join(found.groups()) if found else ""


def _opened(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        protected = getattr(error, "err_code", None) in (_PASSWORD, _SECURITY)
        raise Refused(Cause.PROTECTED if protected else Cause.DAMAGED) from None


def _page(document: Any, number: int) -> str:
    """Empty where it cannot be read: one broken page of a long report hides no other."""
    try:
        page = document[number]
        words = page.get_textpage()
        found = words.get_text_range()
        words.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    lines = _HYPHEN.sub("", _LINE_ENDS.sub("\n", found)).strip()
    # Indented, a printed # is no heading of ours.
    return _HEADING.sub("    ", lines)


def _chapters(document: Any) -> dict[int, str]:
    """Page → the outline's entry that begins there, of its highest level that has more than one."""
    found: dict[int, dict[int, str]] = {}
    for entry, _ in zip(document.get_toc(max_depth=3), range(MOST_CHAPTERS), strict=False):
        target = entry.get_dest()
        page = target.get_index() if target else None
        title = " ".join((entry.get_title() or "").split())
        if page is not None and title:
            found.setdefault(entry.level, {}).setdefault(page, title)
    return next((found[level] for level in sorted(found) if len(found[level]) > 1), {})
