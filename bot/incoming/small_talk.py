"""Thanks, greetings, praise and the like, which ask nothing; and what decides on a draft in a word or two."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
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
_STROKES = str.maketrans("ıłøđ", "ilod")
"""Letters that are no accented ones to Unicode, and are written without their stroke just as often."""
_SHORTCODE = re.compile(r":[a-z0-9_+'-]+:")


class Kind(StrEnum):
    THANKS = "thanks"
    FAREWELL = "farewell"
    GREETING = "greeting"
    PRAISE = "praise"
    NOD = "nod"
    """Yes, no, understood."""
    APPROVE = "approve"
    FIX = "fix"

    @property
    def decides(self) -> bool:
        """On a draft whose notes wait; elsewhere it is not small talk."""
        return self in (Kind.APPROVE, Kind.FIX)


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
    decision: re.Pattern[str]
    """A phrase that may decide on a draft too."""
    along: re.Pattern[str]
    kinds: dict[Kind, re.Pattern[str]]


def small_talk(text: str) -> Kind | None:
    """None where any part of the text is something else: it may be a question."""
    kinds = _kinds(text, decision=False)
    return min(kinds, key=list(Kind).index) if kinds else None


def decision(text: str) -> Kind | None:
    """APPROVE or FIX, where the text says that and nothing else of a draft whose notes wait."""
    asks = text.rstrip().endswith("?")
    kinds = _kinds(text.rstrip(" ?"), decision=True)
    if Kind.FIX in kinds:
        return Kind.FIX
    return Kind.APPROVE if not asks and (Kind.APPROVE in kinds or Kind.NOD in kinds) else None


def _kinds(text: str, *, decision: bool) -> list[Kind]:
    """Of every phrase; none where one of them is something else."""
    said = _folded(_SHORTCODE.sub(" ", text.replace("’", "'")))
    if len(text) > LONGEST or _ASKS.search(said):
        return []
    wholes = (" ".join(_words(part)) for part in _GAP.split(said))
    phrases = [part for whole in wholes if whole for part in _parts(whole, decision=decision)]
    kinds = [kind for phrase in phrases if (kind := _kind(phrase, decision=decision)) is not None]
    # A single word may follow that only says to whom: "Nice work, team".
    addressed = sum(_only_goes_along(phrase) for phrase in phrases)
    return kinds if len(kinds) + addressed >= len(phrases) else []


def _parts(phrase: str, *, decision: bool) -> list[str]:
    """At each "and"; but what is an `and` in one language is another word in the next: "nie ma za co"."""
    if _kind(phrase, decision=decision) is not None:
        return [phrase]
    return [" ".join(part.split()) for part in _AND.split(f" {phrase} ") if part.strip()]


def _kind(phrase: str, *, decision: bool) -> Kind | None:
    for language in _languages():
        whole = language.decision if decision else language.phrase
        if whole.fullmatch(phrase):
            order = reversed(language.kinds.items()) if decision else language.kinds.items()
            return next(kind for kind, pattern in order if pattern.search(phrase))
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
    along = expressions.pop("with")
    known = {kind: expressions[kind] for kind in Kind if kind in expressions}

    def whole(kinds: Iterable[Kind]) -> re.Pattern[str]:
        core = "|".join(known[kind] for kind in kinds)
        return re.compile(rf"(?:(?:{along}){gap})*(?:{core})(?:{gap}(?:{core}|{along}))*")

    patterns = {kind: re.compile(rf"{edge}(?:{said}){edge}") for kind, said in known.items()}
    chat = whole(kind for kind in known if not kind.decides)
    return _Language(chat, whole(known), re.compile(along), patterns)


def _folded(text: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")
