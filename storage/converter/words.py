"""Bytes → text: UTF-8, UTF-16 and UTF-32 with their mark, else what Western Windows writes."""

import codecs
import re

from storage.converter.refused import Cause, Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark this one begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ASCII = re.compile(r"[\x00-\x7f]+")
_FOREIGN_SHARE = 0.25
"""Of letters beyond ASCII: Western languages stay far below, other alphabets read as Windows-1252 lie above."""


def words_of(data: bytes, declared: str = "") -> str:
    """`declared` is the encoding that the text claims for itself, which counts where it decodes."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data, encoding)
    for encoding in ("utf-8", declared):
        if encoding:
            try:
                return _text(data, encoding)
            except Refused:
                continue
    text = _text(data, "cp1252")
    if _CONTROLS.search(text) or len(_ASCII.sub("", text)) > _FOREIGN_SHARE * len(text):
        raise Refused(Cause.UNKNOWN)
    return text


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        raise Refused(Cause.UNKNOWN) from None
    if "\0" in text:
        raise Refused(Cause.UNKNOWN)
    return text
