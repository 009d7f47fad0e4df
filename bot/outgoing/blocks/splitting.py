"""Long Markdown in parts that each fit a message: Slack refuses what is too long, and cuts nothing nicely.

Sizes are bytes of UTF-8: Slack's undocumented ceiling for a whole message was found to count those.
"""

import re
from collections.abc import Iterator

PART_BYTES = 9_000
_FENCE = re.compile(r"^ {0,12}(`{3,}|~{3,})")


def weight(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def split(text: str, limit: int = PART_BYTES) -> list[str]:
    """Parts of at most `limit` bytes, broken between paragraphs, else rows, lines, words and finally letters.

    A code fence that is broken is closed and opened again, a table repeats its head.
    """
    parts: list[str] = []
    for piece in (small for block in _blocks(text) for small in _fitting(block, limit)):
        if parts and weight(parts[-1]) + weight(piece) + 2 <= limit:
            parts[-1] += "\n\n" + piece
        else:
            parts.append(piece)
    return parts or [""]


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs; a fence with its blank lines is one of them."""
    block: list[str] = []
    mark = ""
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        if mark:
            mark = "" if fence and fence[1].startswith(mark) and not line.strip().strip(mark[0]) else mark
        elif fence:
            mark = fence[1]
        if line.strip() or mark:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _fitting(block: str, limit: int) -> list[str]:
    if weight(block) <= limit:
        return [block]
    lines = block.split("\n")
    fence = _FENCE.match(lines[0])
    if fence:
        return _wrapped(lines[1:-1], lines[0] + "\n", "\n" + lines[-1], limit)
    if len(lines) > 2 and "|" in lines[0] and re.fullmatch(r"[\s|:-]+", lines[1]):
        return _wrapped(lines[2:], "\n".join(lines[:2]) + "\n", "", limit)
    return _wrapped(lines, "", "", limit)


def _wrapped(lines: list[str], head: str, foot: str, limit: int) -> list[str]:
    if weight(head) + weight(foot) > limit // 2:
        head, foot, lines = "", "", [*head.split("\n"), *lines, *foot.split("\n")]
    room = limit - weight(head) - weight(foot)
    groups: list[str] = []
    for row in (short for line in lines for short in _short(line, room)):
        if groups and weight(groups[-1]) + weight(row) + 1 <= room:
            groups[-1] += "\n" + row
        else:
            groups.append(row)
    return [head + group + foot for group in groups]


def _short(line: str, limit: int) -> list[str]:
    """A line in pieces, broken at its last space that fits; a word without end is cut between letters."""
    pieces: list[str] = []
    while weight(line) > limit:
        cut = line.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")
        space = cut.rfind(" ")
        cut = cut[:space] if space > len(cut) // 2 else cut
        pieces.append(cut)
        line = line[len(cut) :].lstrip(" ")
    return [*pieces, line]
