"""Pages into chunks: short enough to cite, cut at headings, each with the breadcrumb that leads to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from storage.converter.letters import one_form

CHUNK_CHARACTERS = 1300  # about 200 English words; characters also measure text without spaces
HEADING_CHARACTERS = 120
SOURCE_LINE_WITHIN = 12  # lines from the top
SOURCE_LINE_CHARACTERS = 1000

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*)$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_SOURCE = re.compile(
    r"^Source:\s*(?P<name>[^\n]*?)[,\s]+(?P<url>https?://[^\s,]+)(?:[^\n]*?\bas of (?P<as_of>[^\n]+?))?[.\s]*$"
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_SURROGATES = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says about itself; an empty string where it does not."""

    title: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Chunk:
    breadcrumb: str
    text: str
    """A verbatim piece of the page, so that a quote from it is found there."""


@dataclass(frozen=True, slots=True)
class _Section:
    headings: tuple[str, ...]
    lines: tuple[str, ...]


def normal_form(text: str) -> str:
    """Text that every database and socket takes: no NUL, no lone surrogate, one form of each letter and line end."""
    return one_form(_SURROGATES.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))


def read_page(text: str) -> Page:
    """Title from the first `# ` heading; source and url from a line `Source: name, url, as of date` near the top."""
    lines = text.split("\n")
    stated = next((found for number, line in enumerate(lines) if (found := _source_line(number, line))), None)
    title = next((heading[1] for line in lines if (heading := _heading(line)) and heading[0] == 1), "")
    if stated is None:
        return Page(title, "", "")
    # The date is part of the name: of two pages that disagree a reader has to see which one is newer.
    as_of = f" (as of {stated['as_of']})" if stated["as_of"] else ""
    return Page(title, stated["name"].rstrip(", ") + as_of, stated["url"])


def split(text: str, *, title: str, source: str) -> list[Chunk]:
    """At least one chunk, unless there is nothing but white space."""
    found = [
        Chunk(_breadcrumb(source, title, section.headings), piece)
        for section in _sections(text)
        for piece in _pieces("\n".join(section.lines))
    ]
    return found or [Chunk(_breadcrumb(source, title, ()), piece) for piece in _pieces(text)]


def _source_line(number: int, line: str) -> re.Match[str] | None:
    near_the_top = number < SOURCE_LINE_WITHIN and len(line) <= SOURCE_LINE_CHARACTERS
    return _SOURCE.match(line) if near_the_top else None


def _heading(line: str) -> tuple[int, str] | None:
    found = _HEADING.match(line)
    return (len(found[1]), found[2].strip().rstrip("#").rstrip()) if found else None


def _breadcrumb(source: str, title: str, headings: tuple[str, ...]) -> str:
    parts = [" ".join(part.split())[:HEADING_CHARACTERS] for part in (source, title, *headings)]
    return " › ".join(dict.fromkeys(part for part in parts if part))


def _sections(text: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False
    for number, line in enumerate(text.split("\n")):
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _heading(line)
        if heading:
            yield _Section(tuple(name for _, name in path), tuple(lines))
            path, lines = [*((level, name) for level, name in path if level < heading[0]), heading], []
        elif not _source_line(number, line):
            lines.append(line)
    yield _Section(tuple(name for _, name in path), tuple(lines))


def _pieces(text: str) -> Iterator[str]:
    """Neighbouring parts together while they are short enough."""
    start = end = 0
    for _, part_end in _parts(text, 0, len(text), (_PARAGRAPHS, _SENTENCES)):
        if part_end - start > CHUNK_CHARACTERS:
            yield from _unless_blank(text[start:end])
            start = end
        end = part_end
    yield from _unless_blank(text[start:end])


def _unless_blank(text: str) -> Iterator[str]:
    if piece := text.strip():
        yield piece


def _parts(text: str, start: int, end: int, cuts: tuple[re.Pattern[str], ...]) -> Iterator[tuple[int, int]]:
    """Spans none of which is longer than a chunk: paragraphs, where one is too long its sentences, else plain cuts."""
    if end - start <= CHUNK_CHARACTERS:
        yield start, end
    elif cuts:
        for begin, finish in pairwise([start, *(cut.end() for cut in cuts[0].finditer(text, start, end)), end]):
            yield from _parts(text, begin, finish, cuts[1:])
    else:
        yield from _plain_cuts(text, start, end)


def _plain_cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > CHUNK_CHARACTERS:
        limit = start + CHUNK_CHARACTERS
        space = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
        cut = space + 1 if space > start else limit
        yield start, cut
        start = cut
    yield start, end
