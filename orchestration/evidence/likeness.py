"""How much of a statement its evidence says: words, numbers and names, by counting; no model is asked.

Half the score is the share of the statement's words that the evidence has, each weighted by how rare it is; a quarter
each is the share of its numbers and of its names. What has no numbers or names has all of them. The evidence is the
best three sentences. A wrong page and an unsupported statement score low; a contradiction in the same words does not,
which takes a reader: a person, or a model with THREADWORK_VERIFY.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from orchestration.evidence.figures import figures_in, missing_figures
from orchestration.evidence.names import Known, names_in
from orchestration.values.text import SENTENCE_BREAK

FLAG_UNDER = 0.60
BEST = 3
WORDS, NUMBERS, NAMES = 0.5, 0.25, 0.25

PART_UNDER = 0.25
FEWEST_WORDS = 3
"""Telling words of a statement or of a part of it; of fewer nobody can tell by counting."""

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(
    r"[,;:]\s+|\s+[–—-]\s+|\s+\b(?:and|but|which|while|whereas|because|so that|und|aber)\b\s+", re.IGNORECASE
)
_CITED = re.compile(r"\[[^\[\]\n]{1,80}\](?!\()")
_STOP = frozenset(
    _WORD.findall(
        """a about after all also an and any are as at be because been before being but by can could did do does for
        from had has have how i if in into is it its may more most my no not of on one only or other our out over own
        same should so some such than that the their them then there these they this those to too under up very was we
        were what when where which while who why will with would you your roughly approximately around nearly almost
        least per via unless otherwise whereas however although though since until usually often just even"""
    )
)
_ENDINGS = tuple(
    re.findall(
        r"\w+",
        """ational ization isation fulness iveness ously ation ments ment ingly edly ings ions ness able ible ing ion
        ies ied ers ed es er ly al s e y""",
    )
)
"""The longest first."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """How telling a word is: the inverse document frequency over the sentences at hand, one document each."""

    counts: Counter[str]
    sentences: int

    @classmethod
    def of(cls, sentences: Iterable[str]) -> "Rarity":
        counts: Counter[str] = Counter()
        total = 0
        for sentence in sentences:
            counts.update(words_of(sentence))
            total += 1
        return cls(counts, total)

    def weight(self, word: str) -> float:
        having = self.counts[word]
        return math.log(1 + (self.sentences - having + 0.5) / (having + 0.5))


@dataclass(frozen=True, slots=True)
class Likeness:
    """Shares from 0 to 1."""

    words: float
    numbers: float
    names: float

    @property
    def score(self) -> float:
        return WORDS * self.words + NUMBERS * self.numbers + NAMES * self.names


def compare(statement: str, evidence: Sequence[str], rarity: Rarity, seen: frozenset[str] = frozenset()) -> Likeness:
    """Against the best three sentences of the evidence; `seen` as for `names.missing_names`."""
    weights = {word: rarity.weight(word) for word in words_of(statement)}
    best = _best(weights, evidence)
    text = "\n".join(best)
    have = frozenset[str]().union(*map(words_of, best))
    said = sum(weight for word, weight in weights.items() if word in have)
    names = names_in(statement, seen)
    known = Known(text)
    return Likeness(
        said / sum(weights.values()) if weights else 1.0,
        _share(figures_in(statement), len(missing_figures(statement, text))),
        _share(len(names), sum(not known.has(name) for name in names)),
    )


def unlike_part(statement: str, evidence: Sequence[str], rarity: Rarity) -> str:
    """The first part of a statement of several parts that the evidence hardly has; empty where there is none.

    Looked for in all of the evidence: what is true in part most often adds a clause of its own.
    """
    parts = [part.strip() for part in _PART.split(statement)]
    if len(parts) == 1:
        return ""
    have = frozenset[str]().union(*map(words_of, evidence))
    for part in parts:
        weights = {word: rarity.weight(word) for word in words_of(part)}
        said = sum(weight for word, weight in weights.items() if word in have)
        if len(weights) >= FEWEST_WORDS and said < PART_UNDER * sum(weights.values()):
            return part
    return ""


def sentences_of(text: str) -> list[str]:
    return [piece.strip() for piece in SENTENCE_BREAK.split(text) if piece and piece.strip()]


@lru_cache(maxsize=8192)
def words_of(text: str) -> frozenset[str]:
    """Its telling words, without their endings; numbers are counted apart."""
    found = _WORD.findall(_CITED.sub(" ", text).casefold())
    return frozenset(_stem(word) for word in found if word not in _STOP and not word.isdigit())


def _best(weights: Mapping[str, float], evidence: Sequence[str]) -> list[str]:
    """The three that together say most: each is taken for what the ones before it lack, and then for what it has."""
    wanted = frozenset(weights)
    shared = [wanted & words_of(sentence) for sentence in evidence]
    whole = [sum(map(weights.__getitem__, words)) for words in shared]
    rest, left, chosen = list(range(len(evidence))), set(wanted), list[int]()
    while rest and len(chosen) < BEST:
        best = max(rest, key=lambda n: (sum(weights[word] for word in shared[n] if word in left), whole[n], -n))
        rest.remove(best)
        chosen.append(best)
        left -= shared[best]
    return [evidence[n] for n in sorted(chosen)]


def _share(all_of_them: int, missing: int) -> float:
    return 1.0 if not all_of_them else max(0.0, 1 - missing / all_of_them)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
