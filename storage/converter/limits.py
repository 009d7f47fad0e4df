"""What one child may use and what it knows about the bytes it reads."""

from dataclasses import dataclass

MOST_CHARACTERS = 5_000_000
MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    cpu_seconds: int = 20
    wall_seconds: int = 90
    memory_bytes: int = 512_000_000
    most_pages: int = MOST_PAGES
    most_characters: int = MOST_CHARACTERS
    cut: bool = False
    """Whether a longer text is cut; else it is refused."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of the bytes. It only separates kinds of text: other kinds are detected from their content."""

    suffix: str = ""
    """Of the file's name, with its dot."""
    media_type: str = ""
    charset: str = ""
    url: str = ""
    """Where a page was found; only then its links and its date are looked for."""
