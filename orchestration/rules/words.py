"""Lists of words that the rules know, and how patterns are looked for."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

Seek = Callable[[str], re.Match[str] | None]


def wordset(text: str) -> frozenset[str]:
    return frozenset(text.split())


def vocabulary(name: str) -> frozenset[str]:
    """A list of `vocabulary.txt`: words of a kind, one kind for every rule that needs it."""
    return _vocabulary()[name]


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    text = Path(__file__).with_name("vocabulary.txt").read_text("utf-8")
    lists = (entry.partition("\n") for entry in text.split("\n\n") if entry.strip())
    return {name.strip(): wordset(words) for name, _, words in lists}


def seek(pattern: str, *needs: str) -> Seek:
    """Finds the pattern in a text, which is read only where it holds any of `needs`.

    A pattern for the beginning is tried there alone: `re.search` would try it at each place.
    """
    compiled = re.compile(pattern, re.DOTALL)
    found = compiled.match if pattern.startswith("^") else compiled.search
    if not needs:
        return found
    return lambda text: found(text) if any(word in text for word in needs) else None


def seek_any(*patterns: str) -> Seek:
    """Finds where a word begins that begins any of the patterns, in one pass over the text for all of them."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.DOTALL).search
