"""PDF: each page under a heading `Page N`, so that a person finds what is quoted; chapters from its outline above them.

By PDFium: 5 ms a page where the readers written in Python take 40 to 190, and it puts words together as printed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2

from storage.converter.equations import UNKNOWN
from storage.converter.found import Found
from storage.converter.left_out import counted
from storage.converter.limits import Limits
from storage.converter.refused import Cause, Refused
from storage.converter.running import printed

MOST_CHAPTERS = 500
_PASSWORD, _SECURITY = 4, 5
# PDFium marks a hyphen at a line's end, and leaves out the line's end.
_HYPHEN = re.compile(r"[\ufffe\u0002\u00ad]\s*\n?[ \t]*")
_NO_LETTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
FEWEST_NO_LETTERS = 3
_HEADING = re.compile(r"^(?=#{1,6}[ \t])", re.MULTILINE)
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_LINE_ENDS = re.compile(r"[ \t]*\r\n?|[ \t]+\n")


def read(data: bytes, limits: Limits) -> Found:
    document = _opened(data)
    if len(document) > limits.most_pages:
        raise Refused(Cause.PAGES)
    stated = document.get_metadata_dict()
    title = " ".join(stated.get("Title", "").split())
    pages = list(_lines(document, limits))
    empty = sum(not page for page in pages)
    if empty == len(pages):
        raise Refused(Cause.NO_TEXT)
    date, left_out = _date(stated.get("ModDate") or stated.get("CreationDate", "")), list[str]()
    if empty:
        left_out.append(f"{counted(empty, 'page')} without text")
    return Found(_text(_chapters(document), pages), title, date, left_out=left_out)


def _lines(document: Any, limits: Limits) -> Iterator[Sequence[str]]:
    """Of a longer text than may be only what will be shown, and as much again that may turn out to be no text."""
    characters = 0
    for number in range(len(document)):
        page = _page(document, number)
        characters += len(page)
        if characters > limits.most_characters and not limits.cut:
            raise Refused(Cause.LONG)
        if characters > 2 * limits.most_characters:
            return
        yield [line for line in page.split("\n") if line.strip()]


def _text(chapters: dict[int, str], pages: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, lines in enumerate(printed(pages)):
        if number in chapters:
            yield f"# {chapters[number]}"
        text = "\n".join(_said(line) for line in lines)
        if text:
            # Indented, a printed # is no heading of ours.
            yield f"## Page {number + 1}\n\n{_HEADING.sub('    ', text)}"


def _said(line: str) -> str:
    """Most of a set equation is signs that a font draws and no letter means."""
    return UNKNOWN if len(_NO_LETTERS.findall(line)) >= FEWEST_NO_LETTERS else _NO_LETTERS.sub("", line)


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
    return _HYPHEN.sub("-\n", _LINE_ENDS.sub("\n", found)).strip()


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
