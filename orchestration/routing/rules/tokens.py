"""A question's words and signs, and what kind of word each is."""

import re
from dataclasses import dataclass

from orchestration.values.words import STOP_WORDS

_TOKEN = re.compile(
    r"""
    ["“„«](?P<quote>[^"“”„«»\n]{1,80})["“”»]
    | `[^`\n]{1,80}`
    | (?i:vs)\.?(?!\w)
    | (?:[^\W\d_]\.){2,}
    | [^\W\d_a-z]\.(?=\s+[^\W\d_a-z])
    | [^\W_](?:[\w.+#'&@-]{0,60}[\w+#])?
    | [^\w\s]|\n
    """,
    re.VERBOSE,
)
ARTICLES = frozenset(
    [
        "the",
        "a",
        "an",
        "both",
        "either",
        "between",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "zwischen",
        "el",
        "los",
        "las",
        "un",
        "una",
        "entre",
        "le",
        "les",
        "une",
    ]
)
AND = frozenset(["and", "&", "und", "y", "e", "et", "и", "nor"])
OR = frozenset(["or", "oder", "o", "ou"])
VERSUS = frozenset(["vs", "vs.", "versus"])
STOPS = frozenset(".?!;\n")
BE = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "am",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "ist",
        "sind",
        "war",
        "waren",
        "es",
        "son",
        "est",
        "sont",
    ]
)
PLURAL = frozenset(["are", "were", "do", "did", "have", "had", "can", "could"])
"""Auxiliaries that stand before two subjects."""
ASKING = frozenset(
    [
        "who",
        "whom",
        "whose",
        "what",
        "which",
        "when",
        "where",
        "why",
        "how",
        "what's",
        "who's",
        "wer",
        "wen",
        "wem",
        "was",
        "welche",
        "welcher",
        "welches",
        "welchem",
        "wann",
        "wo",
        "wie",
        "warum",
        "quién",
        "quiénes",
        "qué",
        "cuál",
        "cuáles",
        "cuándo",
        "dónde",
        "cómo",
        "qui",
        "que",
        "quel",
        "quelle",
        "quels",
        "quelles",
        "quand",
        "où",
        "comment",
    ]
)
_BETTER = frozenset(
    [
        "better",
        "best",
        "worse",
        "worst",
        "more",
        "most",
        "fewer",
        "fewest",
        "less",
        "least",
        "first",
        "last",
        "rather",
        "prefer",
        "preferred",
        "older",
        "oldest",
        "younger",
        "larger",
        "largest",
        "bigger",
        "smaller",
        "faster",
        "slower",
        "cheaper",
        "higher",
        "lower",
        "longer",
        "shorter",
        "stronger",
        "weaker",
        "earlier",
        "later",
        "nearer",
        "closer",
        "newer",
        "safer",
        "easier",
        "simpler",
        "taller",
        "deeper",
        "wider",
        "heavier",
        "lighter",
        "richer",
        "besser",
        "billiger",
        "schneller",
        "größer",
        "älter",
        "mejor",
        "peor",
        "más",
        "mieux",
        "meilleur",
        "meilleure",
        "plus",
        "moins",
    ]
)
_VERBS = frozenset(
    [
        "compare",
        "comparing",
        "compares",
        "contrast",
        "find",
        "list",
        "look",
        "check",
        "see",
        "say",
        "says",
        "tell",
        "give",
        "take",
        "pick",
        "choose",
        "choosing",
        "decide",
        "deciding",
        "put",
        "collect",
        "use",
        "uses",
        "using",
        "need",
        "needs",
        "want",
        "help",
        "know",
        "think",
        "handle",
        "work",
        "works",
        "support",
        "supports",
        "cost",
        "costs",
        "charge",
        "charging",
        "offer",
        "offers",
        "differ",
        "differs",
        "recommend",
        "recommends",
        "explain",
        "describe",
        "summarise",
        "summarize",
        "review",
        "rate",
        "read",
        "show",
        "get",
        "make",
        "makes",
        "go",
        "does",
        "vergleiche",
        "vergleich",
        "vergleichen",
        "compara",
        "comparar",
        "compare",
        "comparez",
        "finde",
        "prüfe",
    ]
)
_OTHER = frozenset(
    [
        "i",
        "we",
        "you",
        "he",
        "she",
        "it",
        "they",
        "me",
        "us",
        "him",
        "them",
        "my",
        "our",
        "your",
        "his",
        "her",
        "its",
        "their",
        "this",
        "these",
        "those",
        "here",
        "there",
        "pls",
        "please",
        "thanks",
        "now",
        "right",
        "currently",
        "today",
        "than",
        "as",
        "per",
        "via",
        "vs",
        "without",
        "within",
        "among",
        "against",
        "over",
        "under",
        "after",
        "before",
        "since",
        "until",
        "during",
        "about",
        "across",
        "regarding",
        "concerning",
        "because",
        "while",
        "if",
        "whether",
        "though",
        "but",
        "so",
        "yet",
        "then",
        "also",
        "still",
        "just",
        "only",
        "even",
        "not",
        "no",
        "let's",
        "let",
        "hi",
        "hey",
        "hello",
        "ok",
        "two",
        "three",
        "four",
        "five",
        "respective",
        "respectively",
        "stay",
        "same",
        "different",
        "für",
        "bei",
        "mit",
        "von",
        "zu",
        "im",
        "am",
        "aus",
        "nach",
        "auf",
        "über",
        "und",
        "oder",
        "sich",
        "nicht",
        "para",
        "con",
        "por",
        "de",
        "del",
        "al",
        "en",
        "desde",
        "según",
        "sin",
        "pour",
        "avec",
        "chez",
        "sur",
        "dans",
        "par",
        "du",
        "des",
        "au",
        "aux",
        "se",
        "ne",
        "pas",
        "ce",
        "cette",
        "il",
        "elle",
        "on",
    ]
)
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
JOINS_NAMES = frozenset(
    ["of", "the", "de", "la", "le", "du", "von", "van", "der", "den", "di", "da", "del", "bin", "al"]
)


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
        return self.low in _BETTER or (len(self.low) > 4 and self.low.endswith(("er", "est")) and self.low.islower())


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        found.append(_token(match, found[-1].low if found else "\n"))
    return found


def _token(match: re.Match[str], before: str) -> Token:
    text = match[0]
    low, word = text.lower(), text[0].isalnum() or len(text) > 1
    quoted = match["quote"] is not None or text[0] == "`"
    # "Go" within a sentence is a language, IT a department, and "a cost" a thing.
    noun = low in _VERBS and ((before not in STOPS and text[0].isupper()) or before in ARTICLES)
    called = noun or (len(text) > 1 and text.isupper())
    bound = not quoted and low in BOUND and not called
    shaped = any(c.isupper() for c in text) or (any(map(str.isdigit, text)) and not text.isdigit())
    return Token(
        match["quote"] or text.strip("`") or text,
        low,
        match.start(),
        match.end(),
        word,
        word and not bound and (quoted or shaped),
        bound,
    )
