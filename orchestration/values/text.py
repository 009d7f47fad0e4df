"""Text from outside, made storable and short: what UTF-8 or a database refuses, what is there only to deceive, and
what there is no room for, goes."""

import re
from collections.abc import Callable
from typing import Any

INVISIBLE = frozenset(
    [
        *(c for c in (*range(0x20), *range(0x7F, 0xA0)) if not chr(c).isspace()),
        *(0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE0E),
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE1000),
    ]
)
"""Controls, direction marks, variation selectors and tags: a person sees none of them, a model reads them all.

The joiners U+200C and U+200D and the emoji selectors stay: scripts and emoji are written with them.
"""
_HIDDEN = dict.fromkeys(INVISIBLE)
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


def visible(text: str) -> str:
    """The text as a person sees it: what only a machine would read is gone. Idempotent."""
    return text.translate(_HIDDEN)


def clean_json(value: Any) -> Any:
    """`clean` for every string of a decoded JSON value, keys included."""
    return _each(value, clean)


def visible_json(value: Any) -> Any:
    """`visible` for every string of a decoded JSON value: an escape of JSON would hide a character from it."""
    return _each(value, visible)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): _each(item, change) for key, item in value.items()}
    return value


def cut(text: str, most: int) -> str:
    """At most so many characters (one at least), ended at a word and with `…` where something is left out.

    A word that is longer than a third of the room is cut inside, or an address would leave nothing of a title.
    """
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if kept and not kept[-1].isspace() and not text[most - 1].isspace():
        whole = kept[: -len(kept.split()[-1])]
        kept = whole if 3 * len(whole) >= 2 * len(kept) else kept
    return kept.rstrip(" \n,;:-(") + "…"
