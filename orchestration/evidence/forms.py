"""One form of a text: what Unicode and HTML can write in several ways, written in one, and no number made another."""

import html
import re
import unicodedata
from decimal import Decimal

CITATION = (
    r"\[(?:[a-z]_[A-Za-z0-9_.:#\-]{1,80}(?:\s*[,;]\s*[a-z]_[A-Za-z0-9_.:#\-]{1,80})*|\?|\d{1,2}(?=\](?!\s*\w)))\](?!\()"
)
"""What is in brackets for a source: its id, or its number after a sentence. Other brackets are text."""

_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Without these two, 10⁶ would become 106, and 1½ eleven halves.
_RAISED = re.compile("(?<=\\d)(?=⁻?[⁰¹²³⁴-⁹])")
_FRACTION = re.compile("(?<=\\d)(?=[¼-¾⅐-⅞])")

_POWER = re.compile(
    r"(?<![\w.,^])(?:(?P<factor>\d+(?:\.\d+)?)(?:[eE]\+?|\s*[x×*·]\s*10(?:\^|\*\*)\+?)|(?P<base>10|2)(?:\^|\*\*))"
    r"(?P<exponent>-?\d{1,2})(?![\w^])"
)
_PARTED = re.compile(r"(?:(?<![\w.,])(?P<whole>\d+)\s)?(?<![\d.,⁄])(?P<upper>\d{1,2})⁄(?P<lower>[1-9]\d?)(?![\d⁄])")
_HYPHENATED = re.compile(r"(?<=[a-z])-\n[ \t]*(?=[a-z])")


def one_form(text: str) -> str:
    """A superscript after a digit gets a `^` before it, a fraction a space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _FRACTION.sub(" ", _RAISED.sub("^", text)))
        text = _UNSEEN.sub("", text.replace("^\u2212", "^-"))
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def written_out(text: str) -> str:
    """Powers and fractions as plain numbers, and words whole that were divided at the end of a line."""
    text = _POWER.sub(_power, _HYPHENATED.sub("", text))
    return _PARTED.sub(_sum, text) if "⁄" in text else text


def _power(found: re.Match[str]) -> str:
    exponent = int(found["exponent"])
    base = Decimal(found["base"] or 10) ** exponent
    return f"{Decimal(found['factor'] or 1) * base:f}"


def _sum(found: re.Match[str]) -> str:
    part = Decimal(found["upper"]) / Decimal(found["lower"])
    return f"{round(Decimal(found['whole'] or 0) + part, 4).normalize():f}"
