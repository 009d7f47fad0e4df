"""Questions into full-text terms, so that no question's text is ever read as query syntax."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import ucd_3_2_0

from orchestration.values.words import STOP_WORDS
from storage.search.chunks import normal_form

MOST_TERMS = 48
"""A question of 40,000 characters must not cost a second."""
LITERAL_CHARACTERS = 60

_WORD = re.compile(r"\w+")
# Scripts written without spaces: Thai to Khmer, kana, Han, Hangul syllables.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
# What is around a literal rather than in it: `(node.js),` is node.js.
_OPENING, _CLOSING = "([{<\"'“”„`*_|~=,;:!?…«»¿¡", ")]}>\"'“”„`*_|~=.,;:!?…«»/\\-"
_PLAIN = re.compile(r"\w*")
_CONTRACTION = re.compile(r"\w+'\w{1,2}")
_SYMBOL = re.compile("[\u20a0-\u2bff\u3003-\u303f\ufffc-\ufffd\U0001f000-\U0001faff]")
_FOLDED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "−": "-"})


@dataclass(frozen=True, slots=True)
class Terms:
    words: tuple[str, ...]
    grams: tuple[str, ...]
    """Of text without spaces, and of what is more than a word: `c++`, `POL-358`, `node.js`, 🙂."""


def terms_of(query: str) -> Terms:
    """Words, each once, without those that say nothing, unless nothing else is left."""
    text = normal_form(query)
    words = list({_plain(word): None for word in _WORD.findall(text)})
    telling = [word for word in words if word not in STOP_WORDS] or words
    pairs = [pair for run in _UNSPACED.findall(text) for pair in _asked_pairs(run)]
    literals = list(dict.fromkeys(_literals(text)))
    # "What's" and "don't" are in every other text; they are literals only of somebody who looks for them.
    rare = [literal for literal in literals if not _CONTRACTION.fullmatch(literal)]
    only = STOP_WORDS.issuperset(words) or len(words) <= 2
    spelt = map(_spelt, literals if only else rare)
    return Terms(tuple(telling[:MOST_TERMS]), tuple(dict.fromkeys([*pairs, *spelt]))[:MOST_TERMS])


def grams_of(text: str) -> str:
    """What SQLite's tokenizers would tear apart or never see, as words for an index of its own.

    Pairs of neighbouring letters of scripts without spaces, where its trigram tokenizer would miss the many words of
    two letters, and the last letter alone, so that each letter begins one. And literals, spelt with letters only.
    """
    folded = text.casefold()
    pairs = (run[n : n + 2] for run in _UNSPACED.findall(folded) for n in range(len(run)))
    return " ".join([*pairs, *map(_spelt, _literals(text))])


def match(terms: Iterable[str]) -> str:
    """Any of the terms, each quoted, so that none is an operator. A single letter of a script means its pairs."""
    return " OR ".join(map(_quoted, terms))


def _quoted(term: str) -> str:
    quoted = '"' + term.replace('"', '""') + '"'
    return quoted + " *" if len(term) == 1 and _UNSPACED.match(term) else quoted


def _plain(word: str) -> str:
    # SQLite folds what it reads its own way: "ß" is not "ss" to it.
    return word.lower() if word.isascii() else word


def _asked_pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(max(len(run) - 1, 1))]


def _literals(text: str) -> Iterator[str]:
    for piece in text.translate(_FOLDED).split():
        literal = piece.lstrip(_OPENING).rstrip(_CLOSING)
        known = _PLAIN.fullmatch(literal) and not any(map(_is_new, literal))
        if not known and len(literal) <= LITERAL_CHARACTERS and not _UNSPACED.search(literal):
            yield literal.casefold()
        yield from _SYMBOL.findall(piece)


def _is_new(letter: str) -> bool:
    """Whether SQLite's tokenizers, which know an older Unicode, may take the letter for a separator."""
    return not letter.isascii() and ucd_3_2_0.category(letter) == "Cn"


def _spelt(literal: str) -> str:
    """With letters only: those of the private use area are letters to SQLite too, and no text means them."""
    return "".join(map(_letter, literal))


def _letter(letter: str) -> str:
    return letter if letter.isalnum() and not _is_new(letter) else f"\ue000{ord(letter):x}\ue001"
