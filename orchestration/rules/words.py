"""What the rules know of language, read from two files: lists of words, and wordings that say what is asked for."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

Seek = Callable[[str], re.Match[str] | None]


def wordset(text: str) -> frozenset[str]:
    return frozenset(text.split())


def vocabulary(name: str) -> frozenset[str]:
    """A list of `vocabulary.txt`."""
    return wordset(_entries("vocabulary.txt")[name])


def wordings(name: str) -> Seek:
    """Finds where a word begins that begins any of a kind's patterns in `wordings.txt`, in one pass over the text.

    A pattern stands on a line, with deeper lines for what does not fit; `{name}` stands for another kind.
    """
    return re.compile("|".join(map(_pattern, _lines(name))), re.DOTALL).search


def each_wording(name: str) -> list[Seek]:
    """The same for each pattern by itself."""
    return [re.compile(_pattern(line), re.DOTALL).search for line in _lines(name)]


def _lines(name: str) -> list[str]:
    return [line.strip() for line in _entries("wordings.txt")[name].replace("\n        ", "").splitlines()]


def _pattern(line: str) -> str:
    whole = re.sub(r"\{([a-z]+)\}", lambda kind: _lines(kind[1])[0], line)
    return whole if line.startswith(("^", "(?<", "%", "[", "(?:^")) else rf"\b(?:{whole})"


@cache
def _entries(file: str) -> dict[str, str]:
    text = Path(__file__).with_name(file).read_text("utf-8").rstrip("\n")
    entries = (entry.partition("\n") for entry in text.split("\n\n"))
    return {name: lines for name, _, lines in entries}
