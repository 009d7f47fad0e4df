"""Files of the library → text: plain text here, everything that needs a parser in a child process."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from storage.converter.kinds import PLAIN, Kind, is_packed, text_kind
from storage.converter.limits import Given, Limits
from storage.converter.readable import readable
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of
from storage.library import unreadable
from storage.library.children import Children
from storage.library.unreadable import LARGEST_BYTES, LARGEST_TEXT_BYTES

VERSION = 3
"""Raise it where the same file becomes other text: what was converted before is converted again."""
_SUFFIX_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class Converted:
    text: str
    kind: Kind
    left_out: Sequence[str] = ()
    """What a reader of the file sees and the text lacks, each in a few words."""


class Conversion:
    def __init__(self, limits: Limits | None = None) -> None:
        self._children = Children(limits)

    async def convert(self, data: bytes, name: str) -> Converted:
        """Raises Unreadable. Cancelling it kills the child. `name` only tells CSV and Markdown from other text."""
        if not data.strip():
            raise unreadable.Empty
        if len(data) > LARGEST_BYTES:
            raise unreadable.TooLarge
        given = Given(suffix_of(name))
        try:
            if (plain := await asyncio.to_thread(_plain, data, given)) is not None:
                return plain
        except Refused as refused:
            raise unreadable.BY_CAUSE[refused.cause] from None
        answer = await self._children.read(data, given)
        return Converted(answer.text, answer.kind, tuple(answer.left_out))


def suffix_of(name: str) -> str:
    return PurePath(name).suffix.lower()[:_SUFFIX_CHARACTERS]


def file_hash(data: bytes, name: str) -> str:
    """Of what a text was made from: the same file, read by the same version as the same kind of text."""
    made_from = f"{VERSION} {PurePath(name).suffix.lower()}\n".encode("utf-8", "replace")
    return hashlib.sha256(made_from + data).hexdigest()


def _plain(data: bytes, given: Given) -> Converted | None:
    """None where it takes a parser."""
    if is_packed(data):
        return None
    text = words_of(data)
    kind = text_kind(text, given)
    if kind not in PLAIN:
        return None
    if len(data) > LARGEST_TEXT_BYTES:
        raise Refused(Cause.LONG)
    if not text.strip():
        raise unreadable.Empty
    return Converted(readable(text.replace("\r\n", "\n"), kind), kind)
