"""What a parser takes out of a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    parts: Iterable[str]
    """Made one after the other, so that a text without end is stopped where it is long enough."""
    title: str = ""
    """As the file states it, which may be a word processor's idea of one."""
    date: str = ""
    """ISO, of its last change."""
    links: Sequence[str] = ()
    left_out: Sequence[str] = ()
    """What a reader of the file sees and the text lacks, each in a few words."""
