"""Text from outside, made storable: what UTF-8 or a database refuses, and what is there only to deceive, goes."""

import re
from typing import Any

_DROPPED = dict.fromkeys([0, *range(0xE0000, 0xE0080)])
"""NUL ends a text early in SQLite and is refused by Postgres; tag characters carry instructions nobody can see."""

SENTENCE_BREAK = re.compile(
    r"""(?: (?:(?<=[.!?])|(?<=[.!?]["'”’)\]]))
            (?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\bNo\.)(?<!\bFig\.)(?<!\bSt\.)
            (?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bProf\.)(?<!\bet\ al\.)(?<!\bapprox\.)(?<!\b[A-Z]\.)
            \s+ (?=[A-Z\d"'“‘(`*_\[]|[^\x00-\x7f]) )
      | (?<=[。！？])
      | \n\s*\n
      | \n (?=[ \t]*(?:[#>|*+-]|\d+[.)])\s)""",
    re.VERBOSE,
)
"""Between two sentences, items of a list or paragraphs; abbreviations do not end a sentence."""


def clean(text: str) -> str:
    """The text without NUL and tag characters, lone surrogates replaced by U+FFFD; idempotent."""
    if text.isascii() and "\0" not in text:
        return text  # nearly all there is; the long way costs a millisecond on a long page
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_DROPPED)


def clean_json(value: Any) -> Any:
    """The same for every string of a decoded JSON value, keys included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean_json(item) for key, item in value.items()}
    return value
