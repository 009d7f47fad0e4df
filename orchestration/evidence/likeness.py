"""How much of a statement its evidence says, as one score from 0 to 1, by counting; no model is asked.

The score is the share of the statement's words, names and numbers that the best two sentences of the evidence have,
each weighed by how rare it is: the commonest English words count half, what many sentences of the evidence have counts
less, and a number more. A short text says little in the words of others, so the less evidence there is, the more is
granted. A wrong page and an unsupported statement score low; a contradiction in the same words does not, which takes
a reader: a person, or a model with THREADWORK_VERIFY.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from orchestration.evidence.figures import Figure
from orchestration.evidence.sentence import Sentence, sentences_of

DOUBTED_BELOW = 0.5
"""Chosen by cost: to doubt what is true is worse than to miss what is not, which the reader still checks."""
SAYS = 0.7
BEST = 2
COMMON, NUMBER = 0.5, 2.4
"""Weights; any other word has one."""
GRANTED, FADES = 16.0, 40
"""The weight that is granted where any of it is said, and over how many words of evidence it fades."""
TELLING = 10
"""Sentences from which the evidence itself tells which words say little in it."""


@dataclass(frozen=True)
class Sentences:
    """All of the evidence, taken apart once for the statements that are compared with it."""

    all: tuple[Sentence, ...]

    @classmethod
    def of(cls, *texts: str) -> "Sentences":
        return cls(tuple(Sentence(sentence) for text in texts for sentence in sentences_of(text)))

    def likeness(self, statement: Sentence) -> float:
        """The score."""
        return self._share(statement, GRANTED * math.exp(-self._size / FADES))

    def says(self, statement: Sentence) -> bool:
        """Nearly all of it, with every word that may be a name; nothing is granted."""
        return self._share(statement, 0.0) >= SAYS and statement.capitalised <= self._having.keys()

    def _share(self, statement: Sentence, granted: float) -> float:
        figures = [figure for figure in statement.figures if not figure.small]
        weights = self._weights(statement.keys) | dict.fromkeys(figures, NUMBER)
        if not weights:
            return 1.0
        found = [set[object](self._said(statement, figures, sentence)) for sentence in self.all]
        said: set[object] = set()
        for _ in range(BEST):
            said |= max(found, key=lambda one: sum(weights[part] for part in one - said), default=set())
        unsaid = sum(weight for part, weight in weights.items() if part not in said)
        return 1 - unsaid / (sum(weights.values()) + granted) if said else 0.0

    @staticmethod
    def _said(statement: Sentence, figures: Sequence[Figure], sentence: Sentence) -> Iterator[str | Figure]:
        yield from statement.keys & sentence.keys
        yield from statement.keys.intersection(sentence.spells(statement))
        yield from (figure for figure in figures if any(map(figure.agrees, sentence.figures)))

    def _weights(self, wanted: frozenset[str]) -> dict[object, float]:
        count = len(self.all)
        having = self._having if count >= TELLING else {}
        least = {word: math.log(1 + count / having[word]) / 3 for word in wanted if word in having}
        return {word: min(COMMON if word in _common() else 1.0, least.get(word, 1.0)) for word in wanted}

    @cached_property
    def _having(self) -> Counter[str]:
        return Counter(word for sentence in self.all for word in sentence.keys)

    @cached_property
    def _size(self) -> int:
        return self._having.total()


@cache
def _common() -> frozenset[str]:
    text = (files("orchestration.evidence") / "common_words.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
