"""The one place where words are taken apart: what counts as a word, which say nothing, and which are one word.

The stems are those of Snowball's English stemmer (https://snowballstem.org/algorithms/english/stemmer.html), the one
that SQLite's `porter` tokenizer and Postgres' `english` configuration descend from. Other languages keep their words
nearly whole: a plural in German or Spanish is another word here.
"""

import re
from functools import lru_cache

from snowballstemmer import stemmer

WORD = re.compile(r"[^\W_]+")
_STOP_WORDS_TEXT = """
    a about all also am an and any are aren as at be been between both but by can could couldn d did didn do does doesn
    doing don each for from get give had has hasn have haven how i if in into is isn it its just like ll m many may me
    more most much must my no not of on or our out please re s should shouldn show so some such t tell than that the
    their them then there these they this those through to too up us use used using ve very want was wasn we were weren
    what when where which while who whom why will with won would wouldn you your
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
"""English words that say nothing about what a text is about. `not` is one: whoever counts denials looks for it."""


def words(text: str) -> list[str]:
    """Every word and number of the text in its order, case folded."""
    return WORD.findall(text.casefold())


def stems(text: str) -> list[str]:
    """Its telling words in their order, without their endings. Empty where it has stop words only."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """`databas` for `database` and `databases`; takes a word in lower case, and gives numbers and names as they are."""
    # A stemmer keeps the word it works on, so that two threads must not share one.
    return str(stemmer("english").stemWord(word)) if word.isascii() else word
