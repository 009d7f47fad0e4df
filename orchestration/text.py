"""Text from outside, made storable and short: what UTF-8 or a database refuses, what is there only to deceive, and
what there is no room for, goes."""

from typing import Any

_DROPPED = dict.fromkeys([0, *range(0xE0000, 0xE0080)])
"""NUL ends a text early in SQLite and is refused by Postgres; tag characters carry instructions nobody can see."""


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
