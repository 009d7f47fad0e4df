"""Text pasted below a question, or above it, is its document: quoted from like any other, seen by nobody else."""

import re
from typing import TYPE_CHECKING

from bot.incoming.options import is_line_of_options
from orchestration.rules.asked import asks
from orchestration.values.text import cut

if TYPE_CHECKING:
    from orchestration.values.domain import Conversation
    from storage.library.library import Library

LONGEST_ASKED = 600
SHORTEST_PASTED = 400
LONGEST_TITLE = 120
"""Of a first line that may say what to do with the text, or may be its title."""
TITLE_CHARACTERS = 60
_GAP = re.compile(r"\n\s*\n|\n(?=```)|\n")
_BLOCKS = re.compile(r"\n\s*\n|(?<=\n```)\s*\n")
_MARKED = ("```", ">", "&gt;")
_POINT = re.compile(r"\s*(?:[-*•]|\d+[.)])\s")
_FENCE = re.compile(r"^\s*```\w*\n|\n?```\s*$")


def split(text: str) -> tuple[str, str]:
    """What is asked, and what was pasted below or above it; the second is empty where nothing was.

    A list of points belongs to the question however long it is.
    """
    gap = _GAP.search(text)
    if gap is None:
        return text, ""
    asked, pasted = _below(text) or _own(text[: gap.start()], text[gap.end() :])
    lines = [line for line in pasted.splitlines() if line.strip()]
    points = sum(bool(_POINT.match(line)) for line in lines)
    if not asked or len(asked) > LONGEST_ASKED or len(pasted) < SHORTEST_PASTED or 2 * points >= len(lines):
        return text, ""
    return asked, pasted


def _below(text: str) -> tuple[str, str] | None:
    """A question below the text, and the text; None where the head asks, or the end does not."""
    blocks = [block.strip() for block in _BLOCKS.split(text) if block.strip()]
    count = 2 if all(map(is_line_of_options, blocks[-1].splitlines())) else 1
    if len(blocks) <= count:
        return None
    head, last = blocks[0], "\n".join(blocks[-count:])
    above = text[: text.rindex(blocks[-count])].strip()
    if len(last) > LONGEST_ASKED or len(above) < SHORTEST_PASTED or "```" in last:
        return None
    if head.startswith(_MARKED):
        return last, _FENCE.sub("", above).strip()
    if not asks(last) or (len(head) <= LONGEST_ASKED and (asks(head) or head.endswith((":", "：")))):
        return None
    # In few words it may be either, so it counts as both.
    return (f"{head}\n{last}", above) if len(head) <= LONGEST_TITLE else (last, above)


def _own(asked: str, pasted: str) -> tuple[str, str]:
    """Lines of options next to the pasted text are the person's own: the first ones, and the last after a gap."""
    lines = pasted.strip().split("\n")
    first = next((n for n, line in enumerate(lines) if not is_line_of_options(line)), len(lines))
    last = len(lines)
    while last > first and is_line_of_options(lines[last - 1]):
        last -= 1
    if last > first and lines[last - 1].strip() and not lines[last - 1].endswith("```"):
        last = len(lines)
    own = [asked.strip(), *lines[:first], *lines[last:]]
    return "\n".join(own), _FENCE.sub("", "\n".join(lines[first:last]).strip()).strip()


async def keep(library: "Library", text: str, conversation: "Conversation", user_id: str) -> tuple[str, ...]:
    """The pasted text as a document that only this question can see; the same text twice is one document."""
    from storage.search.chunks import read_page

    page = read_page(text)
    first = cut(" ".join(text.split()), TITLE_CHARACTERS)
    added = await library.add(
        team_id=conversation.team_id,
        channel_id=f"{conversation.channel_id}/{conversation.thread_ts}",
        title=page.title or f"Pasted text: {first}",
        text=text,
        url=page.url,
        source="pasted",
        user_id=user_id,
    )
    return (added.document_id,)
