"""Where in a page something is: the passage around it, and what a reader would look for to find it."""

import re
from collections.abc import Iterator

from orchestration.values.domain import Span

PASSAGE_CHARACTERS = 1300
"""About a chunk: what a reader takes in at one look, and what an agent was shown."""
TRAIL_CHARACTERS = 200
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_PAGE = re.compile(r"<!--\s*(?P<kind>page|slide)(?:\s+number)?\s*:?\s*(?P<number>\d{1,5})\s*-->", re.IGNORECASE)


def around(text: str, span: Span) -> str:
    """The section that holds the span, without what lies further away than a chunk is long; the span always whole."""
    before = [heading.end() for heading in _HEADING.finditer(text, 0, span.start)]
    after = _HEADING.search(text, span.end)
    start, end = before[-1] if before else 0, after.start() if after else len(text)
    if end - start <= PASSAGE_CHARACTERS:
        return text[start:end]
    room = max(0, PASSAGE_CHARACTERS - (span.end - span.start)) // 2
    breaks = [found.end() for found in _PARAGRAPH.finditer(text, start, end)]
    # Whole paragraphs where they fit: half a sentence would hide what it says.
    first = next((at for at in breaks if span.start - room <= at <= span.start), max(start, span.start - room))
    last = next((at for at in reversed(breaks) if span.end <= at <= span.end + room), min(end, span.end + room))
    return text[first:last]


def trail(text: str, at: int) -> tuple[str, ...]:
    """The headings above a place, from the outermost; with its page or slide where the text counts them."""
    path: list[tuple[int, str]] = []
    for level, name in _headings(text, at):
        path = [*((other, known) for other, known in path if other < level), (level, name)]
    return (*(name[:TRAIL_CHARACTERS] for _, name in path if name), *_leaf(text, at))


def _headings(text: str, before: int) -> Iterator[tuple[int, str]]:
    fences = [found.start() for found in _FENCE.finditer(text, 0, before)]
    for found in _HEADING.finditer(text, 0, before):
        if sum(fence < found.start() for fence in fences) % 2 == 0:
            yield len(found[1]), " ".join(found[2].split())


def _leaf(text: str, at: int) -> Iterator[str]:
    counted = list(_PAGE.finditer(text, 0, at))
    if counted:
        yield f"{counted[-1]['kind'].lower()} {counted[-1]['number']}"
    elif "\f" in text:
        yield f"page {text.count(chr(12), 0, at) + 1}"
