"""Questions into full-text terms, so that no question's text is ever read as query syntax."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from storage.chunks import clean

MOST_TERMS = 48
"""A question of 40,000 characters must not cost a second."""

_WORD = re.compile(r"\w+")
# A file named as the source, as `docs add` does: "pricing.md" must not make "pricing" a name.
_PATH = re.compile(r"/|\.\w{1,8}$")
# Scripts written without spaces: Thai to Khmer, kana, Han, Hangul syllables.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_STOP_WORDS_TEXT = """
    a about all also am an and any are as at be been between both but by can could d did do does doing each for from get
    give had has have how i if in into is it its just like ll m many may me more most much must my no not of on or our
    out re s should show so some such t tell than that the their them then there these they this those through to too up
    us use used using ve very was we were what when where which while who whom why will with would you your
"""
_STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
# First words of sources that a question uses in their own meaning.
_NO_NAMES_TEXT = """
    api blog company data doc docs document documentation documents engineering faq file files general guide handbook
    help home http https internal internet local manual new note notes official online open page pages paper papers
    people policies policy product project projects readme reference report reports research rfc rules sales security
    service software source sources support system systems team teams technical time tutorial user users version web
    website wiki www
"""
_NO_NAMES = _STOP_WORDS | frozenset(_NO_NAMES_TEXT.split())


@dataclass(frozen=True, slots=True)
class Terms:
    words: tuple[str, ...]
    grams: tuple[str, ...]


def terms_of(query: str) -> Terms:
    """Words in lower case, each once, without those that say nothing, unless nothing else is left."""
    text = clean(query).casefold()
    words = list(dict.fromkeys(_WORD.findall(text)))
    telling = [word for word in words if word not in _STOP_WORDS] or words
    return Terms(tuple(telling[:MOST_TERMS]), tuple(dict.fromkeys(_pairs(text)))[:MOST_TERMS])


def grams_of(text: str) -> str:
    """Pairs of neighbouring letters of scripts without spaces, as words: SQLite's tokenizers would see one long one.

    Its trigram tokenizer would miss the many words of two letters.
    """
    return " ".join(_pairs(text))


def name_of(title: str, source: str) -> str:
    """The word by which a question names where a page is from, in lower case, or nothing.

    The source's first word. A title's only where it looks like a name, since "Time zones" names nobody's pages.
    """
    if _PATH.search(source):
        source = ""
    word = _WORD.search(source or title)
    if word is None or word[0].casefold() in _NO_NAMES or len(word[0]) < 2:
        return ""
    labelled = title[word.end() :].lstrip().startswith((":", "›")) or word[0][1:] != word[0][1:].lower()
    return word[0].casefold() if source or labelled else ""


def _pairs(text: str) -> list[str]:
    runs: list[str] = _UNSPACED.findall(text)
    return [run[n : n + 2] for run in runs for n in range(max(len(run) - 1, 1))]


def match(terms: Iterable[str]) -> str:
    """Any of the terms, each quoted, so that none is an operator."""
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
