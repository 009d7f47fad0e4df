"""Files of a folder as documents of the library."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.session import TEAM
from bot.plain_text import Unreadable, text_of
from orchestration.errors import AskerError
from storage.chunks import read_page

if TYPE_CHECKING:
    from storage.library import AddedDocument, Library

READABLE = (".md", ".markdown", ".txt")
LARGEST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see what is added: a team, or one channel of it."""

    team_id: str = TEAM
    channel_id: str | None = None
    user_id: str = ""
    public: bool = False
    """Anybody in the world may know it."""


@dataclass(frozen=True, slots=True)
class Added:
    path: Path
    document: "AddedDocument"


@dataclass(slots=True)
class Outcome:
    added: list[Added] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """One sentence a file."""


async def add(library: "Library", paths: Sequence[Path], audience: Audience) -> Outcome:
    """Every readable file of the paths; folders with all below them, hidden ones left out."""
    outcome = Outcome()
    for path in found(paths):
        text, trouble = read(path)
        if trouble:
            outcome.skipped.append(trouble)
            continue
        page = read_page(text)
        document = await library.add(
            team_id=audience.team_id,
            channel_id=audience.channel_id,
            title=page.title or path.stem.replace("-", " ").replace("_", " "),
            text=text,
            url=page.url or f"file:{shown(path)}",
            source=page.source or shown(path),
            user_id=audience.user_id,
            public=audience.public,
        )
        outcome.added.append(Added(path, document))
    return outcome


async def share(library: "Library", paths: Sequence[Path], *, channel_id: str, user_id: str) -> tuple[str, ...]:
    """Documents that one question brings along; all of them have to be readable."""
    outcome = await add(library, paths, Audience(channel_id=channel_id, user_id=user_id))
    if outcome.skipped:
        raise AskerError("\n".join(outcome.skipped))
    return tuple(added.document.document_id for added in outcome.added)


def found(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for below in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in below.relative_to(path).parts)
            if below.is_file() and not hidden:
                yield below


def read(path: Path) -> tuple[str, str]:
    """The text, or the sentence that says why there is none."""
    name = shown(path)
    if path.suffix.lower() not in READABLE:
        kinds = ", ".join(READABLE)
        return "", f"{name}: skipped. This version reads {kinds}; convert the file to one of them."
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return "", f"{name}: skipped. It is larger than {LARGEST_BYTES // 1_000_000} MB; split it."
        return text_of(path.read_bytes()), ""
    except FileNotFoundError:
        return "", f"{name}: there is no such file."
    except OSError as error:
        return "", f"{name}: cannot be read ({error.strerror}). Check its permissions."
    except Unreadable as error:
        return "", f"{name}: skipped. {error.reason}"


def shown(path: Path) -> str:
    """Relative to the working folder where it lies in it: an answer must not show where somebody's home is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.name
