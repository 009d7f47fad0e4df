"""A sentence as the claim check compares it: its telling words, its numbers and dates, and its abbreviations."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from orchestration.evidence.figures import WORDS, Figure, figures_of
from orchestration.evidence.forms import CITATION
from orchestration.values.text import SENTENCE_BREAK
from orchestration.values.words import STOP_WORDS, stem

KEPT = 6
"""Letters of a word: Postgres and PostgreSQL are one."""

_DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_DENSE}]|[^\W\d_{_DENSE}]+")
_CITED = re.compile(CITATION)
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,6}")
_SHORT = re.compile(r"\b[A-Z]{2,6}\b")


@dataclass(frozen=True)
class Sentence:
    text: str

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its telling words; numbers and dates are counted apart."""
        words = [word.casefold() for word in self.words]
        return frozenset(_key(word) for word in words if word not in STOP_WORDS and word not in WORDS)

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """Keys of the words that may be names."""
        return Sentence(" ".join(word for word in self.words if not word.islower())).keys

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return figures_of(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Without accents; `APOE` of APOE4."""
        text = _CITED.sub(" ", self.text)
        if not text.isascii():
            text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        return tuple(_WORD.findall(text))

    @cached_property
    def abbreviations(self) -> tuple[str, ...]:
        return tuple(_SHORT.findall(_DOTTED.sub(lambda found: found[0].replace(".", ""), self.text)))

    def spells(self, other: "Sentence") -> Iterator[str]:
        """Keys of the other's words that this one abbreviates, and of its abbreviations that this one spells out."""
        for short in other.abbreviations:
            if self._with_initials(short):
                yield _key(short.casefold())
        for short in self.abbreviations:
            yield from (_key(word.casefold()) for word in other._with_initials(short))

    def _with_initials(self, short: str) -> Sequence[str]:
        """Words in a row that the abbreviation may mean; two letters only where they have capitals."""
        for words, initials in self._initials:
            at = (initials if len(short) == 2 else initials.upper()).find(short)
            if at >= 0:
                return words[at : at + len(short)]
        return ()

    @cached_property
    def _initials(self) -> Sequence[tuple[Sequence[str], str]]:
        telling = [word for word in self.words if word.casefold() not in STOP_WORDS]
        return [(words, "".join(word[0] for word in words)) for words in (self.words, telling)]


def sentences_of(text: str) -> list[str]:
    return [piece.strip() for piece in SENTENCE_BREAK.split(text) if piece and piece.strip()]


def _key(word: str) -> str:
    return stem(word)[:KEPT]
