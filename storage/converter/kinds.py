"""What kind of file it is, by its first bytes and by what lies in it. A name only tells kinds of text apart."""

import io
import re
import zipfile
from enum import StrEnum

from storage.converter.archive import checked
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of


class Kind(StrEnum):
    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    CSV = "csv"
    PDF = "pdf"
    WORD = "word"
    POWERPOINT = "powerpoint"
    EXCEL = "excel"


PLAIN = (Kind.MARKDOWN, Kind.TEXT)
"""Needs no parser."""
_PDF, _PDF_WITHIN = b"%PDF-", 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OFFICE = {"word/": Kind.WORD, "ppt/": Kind.POWERPOINT, "xl/": Kind.EXCEL}
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_SUFFIXES = {
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
}
_HTML_WITHIN = 4096


def is_packed(data: bytes) -> bool:
    """Of a kind that is no text. Looks at a few bytes alone, so it needs no child."""
    return _PDF in data[:_PDF_WITHIN] or data.startswith((*_ZIP, _OLE))


def kind_of(data: bytes, suffix: str) -> Kind:
    """Raises Refused where it is of none."""
    if _PDF in data[:_PDF_WITHIN]:
        return Kind.PDF
    if data.startswith(_OLE):
        raise Refused(Cause.PROTECTED if _ENCRYPTED in data else Cause.OLD_OFFICE)
    if data.startswith(_ZIP):
        return _office_kind(data)
    return text_kind(words_of(data), suffix)


def text_kind(text: str, suffix: str) -> Kind:
    if _HTML.match(text[:_HTML_WITHIN]):
        return Kind.HTML
    return _SUFFIXES.get(suffix.lower(), Kind.TEXT)


def _office_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = checked(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        raise Refused(Cause.DAMAGED) from None
    if "[Content_Types].xml" not in names:
        raise Refused(Cause.UNKNOWN if "mimetype" in names else Cause.ARCHIVE)
    if "xl/workbook.bin" in names:
        raise Refused(Cause.OLD_OFFICE)
    found = next((kind for folder, kind in _OFFICE.items() if any(name.startswith(folder) for name in names)), None)
    if found is None:
        raise Refused(Cause.UNKNOWN)
    return found
