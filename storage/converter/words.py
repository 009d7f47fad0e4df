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
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]{1,40})|<\?xml[^>]+encoding=["']([\w-]{1,40})""", re.I)
_CHARSET_WITHIN = 4096
_ESCAPE = b"\x1b"
_WRONG_ONE_IN = 20
_NUL_ONE_IN = 10
_ASCII = re.compile(r"[\x00-\x7f]+")
_FOREIGN_SHARE = 0.25
"""Of letters beyond ASCII: Western languages stay far below, other alphabets read as Windows-1252 lie above."""


def words_of(data: bytes, charset: str = "") -> str:
    """`charset` is what came with the bytes; what they say of themselves comes after it. Either has to decode them."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data, encoding)
    if _is_markup(data) and 0 < data.count(0) * _NUL_ONE_IN < len(data):
        data = data.replace(b"\0", b"")  # as a browser does
    stated = [name for name in (charset, _charset_within(data)) if name]
    # The bytes of an encoding that switches by escapes are all ASCII, and so would pass for UTF-8.
    order = [*stated, "utf-8"] if _ESCAPE in data else ["utf-8", *stated]
    for encoding in order:
        try:
            return _text(data, encoding)
        except Refused:
            continue
    for encoding in stated:
        if text := _mostly(data, encoding):
            return text
    text = _text(data, "cp1252")
    if _CONTROLS.search(text) or len(_ASCII.sub("", text)) > _FOREIGN_SHARE * len(text):
        raise Refused(Cause.UNKNOWN)
    return text


def _charset_within(data: bytes) -> str:
    if not _is_markup(data):
        return ""
    stated = _CHARSET.search(data[:_CHARSET_WITHIN])
    return (stated[1] or stated[2]).decode() if stated else ""


def _is_markup(data: bytes) -> bool:
    return data[:_CHARSET_WITHIN].lstrip().startswith(b"<")


def _mostly(data: bytes, encoding: str) -> str:
    """With a mark for each byte that does not fit, where these are few next to the letters that do; else empty."""
    try:
        text = data.decode(encoding, "replace")
    except (UnicodeError, LookupError):
        return ""
    foreign, wrong = len(_ASCII.sub("", text)), text.count("\ufffd")
    return text if wrong * _WRONG_ONE_IN < foreign and "\0" not in text else ""


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        raise Refused(Cause.UNKNOWN) from None
    if "\0" in text:
        raise Refused(Cause.UNKNOWN)
    return text
