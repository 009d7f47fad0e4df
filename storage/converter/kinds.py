"""What kind of file it is, by its first bytes and by what lies in it. What is said of it only tells texts apart."""

import io
import re
import zipfile
from enum import StrEnum

from storage.converter.archive import checked
from storage.converter.limits import Given
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of


class Kind(StrEnum):
    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    XML = "xml"
    """Of the web alone; in a file of the library it is text as any other."""
    CSV = "csv"
    PDF = "pdf"
    WORD = "word"
    POWERPOINT = "powerpoint"
    EXCEL = "excel"


PLAIN = (Kind.MARKDOWN, Kind.TEXT)
"""Needs no parser."""
_PDF, _PDF_WITHIN = b"%PDF-", 1024
_PDF_END, _PDF_END_WITHIN = b"startxref", 2048
_BLANK = b"\xef\xbb\xbf\0 \t\r\n\f"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OFFICE = {"word/": Kind.WORD, "ppt/": Kind.POWERPOINT, "xl/": Kind.EXCEL}
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<(?:\?xml|rss|feed)\b", re.IGNORECASE)
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_XML_TYPES = ("application/xml", "text/xml")
_TYPES = {
    "text/plain": Kind.TEXT,
    "text/markdown": Kind.MARKDOWN,
    "text/csv": Kind.CSV,
    "text/tab-separated-values": Kind.CSV,
}
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
    return _is_pdf(data) or data.startswith((*_ZIP, _OLE))


def kind_of(data: bytes, given: Given) -> Kind:
    """Raises Refused where it is of none."""
    if _is_pdf(data):
        return Kind.PDF
    if data.startswith(_OLE):
        raise Refused(Cause.PROTECTED if _ENCRYPTED in data else Cause.OLD_OFFICE)
    if data.startswith(_ZIP):
        return _office_kind(data)
    return text_kind(words_of(data, given.charset), given)


def text_kind(text: str, given: Given) -> Kind:
    declared = given.media_type
    if declared in _HTML_TYPES or (declared != "text/plain" and _HTML.match(text[:_HTML_WITHIN])):
        return Kind.HTML
    if declared in _XML_TYPES or declared.endswith("+xml") or (given.url and _XML.match(text[:_HTML_WITHIN])):
        return Kind.XML
    # Servers that know nothing of a kind of text call it plain.
    known = _TYPES.get(declared, Kind.TEXT)
    return known if known is not Kind.TEXT else _SUFFIXES.get(given.suffix.lower(), Kind.TEXT)


def _is_pdf(data: bytes) -> bool:
    """Some have something before their header; a text about the format has the word, but not the end of one."""
    if data[:_PDF_WITHIN].lstrip(_BLANK).startswith(_PDF):
        return True
    return _PDF in data[:_PDF_WITHIN] and _PDF_END in data[-_PDF_END_WITHIN:]


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
