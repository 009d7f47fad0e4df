"""What can be quoted of a passage: sentences, items of lists and rows of tables, each in its place.

Code, directives and the lines that lead to a list are no answers by themselves; they come along with their neighbours.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from orchestration.values.domain import Passage
from orchestration.values.text import SENTENCE_BREAK
from orchestration.values.words import STOP_WORDS, stem, words

LONGEST = 500
"""Characters that are quoted in one piece."""
FEWEST_WORDS = 3
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+(?P<title>[^\n]+)\n?")
_BREAK = re.compile(rf"{SENTENCE_BREAK.pattern} | \n (?=[ \t]*:[^:\n]+:[ \t])", re.VERBOSE)
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_MARK = re.compile(r"(?:[>*+-]|#\.|\d+[.)]|\[[ xX]\])\s+|:[\w-]+:\s+|\.\.[ \t]+[\w:-]+::[ \t]*")
_NUMBER = re.compile(r"\d{1,3}[.)]")
_NO_PROSE = re.compile(r"\.\.\s|!\[|</?[a-z]+[ />]|>>>|\$ |Source:|:\w+:\s|[=+~^-]{4}|@\w")
_DIRECTIVE = re.compile(r"\.\.[ \t]+[\w:-]+::[ \t]*(?:\S+[ \t]*){0,3}$")
_BARE = re.compile(r"\.\.[ \t]+[\w:-]+::(?:[ \t]+\S+)?[ \t]*\n")
_MARKED = re.compile(r"``.*?``|:[\w:-]+:`[^`]*`|`[^`]*`|\*\*.*?\*\*|https?://\S+", re.DOTALL)
_SYMBOLS = re.compile(r"[=(){}\[\]<>|\\;$@_\"']")
MOST_SYMBOLS = 0.07
"""Share of the characters from which a text is a listing and no prose."""
_LISTING = re.compile(r"(?:::|\.\.[ \t]+(?:code-block|code|sourcecode|prompt)::.*)$", re.DOTALL)
_TERM = re.compile(r"[ \t]*(?P<term>\S[^\n]*)\n(?P<body>[ \t]+)\S")
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"[\s|:-]+$")
_CELL = re.compile(r"(?<!\\)\|")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LIKE_CITATION = re.compile(r"\[(\d{1,3}(?:,\s*\d{1,3})*|[^\[\]\n]{0,80}\b[a-zA-Z]_\w[^\[\]\n]{0,80})\](?!\()")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a passage's text."""

    passage: Passage
    start: int
    end: int
    place: int
    """Among the units of its passage."""
    heading: str
    """The innermost one above it in the text, or the term that it explains."""
    kind: str
    """`prose` may answer; what is `short` or `code` comes along with it."""
    row: str = ""
    """Of a table, as `header: value` pairs."""

    @property
    def prose(self) -> bool:
        return self.kind == "prose"

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def source_id(self) -> str:
        return self.passage.source_id

    @property
    def section(self) -> str:
        """The headings nearest above it; of a page without sections none."""
        _, _, last = self.passage.breadcrumb.rpartition(" › ")
        return f"{last if ' › ' in self.passage.breadcrumb else ''} {self.heading}".strip()

    @property
    def shown(self) -> str:
        """On one line; what looks like a citation in it must not become one."""
        text = self.row or " ".join(_BARE.sub("", self.text).split())
        return _LIKE_CITATION.sub(r"(\1)", text)

    @property
    def cited(self) -> str:
        return f"{self.shown} [{self.source_id}]"


@lru_cache(maxsize=8192)
def vocabulary(text: str) -> frozenset[str]:
    """Telling words without their endings; pairs of letters where a script has no spaces; `JobStore` is also job."""
    found = set(terms(text))
    for name in re.findall(r"\b\w*[a-z][A-Z]\w*\b", text):
        found |= {stem(part.lower()) for part in _PARTS.findall(name)}
    return frozenset(found)


def terms(text: str) -> list[str]:
    return [term for word in words(text) if word not in STOP_WORDS for term in _terms(word)]


def _terms(word: str) -> list[str]:
    if word.isalpha() and word.upper() == word.lower():
        return [word[n : n + 2] for n in range(max(1, len(word) - 1))]
    return [stem(word)]


@lru_cache(maxsize=512)
def units(passage: Passage) -> tuple[Unit, ...]:
    return tuple(
        Unit(passage, start, end, place, heading, kind, row)
        for place, (start, end, heading, kind, row) in enumerate(_units(passage.text))
    )


_Found = tuple[int, int, str, str, str]


def _units(text: str) -> Iterator[_Found]:
    heading, term, depth, listing, fenced = "", "", -1, -1, False
    for start, end in _pieces(text):
        if found := _HEADING.match(text, start, end):
            heading, term, start = found["title"], "", found.end()
        piece = text[start:end].strip()
        if not piece:
            continue
        start = text.index(piece[0], start)
        indent = start - text.rfind("\n", 0, start) - 1
        marks = len(_FENCE.findall("\n".join(line for line in piece.splitlines() if _FENCE.match(line))))
        code, fenced = fenced or bool(marks), fenced ^ (marks % 2 == 1)
        listing = listing if indent > listing else -1
        code = code or listing >= 0
        term = term if indent > depth else ""
        if _ROW.match(piece) and not code:
            yield from _rows(text, start, start + len(piece), heading)
            continue
        if not code and (named := _TERM.match(piece)) and _is_term(named, indent):
            term, depth = named["term"], indent
        if _LISTING.search(piece) and listing < 0:
            listing = indent
        if _DIRECTIVE.match(piece):
            continue
        yield from _unit(start, piece, f"{heading} {term}".strip(), code=code)


def _is_term(found: re.Match[str], indent: int) -> bool:
    """A short line above text that is set further in."""
    return (
        len(found["body"]) > indent
        and len(term := found["term"]) <= 100
        and not (_MARK.match(term) or term.endswith(":"))
    )


def _unit(start: int, piece: str, heading: str, *, code: bool) -> Iterator[_Found]:
    code = code or bool(_NO_PROSE.match(piece))
    while mark := _MARK.match(piece):
        piece, start = piece[mark.end() :], start + mark.end()
        code = bool(_NO_PROSE.match(piece))
    if piece and not _NUMBER.fullmatch(piece):
        code = code or len(_SYMBOLS.findall(_MARKED.sub("", piece))) > max(4, MOST_SYMBOLS * len(piece))
        asks = piece.rstrip('"”)').endswith(("?", "？"))
        short = asks or len(terms(piece)) < FEWEST_WORDS or len(piece) > LONGEST
        yield start, start + len(piece), heading, "code" if code else "short" if short else "prose", ""


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(text):
        if not _ROW.match(text, start) or "\n\n" in match[0]:
            yield start, match.start()
            start = match.end()
    yield start, len(text)


def _rows(text: str, start: int, end: int, heading: str) -> Iterator[_Found]:
    """Under the names of the columns where there is a rule below the first row."""
    lines = [match.span() for match in _ROW.finditer(text, start, end)]
    ruled = len(lines) > 1 and bool(_RULE.match(text[slice(*lines[1])]))
    names = _cells(text[slice(*lines[0])]) if ruled and lines else []
    for first, last in lines[2 if ruled else 0 :]:
        cells = _cells(text[first:last])
        named = zip(names or [""] * len(cells), cells, strict=False)
        pairs = [f"{name}: {cell}" if name else cell for name, cell in named if cell]
        if pairs and not _RULE.match(text[first:last]):
            yield first, last, heading, "prose", "; ".join(pairs)


def _cells(line: str) -> list[str]:
    return [" ".join(cell.replace("\\|", "|").split()) for cell in _CELL.split(line.strip().strip("|"))]


def joined(first: Unit, last: Unit) -> Unit:
    """From the one to the other, as one piece of their passage."""
    return Unit(first.passage, first.start, last.end, first.place, first.heading, "prose")


def all_units(passages: Sequence[Passage]) -> list[Unit]:
    """By the ids of their passages, each text of a page once, so that the order of arrival changes nothing."""
    found: dict[tuple[str, str], Unit] = {}
    for passage in sorted(passages, key=lambda passage: passage.chunk_id):
        for unit in units(passage):
            found.setdefault((unit.source_id, unit.text), unit)
    return list(found.values())
