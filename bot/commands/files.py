"""Files of a folder as documents of the library."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.session import TEAM
from orchestration.errors import AskerError
from storage.chunks import Page, read_page
from storage.unreadable import LARGEST_BYTES, TooLarge, Unreadable

if TYPE_CHECKING:
    from storage.file_reader import FileReader, ReadFile
    from storage.library import AddedDocument, File, Library

TEXT_SUFFIXES = (".md", ".markdown", ".txt")
OTHER_SUFFIXES = (".html", ".htm", ".xhtml", ".pdf", ".docx", ".pptx", ".xlsx", ".xlsm", ".csv", ".tsv")
TAKEN = (*TEXT_SUFFIXES, *OTHER_SUFFIXES)
"""Of a folder. A file that is named is taken whatever it is called, if its bytes are of a kind that is read."""
_OLD_SUFFIXES = (".doc", ".ppt", ".xls", ".xlsb")
"""Looked at only for the sentence that says what to save them as."""
AT_ONCE = 4
SAY_EVERY_SECONDS = 2.0


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
    file: "File"
    document: "AddedDocument"


@dataclass(slots=True)
class Outcome:
    added: list[Added] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """One sentence a file."""


Progress = Callable[[int, int], None]
"""How many files are done, of how many."""


class Shelf:
    """Where files of this machine become documents for one audience."""

    def __init__(self, library: "Library", reader: "FileReader", audience: Audience) -> None:
        self._library = library
        self._reader = reader
        self._audience = audience

    async def add(self, paths: Sequence[Path], progress: Progress | None = None) -> Outcome:
        """Every readable file of the paths; folders with all below them, hidden ones left out."""
        outcome = Outcome()
        files = await asyncio.to_thread(lambda: list(found(paths)))
        under_way: deque[asyncio.Task[Added | str]] = deque()
        try:
            for path in files:
                under_way.append(asyncio.create_task(self._add(path, named=path in paths)))
                if len(under_way) == AT_ONCE:
                    _take(outcome, await under_way.popleft())
                    if progress is not None:
                        progress(len(outcome.added) + len(outcome.skipped), len(files))
            while under_way:
                _take(outcome, await under_way.popleft())
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        await self._library.erase()
        return outcome

    async def _add(self, path: Path, *, named: bool) -> Added | str:
        """Or the sentence that says why it is no document."""
        name = shown(path)
        if not named and path.suffix.lower() not in (*TAKEN, *_OLD_SUFFIXES):
            return f"{name}: skipped. From a folder I take {', '.join(TAKEN)}; name the file itself if it is text."
        try:
            data = await asyncio.to_thread(_bytes, path)
            read = await self._reader.read(data, path.name)
        except FileNotFoundError:
            return f"{name}: there is no such file."
        except OSError as error:
            return f"{name}: cannot be read ({error.strerror}). Check its permissions."
        except Unreadable as error:
            return f"{name}: skipped. {error.sentence}"
        return Added(path, read.file, await self._keep(path, read))

    async def _keep(self, path: Path, read: "ReadFile") -> "AddedDocument":
        page = read_page(read.text)
        if not read.speaks_for_itself:
            page = Page(page.title if read.has_title else "", "", "")
        return await self._library.add(
            team_id=self._audience.team_id,
            channel_id=self._audience.channel_id,
            title=page.title or path.stem.replace("-", " ").replace("_", " "),
            text=read.text,
            url=page.url or f"file:{shown(path)}",
            place=_place(path, page),
            source=page.source or shown(path),
            user_id=self._audience.user_id,
            public=self._audience.public,
            file=read.file,
            erase_later=True,
        )


async def share(shelf: Shelf, paths: Sequence[Path]) -> tuple[str, ...]:
    """Documents that one question brings along; all of them have to be readable."""
    for path in paths:
        if path.is_dir():
            raise AskerError(f"{shown(path)} is a folder. Name its files, or add it with `threadwork docs add {path}`.")
    outcome = await shelf.add(paths)
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


def shown(path: Path) -> str:
    """Relative to the working folder where it lies in it: an answer must not show where somebody's home is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.name


def _place(path: Path, page: Page) -> str:
    """A page with an address of its own may come from another folder the next time."""
    return f"{page.url}\n{path.name}" if page.url else str(path.resolve())


def _take(outcome: Outcome, result: Added | str) -> None:
    if isinstance(result, str):
        outcome.skipped.append(result)
    else:
        outcome.added.append(result)


def _bytes(path: Path) -> bytes:
    """No more than a document may have; a device or a pipe has no end, or no beginning."""
    if path.exists() and not path.is_file():
        raise Unreadable("It is not a file.")
    with path.open("rb") as opened:
        data = opened.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise TooLarge
    return data
