"""What was removed is in no byte of the database's files, whatever else is written and read beside it."""

from pathlib import Path
from typing import Any

import pytest

from bot.commands.files import Audience, Shelf
from storage.conversion import Conversion
from storage.file_reader import FileReader
from storage.library import Library

CANARY = "zanzibarquagga"
PAGE = f"# Secret of {CANARY}\n\n" + "".join(
    f"Line {n} says {CANARY} once more, and {CANARY}{n}.\n\n" for n in range(80)
)


@pytest.fixture
def library(house: Any) -> Library:
    return Library(house.db, house.clock)


def bytes_of(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(path.name + "*")))


async def add(library: Library, title: str, text: str) -> str:
    added = await library.add(team_id="T1", channel_id=None, title=title, text=text, url=f"file:{title}")
    return added.document_id


async def test_no_byte_of_a_removed_document_is_left(library: Library, house: Any) -> None:
    for number in range(30):
        await add(library, f"before {number}", f"# Page {number}\n\nWords about ships and harbours, number {number}.\n")
    secret = await add(library, CANARY, PAGE)
    for number in range(30):
        await add(library, f"after {number}", f"# Page {number}\n\nWords about roads and bridges, number {number}.\n")
    assert CANARY.encode() in bytes_of(house.db.path)
    assert await library.remove(secret)
    assert CANARY.encode() not in bytes_of(house.db.path)
    assert len(await library.list("T1")) == 60


async def test_no_byte_is_left_of_a_text_that_another_replaced(library: Library, house: Any) -> None:
    for number in range(10):
        await add(library, f"before {number}", f"# Page {number}\n\nWords about ships and harbours, number {number}.\n")
    await add(library, "page", PAGE)
    assert CANARY.encode() in bytes_of(house.db.path)
    await add(library, "page", "# Page\n\nNothing is left of it.\n")
    assert CANARY.encode() not in bytes_of(house.db.path)


async def test_nor_of_files_that_changed_in_a_folder(library: Library, house: Any, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    shelf = Shelf(library, FileReader(library, Conversion()), Audience("T1"))
    for text in (PAGE.partition("\n")[2], "Nothing is left of it.\n"):
        for name in ("a", "b"):
            (folder / f"{name}.md").write_text(text)
        outcome = await shelf.add([folder])
    assert [True, True] == [added.document.replaced for added in outcome.added]
    assert CANARY.encode() not in bytes_of(house.db.path)


async def test_what_is_new_or_unchanged_waits_for_no_erasure(library: Library, house: Any) -> None:
    first = await library.add(team_id="T1", channel_id=None, title="A", text="Alpha.")
    again = await library.add(team_id="T1", channel_id=None, title="A", text="Alpha.")
    other = await library.add(team_id="T1", channel_id=None, title="B", text="Beta.")
    assert [False, False, False] == [added.replaced for added in (first, again, other)]


async def test_everything_else_is_still_found_after_it(library: Library, house: Any) -> None:
    from orchestration.ports import Audience

    secret = await add(library, CANARY, PAGE)
    await add(library, "quokka", "# Quokka\n\nThe quokka lives on Rottnest Island.\n")
    await library.remove(secret)
    found = await library.search("quokka island", Audience("T1", "C1"), 5)
    assert [passage.text for passage in found] == ["The quokka lives on Rottnest Island."]
    assert await library.search(CANARY, Audience("T1", "C1"), 5) == []


async def test_a_reader_that_does_not_end_is_waited_for_and_then_left(house: Any) -> None:
    import sqlite3

    await Library(house.db, house.clock).add(team_id="T1", channel_id=None, title="A", text="Alpha.")
    other = sqlite3.connect(house.db.path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM documents").fetchall()
    await Library(house.db, house.clock).add(team_id="T1", channel_id=None, title="B", text="Beta.")
    try:
        assert await house.db.checkpoint() is False
    finally:
        other.close()
    assert await house.db.checkpoint() is True
