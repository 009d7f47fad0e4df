"""What an address answered with → readable text, in the same children as files of the library."""

from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from orchestration.values.errors import ToolFailed
from orchestration.values.ports import Readable, Received
from storage.converter.kinds import is_packed
from storage.converter.limits import Given, Limits
from storage.library.children import Answer, Children
from storage.library.conversion import suffix_of
from storage.library.unreadable import LARGEST_BYTES, LARGEST_TEXT_BYTES, UnknownKind, Unreadable

LIMITS = Limits(wall_seconds=60, most_characters=400_000, cut=True)
"""An agent waits for a page, and has other pages; it reads a long one in parts."""
LONGEST_TITLE = 300
ADDRESS_CHARACTERS = 200
_CUT = "(Only the first {:,} characters were read; the rest is left out.)"


class PageConversion:
    """Implements `orchestration.ports.PageConversion`."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._children = Children(limits)

    def most_bytes(self, head: bytes) -> int:
        return LARGEST_BYTES if is_packed(head) else LARGEST_TEXT_BYTES

    async def text_of(self, received: Received) -> Readable:
        address, name = received.url[:ADDRESS_CHARACTERS], _file_name(received.url)
        if not received.body.strip():
            raise ToolFailed(f"{address} is empty. Use another source.")
        given = Given(suffix_of(name), received.media_type, received.charset, received.url)
        try:
            answer = await self._children.read(received.body, given)
        except UnknownKind:
            said = received.media_type[:60] or "it does not say which"
            raise ToolFailed(f"{address} is of a kind that cannot be read ({said}). Use another source.") from None
        except Unreadable as error:
            raise ToolFailed(f"{error.said_of(address)} Use another source.") from None
        return self._readable(answer, name)

    def _readable(self, answer: Answer, name: str) -> Readable:
        text = answer.text.strip()
        if answer.cut:
            text = f"{text}\n\n{_CUT.format(self._limits.most_characters)}"
        title = " ".join(answer.title.split())[:LONGEST_TITLE]
        return Readable(text, title or name, _date(answer.date), tuple(answer.links))


def _file_name(url: str) -> str:
    """The last part of its path, as a person would save it; empty where there is none."""
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
