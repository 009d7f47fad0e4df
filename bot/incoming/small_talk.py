"""Thanks, greetings, praise and the like: what people say to each other, which asks nothing."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

LONGEST = 160
_SPACELESS = ("ja", "zh", "th")
_ASKS = re.compile(r"[?？؟¿;0-9/@#]|--")
_GAP = re.compile(r"[.,!:…\n()\"。、，！：؛،~•·—–]+|\s-\s")
_AND = re.compile(
    r"\s(?:and|but|und|aber|et|mais|y|pero|e|mas|ma|en|maar|och|og|men|ja|ale|и|но|та|але|ve|dan|si|es|και|و)\s"
)
_SHORTCODE = re.compile(r":[a-z0-9_+'-]+:")


class Kind(StrEnum):
    THANKS = "thanks"
    FAREWELL = "farewell"
    GREETING = "greeting"
    PRAISE = "praise"
    NOD = "nod"
    """Yes, no, understood."""


ANSWERS = {
    Kind.THANKS: "You're welcome.",
    Kind.FAREWELL: "See you.",
    Kind.GREETING: "Hello. Ask me a question, and I look it up.",
    Kind.PRAISE: "Good to hear.",
    Kind.NOD: "Noted. Nothing was started.",
}


@dataclass(frozen=True, slots=True)
class _Language:
    phrase: re.Pattern[str]
    along: re.Pattern[str]
    kinds: dict[Kind, re.Pattern[str]]


def small_talk(text: str) -> Kind | None:
    """None where any part of the text is something else: it may be a question."""
    said = _folded(_SHORTCODE.sub(" ", text.replace("’", "'")))
    if len(text) > LONGEST or _ASKS.search(said):
        return None
    parts = (part for phrase in _GAP.split(said) for part in _AND.split(f" {phrase} "))
    phrases = [" ".join(words) for part in parts if (words := _words(part))]
    kinds = [kind for phrase in phrases if (kind := _kind(phrase)) is not None]
    # A single word may follow that only says to whom: "Nice work, team".
    addressed = sum(_only_goes_along(phrase) for phrase in phrases)
    if not kinds or len(kinds) + addressed < len(phrases):
        return None
    return min(kinds, key=list(Kind).index)


def _kind(phrase: str) -> Kind | None:
    for language in _languages():
        if language.phrase.fullmatch(phrase):
            return next(kind for kind, pattern in language.kinds.items() if pattern.search(phrase))
    return None


def _only_goes_along(phrase: str) -> bool:
    return " " not in phrase and any(language.along.fullmatch(phrase) for language in _languages())


def _words(phrase: str) -> list[str]:
    """Pictures and signs that stand alone or hang on to a word say nothing."""
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMZ" or sign in "'-" else " " for sign in phrase)
    return [word for word in kept.split() if word.strip("'-")]


@cache
def _languages() -> tuple[_Language, ...]:
    expressions: dict[str, dict[str, str]] = defaultdict(dict)
    for line in files(__package__).joinpath("small_talk.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, said = line.split(": ", 1)
            language, kind = name.split()
            expressions[language][kind] = _folded(said)
    return tuple(_language(found, spaced=name not in _SPACELESS) for name, found in expressions.items())


def _language(expressions: dict[str, str], *, spaced: bool) -> _Language:
    gap, edge = (" ", r"\b") if spaced else (" ?", "")
    core = "|".join(said for kind, said in expressions.items() if kind != "with")
    along = expressions["with"]
    whole = rf"(?:(?:{along}){gap})*(?:{core})(?:{gap}(?:{core}|{along}))*"
    kinds = {kind: re.compile(rf"{edge}(?:{expressions[kind]}){edge}") for kind in Kind}
    return _Language(re.compile(whole), re.compile(along), kinds)


def _folded(text: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")
