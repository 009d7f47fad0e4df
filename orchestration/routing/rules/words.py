"""Lists of words as one pattern each: written as people read them, tried as a tree of their first letters."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby


def any_of(listed: str) -> str:
    """A pattern for any of the words; longer ones win, and `_` stands for a space.

    Python's `re` tries an alternation word by word: a hundred nouns cost a hundred comparisons at each place. Shared
    beginnings are tried once.
    """
    return f"(?:{_tree(sorted({word.replace('_', ' ') for word in listed.split()}))})"


Seek = Callable[[str], re.Match[str] | None]


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


def _tree(words: Iterable[str]) -> str:
    found: list[str] = []
    ends = False
    for first, group in groupby(words, key=lambda word: word[:1]):
        rests = [word[1:] for word in group]
        if not first:
            ends = True
        elif len(rests) == 1:
            found.append(re.escape(first + rests[0]))
        else:
            found.append(re.escape(first) + _tree(rests))
    if len(found) == 1 and not ends:
        return found[0]
    return f"(?:{'|'.join(found)}){'?' if ends else ''}"
