"""Names of a statement that its source does not know: of people, products, places, and pieces of code.

A name is what case shows: capitals inside a word, abbreviations, letters with digits, code; a plain capitalised word
only inside a sentence, or where another text of the run writes it with a capital inside one, because at its beginning
every word has one. In German and in titles, where most nouns are capitalised, plain ones say nothing.
Folded: case, accents, possessive and plural, hyphens and spaces inside a name, endings (Python, Pythonic), and
abbreviations that the source spells out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from orchestration.evidence.dates import MONTHS
from orchestration.evidence.forms import CITATION

TOO_MANY = 2 / 3
_MONEY = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "cny": "¥", "inr": "₹"}
SHORTEST_PREFIX = 5
LONGEST_ENDING = 3
FEWEST_INITIALS = 3

_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_](?:[\w.+#’'-]*[\w+#])?")
_NOISE = re.compile(rf"{CITATION}|https?://\S+")
_OPENS = re.compile(r"(?:^|[.!?:;|\n\"“„«(*>_–—-])[\s\"“„«(*>_`-]*$")
_PIECES = re.compile(r"[.\-'’+#_]+")
_POSSESSIVE = re.compile(r"['’]s?$")
_INNER_CAPITAL = re.compile(r"[a-z\d][A-Z]|[A-Z]{2}")
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|ein|eine|einen|mit|von|für|nicht|im|den|dem|zu|auf|wird|werden|auch|sind|nach|bei)\b"
)
_NO_NAMES = frozenset(
    re.findall(
        r"\S+",
        """i a ok yes no not and or but if must may should can never always only all none any this that these those
        there the we you it he she they in on at of for to from by as is are was were be today tomorrow yesterday monday
        tuesday wednesday thursday friday saturday sunday mr mrs ms dr prof e.g i.e etc vs am pm bc ad no.""",
    )
)


@dataclass(frozen=True)
class Known:
    """What a source writes: its words, and what only several of them together say."""

    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        words = _WORD.findall(self.text)
        # A page uses most of its words more than once.
        forms = {word: _folded(word) for word in set(words)}
        pairs = {one + other for one, other in pairwise([forms[word] for word in words])}
        # Python 3.11 is a Python3 too.
        pairs |= {forms[one] + other.partition(".")[0] for one, other in pairwise(words) if other[:1].isdigit()}
        pieces = {_folded(piece) for word in forms if not word.isalnum() for piece in _PIECES.split(word)}
        return frozenset((pairs | pieces).union(forms.values()) - {""})

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word[:SHORTEST_PREFIX] for word in self.words)

    @cached_property
    def initials(self) -> str:
        return "".join(_folded(word)[:1] for piece in _WORD.findall(self.text) for word in piece.split("-") if word)

    def has(self, name: str) -> bool:
        folded = _folded(name)
        if folded in self.words or _singular(folded) in self.words or f"{folded}s" in self.words:
            return True
        if len(folded) >= SHORTEST_PREFIX and folded[:SHORTEST_PREFIX] in self.stems and self._begins_alike(folded):
            return True
        if folded in _MONEY and _MONEY[folded] in self.text:
            return True
        return name.isupper() and name.isalpha() and len(folded) >= FEWEST_INITIALS and folded in self.initials

    def _begins_alike(self, folded: str) -> bool:
        return any(
            abs(len(word) - len(folded)) <= LONGEST_ENDING
            # An ending that the source lacks makes no other name; a number does: Windows11 is not Windows.
            and (word.startswith(folded) or (folded.startswith(word) and folded[len(word) :].isalpha()))
            for word in self.words
            if len(word) >= SHORTEST_PREFIX
        )


def missing_names(statement: str, known: Known, seen: frozenset[str] = frozenset()) -> list[str]:
    """`seen` are names as `capitalised` finds them in other texts of the run."""
    return [name for name in names_in(statement, seen) if not known.has(name)]


def names_in(statement: str, seen: frozenset[str] = frozenset()) -> list[str]:
    """In their order, each once."""
    found = [word.name for word in _candidates(statement) if word.sure or word.folded in seen]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    folded: str
    sure: bool
    """Else it is a name only where another text shows it to be one."""


@lru_cache(maxsize=1024)
def _candidates(statement: str) -> tuple[_Candidate, ...]:
    """Kept for a while: a statement is asked for its names by each check in turn."""
    text = _NOISE.sub(lambda found: " " * len(found[0]), statement)
    words = list(_WORD.finditer(text))
    plain = {word.start(): _opens(text, word.start()) for word in words if _is_plain(word[0])}
    titled = sum(not opens for opens in plain.values()) > TOO_MANY * len(words) or len(_GERMAN.findall(text)) > 1
    shouted = sum(word[0].isupper() and len(word[0]) > 1 for word in words) * 2 > len(words) > 3
    found = []
    for word in words:
        if word[0].isalpha() and word[0].islower():
            continue
        name = _bare(word[0])
        if len(name) < 2 or name.casefold() in _NO_NAMES or name.casefold() in MONTHS:
            continue
        marked = _is_marked(name) and not (shouted and name.isalpha())
        if marked or (_is_plain(name) and not titled):
            found.append(_Candidate(name, _folded(name), marked or not plain[word.start()]))
    return tuple(found)


def capitalised(texts: Iterable[str]) -> frozenset[str]:
    """Words that stand with a capital inside a sentence of these texts, folded."""
    return frozenset(_folded(word) for text in texts for word in _inside(text))


def _inside(text: str) -> Iterator[str]:
    for word in _WORD.finditer(text):
        if _is_plain(word[0]) and not _opens(text, word.start()) and word[0].casefold() not in _NO_NAMES:
            yield word[0]


def _opens(text: str, at: int) -> bool:
    return bool(_OPENS.search(text[max(0, at - 12) : at])) if at else True


def _is_plain(word: str) -> bool:
    return word[:1].isupper() and word[1:2].islower()


def _is_marked(word: str) -> bool:
    """What is a name wherever it stands: abbreviations, capitals inside, letters with digits, code."""
    if word.replace("-", "").replace(".", "").replace(",", "").isdigit():
        return False
    has_digit = any(letter.isdigit() for letter in word) and word[:1].isalpha()
    return has_digit or "_" in word or bool(_INNER_CAPITAL.search(word))


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word)


def _folded(word: str) -> str:
    if word.isalnum() and word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", _bare(word))
    return "".join(letter for letter in plain if letter.isalnum() or letter in "+#").casefold()


def _singular(folded: str) -> str:
    return folded[:-1] if folded.endswith("s") else folded
