"""Sentences of retrieved passages, ranked by BM25 and spread by maximal marginal relevance.

Every sentence is an exact piece of its passage's text, so that it can be quoted as it stands.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from orchestration.values.domain import Passage
from orchestration.values.text import SENTENCE_BREAK

K1 = 1.2
B = 0.4  # below the usual 0.75: short sentences are not better evidence than long ones
MMR = 0.7
MOST_CHARACTERS = 500

HEADING = re.compile(r"#{1,6}\s+(?P<title>[^\n]+)")
NOT_PROSE = re.compile(r"#|\||```|~~~|Source:|!\[|</?[a-z]+[ />]")
FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
MARKER = re.compile(r"(?:[>*+-]|\d+[.)])\s+")
LIKE_CITATION = re.compile(r"\[(\d{1,3}(?:,\s*\d{1,3})*|[^\[\]\n]{0,80}\b[a-zA-Z]_\w[^\[\]\n]{0,80})\](?!\()")
WORD = re.compile(r"[^\W_]+")
SUFFIX = re.compile(r"(?<=\w{3})(?:ings?|ed|es|s)$")
STOP_WORDS = frozenset(
    WORD.findall(
        """a about all an and any are as at be been but by can could did do does for from had has have how i if in into
        is it its me my no not of on or our pick please should small so tell than that the their them then there these
        they this to want was we were what when where which who why will with would you your"""
    )
)


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    passage: Passage
    place: int
    """Its position among all sentences: the last tie-break."""
    headings: str
    """The passage's breadcrumb, and the heading inside the passage under which it stands."""
    leads: bool
    """The first of its section, which is where writers say what the section is about."""

    @property
    def source_id(self) -> str:
        return self.passage.source_id

    @property
    def shown(self) -> str:
        """On one line, as it is put into a summary; what looks like a citation in it must not become one."""
        return LIKE_CITATION.sub(r"(\1)", " ".join(self.text.split()))

    @property
    def section(self) -> str:
        """The innermost heading above it, `""` where only the page's title is."""
        before, _, last = self.headings.strip().rpartition("›")
        return last if before else self.headings.removeprefix(self.passage.breadcrumb)

    @property
    def cited(self) -> str:
        return f"{self.shown} [{self.source_id}]"


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Six letters without a plural or verb ending: enough to see `tests` in `testing`, `deployed` in `deployment`."""
    return SUFFIX.sub("", word)[:6]


def terms(text: str) -> list[str]:
    return [stem(word) for word in WORD.findall(text.lower()) if word not in STOP_WORDS]


@lru_cache(maxsize=2048)
def vocabulary(text: str) -> frozenset[str]:
    return frozenset(terms(text))


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    heading: str
    leads: bool


def split(text: str) -> list[Piece]:
    """The prose sentences of a Markdown text, verbatim; headings, tables, code and source lines are left out."""
    found, start, heading, leads = list[Piece](), 0, "", True
    for end, after in [*(match.span() for match in SENTENCE_BREAK.finditer(text)), (len(text), len(text))]:
        piece, begun, start = text[start:end].strip(), start, after
        if title := HEADING.match(piece):
            heading, leads = title["title"], True
            piece = piece[title.end() :].strip()
        if NOT_PROSE.match(piece) or _in_table_or_code(text, text.find(piece, begun)):
            continue
        marker = MARKER.match(piece)
        piece = piece[marker.end() :] if marker else piece
        if len(WORD.findall(piece)) >= 4 and len(piece) <= MOST_CHARACTERS:
            found.append(Piece(piece, heading, leads))
            leads = False
    return found


def _in_table_or_code(text: str, place: int) -> bool:
    """What follows a full stop in a cell, or an empty line in a listing, looks like a sentence."""
    line = text[text.rfind("\n", 0, place) + 1 :].partition("\n")[0].strip()
    return line.startswith("|") or line.endswith("|") or len(FENCE.findall(text, 0, place)) % 2 == 1


def sentences(passages: Iterable[Passage]) -> list[Sentence]:
    """Of all passages in the order of their ids, each text once, so that arrival order cannot change an answer."""
    found: dict[tuple[str, str], Sentence] = {}
    for passage in sorted(passages, key=lambda passage: passage.chunk_id):
        for piece in split(passage.text):
            headings = f"{passage.breadcrumb} {piece.heading}"
            sentence = Sentence(piece.text, passage, len(found), headings, piece.leads)
            found.setdefault((passage.source_id, piece.text), sentence)
    return list(found.values())


def weights(sentence: Sentence) -> Counter[str]:
    """Term counts; a section's headings speak for each of its sentences, so their words count as if said once."""
    return _counts(sentence.text, sentence.headings)


@lru_cache(maxsize=2048)
def _counts(text: str, headings: str) -> Counter[str]:
    return Counter(terms(text)) + Counter(vocabulary(headings))


def bm25(query: Sequence[str], candidates: Sequence[Sentence]) -> list[float]:
    counted = [weights(sentence) for sentence in candidates]
    lengths = [max(1, len(terms(sentence.text))) for sentence in candidates]
    mean = sum(lengths) / len(lengths) if lengths else 1.0
    rare = rarity(query, counted)
    return [
        sum(
            rare[term] * counts[term] * (K1 + 1) / (counts[term] + K1 * (1 - B + B * length / mean))
            for term in sorted(rare)
        )
        for counts, length in zip(counted, lengths, strict=True)
    ]


def rarity(query: Iterable[str], found: Sequence[Container[str]]) -> dict[str, float]:
    """How telling each term is among what was found: nothing like the whole library, but the same each time."""
    having = {term: sum(term in words for words in found) for term in query}
    return {term: math.log(1 + (len(found) - n + 0.5) / (n + 0.5)) for term, n in having.items()}


def ranked(query: Sequence[str], candidates: Sequence[Sentence]) -> list[tuple[float, Sentence]]:
    """Best first; ties by place."""
    scored = zip(bm25(query, candidates), candidates, strict=True)
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].place))


def matches(query: Iterable[str], sentence: Sentence) -> int:
    """How many different terms of the query the sentence itself has."""
    return len(vocabulary(sentence.text) & set(query))


def spread(ordered: Sequence[tuple[float, Sentence]], count: int) -> list[Sentence]:
    """The best `count` that do not repeat each other."""
    rest, chosen = list(ordered), list[Sentence]()
    top = max((score for score, _ in rest), default=0.0) or 1.0
    while rest and len(chosen) < count:
        worth = _marginal(top, chosen)
        best = max(rest, key=lambda pair: (worth(pair), -pair[1].place))
        rest.remove(best)
        chosen.append(best[1])
    return chosen


def _marginal(top: float, chosen: Sequence[Sentence]) -> Callable[[tuple[float, Sentence]], float]:
    taken = [vocabulary(sentence.text) for sentence in chosen]

    def worth(pair: tuple[float, Sentence]) -> float:
        score, sentence = pair
        own = vocabulary(sentence.text)
        nearest = max((len(own & other) / max(1, len(own | other)) for other in taken), default=0.0)
        return MMR * score / top - (1 - MMR) * nearest

    return worth
