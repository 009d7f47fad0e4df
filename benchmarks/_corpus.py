"""Pages and questions made from a seed: words as frequent as in real text, topics that share words, named sources."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

WORDS = 60_000
SOURCES = 40
TOPICS = 400
TOPIC_WORDS = 250
FOCUS_WORDS = 14
"""What one section is about; other sections of its topic share some of them."""
SECTION_WORDS = 170
SECTIONS = 10
"""Of a page; each becomes a chunk."""
STOP = [
    *("the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be", "by", "on", "not"),
    *("he", "his", "at", "are", "this", "have", "from", "or", "had", "an", "they"),
]
SHARES = (0.38, 0.34, 0.16, 0.12)
"""How much of a text are stop words, words of the language, of the topic, of the section."""


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    query: str
    page: int
    """The page that was asked about."""


class Corpus:
    """Everything is drawn from `seed`: the same seed gives the same pages and questions."""

    def __init__(self, seed: int = 4) -> None:
        self._random = np.random.default_rng(seed)
        self._words = np.array(_vocabulary(WORDS, self._random), dtype=object)
        self._language = _zipf(WORDS)
        # Topics are made of words that are not the commonest, each with its own favourites.
        ranks = self._random.choice(np.arange(200, WORDS), size=(TOPICS, TOPIC_WORDS))
        self._topics = self._words[ranks]
        self._favourites = _zipf(TOPIC_WORDS)
        self.sources = [str(word).capitalize() for word in self._words[-SOURCES:]]

    def pages(self, count: int) -> Iterator[tuple[Page, list[list[str]]]]:
        """Each page with what its sections are about."""
        for number in range(count):
            topic = self._topics[int(self._random.integers(TOPICS))]
            focuses = [self._focus(topic) for _ in range(SECTIONS)]
            sections = [f"## {' '.join(focus[:3])}\n\n{self._section(topic, focus)}" for focus in focuses]
            title = " ".join([*topic[self._random.integers(40, size=2)], f"{number}"])
            yield Page(title, self.sources[number % SOURCES], "\n\n".join(sections)), focuses

    def question(self, number: int, focuses: list[list[str]]) -> Asked:
        """Some words of a section among common ones, as people ask; every second one names the source."""
        focus = focuses[int(self._random.integers(SECTIONS))]
        telling = [str(focus[n]) for n in self._random.choice(FOCUS_WORDS, size=4, replace=False)]
        common = [str(word) for word in self._words[self._random.choice(WORDS, size=4, p=self._language)]]
        named = f" in {self.sources[number % SOURCES]}" if number % 2 else ""
        return Asked(f"how is the {' '.join([*telling, *common])}{named}?", number)

    def commonest(self, count: int) -> list[str]:
        """Words of the language that are in the most sections."""
        return [str(word) for word in self._words[:count]]

    def _focus(self, topic: "np.ndarray") -> list[str]:
        own = self._words[self._random.integers(200, WORDS, size=FOCUS_WORDS // 2)]
        shared = topic[self._random.choice(TOPIC_WORDS, size=FOCUS_WORDS - len(own), p=self._favourites)]
        return [str(word) for pair in itertools.zip_longest(shared, own) for word in pair if word is not None]

    def _section(self, topic: "np.ndarray", focus: list[str]) -> str:
        stops, language, topical, focused = (int(share * SECTION_WORDS) for share in SHARES)
        drawn = [
            *np.array(STOP, dtype=object)[self._random.integers(len(STOP), size=stops)],
            *self._words[self._random.choice(WORDS, size=language, p=self._language)],
            *topic[self._random.choice(TOPIC_WORDS, size=topical, p=self._favourites)],
            *np.array(focus, dtype=object)[self._random.integers(len(focus), size=focused)],
        ]
        order = self._random.permutation(len(drawn))
        words = [str(drawn[n]) for n in order]
        return ". ".join(" ".join(words[at : at + 12]) for at in range(0, len(words), 12)) + "."


def _zipf(count: int) -> "np.ndarray":
    """The share of each rank."""
    shares = 1 / np.arange(1, count + 1)
    return shares / shares.sum()


def _vocabulary(count: int, random: "np.random.Generator") -> list[str]:
    """Words of two to four syllables, all different, the commonest short."""
    syllables = ["".join(pair) for pair in itertools.product("bdfgklmnprstvz", "aeiou")]
    words: dict[str, None] = {}
    while len(words) < count:
        length = 2 + (len(words) > 1000) + (len(words) > 30_000)
        words["".join(syllables[n] for n in random.integers(len(syllables), size=length))] = None
    return list(words)
