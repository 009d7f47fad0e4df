"""One form of each letter for every kind of file, so that a word is found however its program wrote it.

Ligatures, full-width and presentation forms become the letters they mean, every space a plain one, and what
nobody sees (soft hyphens, zero-width marks) goes. Raised figures and fractions stay: 10⁶ is not 106.
"""

import re
import unicodedata

_TAGS = "<compat> <wide> <narrow> <font> <square> <initial> <medial> <final> <isolated>"
_FOLDED = frozenset(_TAGS.split())
_KINDS = ("L", "N", "Z", "So")
"""Categories. Punctuation stays: a full-width stop ends a sentence where no space does."""
_HYPHENS = {"\u2010": "-", "\u2011": "-"}
_LINES = ("\u2028", "\u2029", "\x85", "\x0b")
_UNSEEN = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Joiners shape words of Persian and of Indian scripts, and pictures made of several.
_JOINERS = re.compile("(?<![\u0590-\u1fff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]+")


def one_form(text: str) -> str:
    """Applied twice it changes nothing."""
    if text.isascii() and "\x0b" not in text:
        return text
    folded = {ord(letter): new for letter in set(text) if (new := _folded(letter)) != letter}
    seen = _JOINERS.sub("", _UNSEEN.sub("", text.translate(folded)))
    return unicodedata.normalize("NFC", seen)


def _folded(letter: str) -> str:
    if letter in _LINES:
        return "\n"
    if letter in _HYPHENS:
        return "-"
    if unicodedata.category(letter).startswith("Z"):
        return " "
    tag, _, codes = unicodedata.decomposition(letter).partition(" ")
    if tag not in _FOLDED or not unicodedata.category(letter).startswith(_KINDS):
        return letter
    parts = [chr(int(code, 16)) for code in codes.split()]
    # An accent of its own would lose its space.
    return letter if parts[0] == " " else "".join(map(_folded, parts))
