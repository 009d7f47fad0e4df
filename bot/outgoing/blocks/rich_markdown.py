"""Markdown of a model in places where Slack takes no `markdown` block, such as forms: headings, lists, bold, code."""

import re
from collections.abc import Iterator
from itertools import groupby

from bot.outgoing.blocks.elements import Span, line, listed, span
from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.mrkdwn import inert

_HEADING = re.compile(r"\s*#{1,6}\s+")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_MARKED = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)")
LINE_CHARACTERS = 2_000


def rich_markdown(text: str) -> list[Block]:
    """Parts of a `rich_text`; what it does not know stays as it is written."""
    lines = [line for line in text.splitlines() if line.strip()]
    parts: list[Block] = []
    for is_list, group in groupby(lines, key=lambda line: bool(_ITEM.match(line))):
        if is_list:
            parts.append(listed([list(_spans(_ITEM.sub("", item, count=1))) for item in group]))
        else:
            parts += [line(*_line(each), span("\n")) for each in group]
    return parts


def without_marks(text: str) -> str:
    """The words of one line."""
    return _MARKED.sub(lambda found: found[found.lastgroup or 0], _ITEM.sub("", _HEADING.sub("", text), count=1))


def _line(text: str) -> list[Span]:
    if _HEADING.match(text):
        return [span(_shown(without_marks(text)), "bold")]
    return list(_spans(text))


def _spans(text: str) -> Iterator[Span]:
    at = 0
    for found in _MARKED.finditer(text):
        if found.start() > at:
            yield span(_shown(text[at : found.start()]))
        yield span(_shown(found[found.lastgroup or 0]), str(found.lastgroup))
        at = found.end()
    if at < len(text):
        yield span(_shown(text[at:]))


def _shown(text: str) -> str:
    return inert(text)[:LINE_CHARACTERS]
