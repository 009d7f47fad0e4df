"""Files of a folder as documents of the library."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bot.local_files.folders import (
    Found,
    bytes_of,
    found,
    legible,
    place_of,
    shown,
)
from bot.setup.local_team import LOCAL_TEAM
from orchestration.values.errors import AskerError
from storage.library.unreadable import Unreadable
from storage.search.chunks import Page, read_page

if TYPE_CHECKING:
    from storage.library.file_reader import FileReader, ReadFile
    from storage.library.library import AddedDocument, File, Library

TEXT_SUFFIXES = (".md", ".markdown", ".txt")
OTHER_SUFFIXES = (".html", ".htm", ".xhtml", ".pdf", ".docx", ".pptx", ".xlsx", ".xlsm", ".csv", ".tsv")
TAKEN = (*TEXT_SUFFIXES, *OTHER_SUFFIXES)
"""Of a folder. A file that is named is taken whatever it is called, if its bytes are of a kind that is read."""
_OLD_SUFFIXES = (".doc", ".ppt", ".xls", ".xlsb")
"""Looked at only for the sentence that says what to save them as."""
AT_ONCE = 4
SAY_EVERY_SECONDS = 2.0

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see what is added: a team, or one channel of it."""

    team_id: str = LOCAL_TEAM
    channel_id: str | None = None
    user_id: str = ""
    public: bool = False
    """Anybody in the world may know it."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A file that was read, and is not kept yet."""

    path: Path
    read: "ReadFile"
    page: Page

    @property
    def place(self) -> str:
        """A page with an address of its own may come from another folder the next time."""
        return f"{self.page.url}\n{self.path.name}" if self.page.url else place_of(self.path)


@dataclass(frozen=True, slots=True)
class Added:
    path: Path
    file: "File"
    document: "AddedDocument"
    left_out: Sequence[str] = ()


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
        async with aclosing(self._read_each(files)) as reads, aclosing(_in_order(self._keep, _apart(reads))) as kept:
            async for result in kept:
                _take(outcome, result)
                if progress is not None:
                    progress(len(outcome.added) + len(outcome.skipped), len(files))
        await self._library.erase()
        return outcome

    async def add_all(self, paths: Sequence[Path]) -> Sequence[Added]:
        """None of them where one cannot be read: raises an AskerError that names it."""
        files = await asyncio.to_thread(lambda: list(found(paths)))
        async with aclosing(self._read_each(files)) as reads:
            results = [result async for result in _apart(reads)]
        if refusals := [result for result in results if isinstance(result, str)]:
            raise AskerError("\n".join(refusals))
        return [await self._added(result) for result in results if isinstance(result, Readable)]

    def _read_each(self, files: Sequence[Found]) -> "AsyncGenerator[Readable | str]":
        return _in_order(self._read, _one_by_one(files))

    async def _read(self, file: Found) -> Readable | str:
        """Or the sentence that says why it is no document."""
        name, path = shown(file.path), file.path
        if file.refusal:
            return file.refusal
        if not file.named and path.suffix.lower() not in (*TAKEN, *_OLD_SUFFIXES):
            return f"{name}: skipped. From a folder I take {', '.join(TAKEN)}; name the file itself if it is text."
        try:
            data = await asyncio.to_thread(bytes_of, path)
            read = await self._reader.read(data, path.name)
        except FileNotFoundError:
            return f"{name}: there is no such file."
        except OSError as error:
            what_to_do = "Check its permissions." if isinstance(error, PermissionError) else "Check its name."
            return f"{name}: cannot be read ({error.strerror}). {what_to_do}"
        except Unreadable as error:
            return f"{name}: skipped. {error.sentence}"
        page = read_page(read.text)
        return Readable(
            path, read, page if read.speaks_for_itself else Page(page.title if read.has_title else "", "", "")
        )

    async def _keep(self, result: Readable | str) -> Added | str:
        return result if isinstance(result, str) else await self._added(result)

    async def _added(self, file: Readable) -> Added:
        page = file.page
        document = await self._library.add(
            team_id=self._audience.team_id,
            channel_id=self._audience.channel_id,
            title=page.title or legible(file.path.stem).replace("-", " ").replace("_", " "),
            text=file.read.text,
            url=page.url or f"file:{shown(file.path)}",
            place=file.place,
            source=page.source or shown(file.path),
            user_id=self._audience.user_id,
            public=self._audience.public,
            file=file.read.file,
            erase_later=True,
        )
        return Added(file.path, file.read.file, document, file.read.left_out)


async def share(shelf: Shelf, paths: Sequence[Path]) -> tuple[str, ...]:
    """Documents that one question brings along; where one of them cannot be read, none is kept."""
    for path in await asyncio.to_thread(lambda: [one for one in paths if os.path.isdir(one)]):
        raise AskerError(f"{shown(path)} is a folder. Name its files, or add it with `threadwork docs add {path}`.")
    return tuple(added.document.document_id for added in await shelf.add_all(paths))


async def _one_by_one(files: Sequence[Found]) -> AsyncGenerator[Found]:
    for file in files:
        yield file


async def _in_order(work: Callable[[A], Coroutine[Any, Any, B]], given: AsyncIterable[A]) -> "AsyncGenerator[B]":
    """A few side by side; whoever stops listening cancels the rest."""
    under_way: deque[asyncio.Task[B]] = deque()
    try:
        async for one in given:
            under_way.append(asyncio.create_task(work(one)))
            if len(under_way) == AT_ONCE:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _apart(reads: "AsyncIterable[Readable | str]") -> "AsyncGenerator[Readable | str]":
    """Two files that claim the same place would replace each other at every command."""
    first: dict[str, Path] = {}
    async for file in reads:
        if isinstance(file, Readable) and (other := first.setdefault(file.place, file.path)) != file.path:
            yield (
                f"{shown(file.path)}: skipped. It has the name of {shown(other)} and says that it comes from the same "
                f"address, {legible(file.page.url)}. Rename one of them, or give it an address of its own."
            )
        else:
            yield file


def _take(outcome: Outcome, result: Added | str) -> None:
    if isinstance(result, str):
        outcome.skipped.append(result)
    else:
        outcome.added.append(result)
