"""A question's words and signs, and what kind of word each is."""

import re
from dataclasses import dataclass

from orchestration.rules.words import vocabulary, wordset
from orchestration.values.words import STOP_WORDS

_TOKEN = re.compile(
    r"""
    ["“„«](?P<quote>[^"“”„«»\n]{1,80})["“”»]
    | `[^`\n]{1,80}`
    | https?://[^\s<>]{1,300}[\w/]
    | (?i:vs)\.?(?!\w) | \b(?:[JSDM]rs?|Ms|St|Inc|Ltd|Corp)\.
    | (?:[^\W\d_]\.){2,}
    | [^\W\d_a-z]\.(?=\s+[^\W\d_a-z])
    | [^\W_](?:[\w.+#'&@-]{0,60}[\w+#])?
    | [^\w\s]|\n
    """,
    re.VERBOSE,
)
_MIXED = re.compile(r"(?=\W*\w*\d)(?=.*[^\W\d_])")
"""Digits among letters, as in `3d` or `gpt-4`."""
ARTICLES = vocabulary("articles")
AND = wordset("and & und y e et и nor")
OR = wordset("or oder o ou")
VERSUS = wordset("vs vs. versus")
STOPS = frozenset(".?!;\n")
BE = vocabulary("be")
DO = wordset("do does did has have had")
PLURAL = wordset("are were do did have had can could")
"""Auxiliaries that stand before two subjects."""
ASKING = vocabulary("asking")
_BETTER = vocabulary("better")
_VERBS = vocabulary("verbs")
_OTHER = vocabulary("other")
BOUND = (
    (STOP_WORDS - {"m", "s", "d", "t"})
    | ARTICLES
    | AND
    | OR
    | VERSUS
    | BE
    | PLURAL
    | ASKING
    | _BETTER
    | _VERBS
    | _OTHER
)
"""Words that no thing is called by, so that a name ends before them."""
_NEVER_NAMES = ARTICLES | AND | OR | ASKING | {"i", "of", "in", "on", "at", "for", "with"}
JOINS_NAMES = vocabulary("joins_names")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    low: str
    start: int
    end: int
    word: bool
    """Not a sign."""
    name: bool
    """Written as names are: with a capital, a digit among its letters, or in quotation marks."""
    bound: bool

    @property
    def plain(self) -> bool:
        return self.word and not self.bound

    @property
    def better(self) -> bool:
        return self.low in _BETTER


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        found.append(_token(match, found[-1].low if found else "\n"))
    return found


def _token(match: re.Match[str], before: str) -> Token:
    text, start, end = match[0], match.start(), match.end()
    low = text.lower()
    plain = low == text
    if plain and text.isalpha():
        # Nearly every word of nearly every question.
        noun = before in ARTICLES and low in _VERBS
        return Token(text, low, start, end, word=True, name=False, bound=low in BOUND and not noun)
    word, quoted = len(text) > 1 or text.isalnum(), match["quote"] is not None or text[0] == "`"
    # "Go" within a sentence is a language, and IT a department.
    capital = before not in STOPS and text[0].isupper() and low not in _NEVER_NAMES
    called = quoted or capital or (len(text) > 1 and text.isupper())
    bound = low in BOUND and not called
    name = word and not bound and (quoted or not plain or _MIXED.match(low) is not None)
    return Token(match["quote"] or text.strip("`") or text, low, start, end, word=word, name=name, bound=bound)
