"""What was removed is in no byte of the database's files, whatever else is written and read beside it."""

import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete
from warm_start import WarmStart

from bot.local_files.files import Audience, Shelf
from storage.engine.schema import upgrade
from storage.engine.tables import chunks, source_texts
from storage.library.conversion import Conversion
from storage.library.erasure import erase
from storage.library.file_reader import FileReader
from storage.library.library import Library

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
    from orchestration.values.ports import Audience

    secret = await add(library, CANARY, PAGE)
    await add(library, "quokka", "# Quokka\n\nThe quokka lives on Rottnest Island.\n")
    await library.remove(secret)
    found = await library.search("quokka island", Audience("T1", "C1"), 5)
    assert [passage.text for passage in found] == ["The quokka lives on Rottnest Island."]
    assert await library.search(CANARY, Audience("T1", "C1"), 5) == []


async def test_a_reader_that_does_not_end_is_waited_for_and_then_left(house: Any) -> None:
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


async def test_a_deletion_that_came_while_another_was_erased_is_still_due(library: Library, house: Any) -> None:
    first, second = await add(library, "first", PAGE), await add(library, "second", PAGE.replace(CANARY, "okapizebu"))
    added = await library.add(
        team_id="T1", channel_id=None, title="first", text="Gone.", url="file:first", erase_later=True
    )
    assert (first, True) == (added.document_id, added.replaced)

    class Beside:
        """The database, to which somebody else writes just before this one's note."""

        def __getattr__(self, name: str) -> Any:
            return getattr(house.db, name)

        async def checkpoint(self) -> bool:
            done: bool = await house.db.checkpoint()
            await library.add(
                team_id="T1", channel_id=None, title="second", text="Gone.", url="file:second", erase_later=True
            )
            return done

    await erase(Beside())
    assert CANARY.encode() not in bytes_of(house.db.path)
    assert b"okapizebu" in bytes_of(house.db.path)
    await library.erase()
    assert b"okapizebu" not in bytes_of(house.db.path)
    assert second in {document.document_id for document in await library.list("T1")}


async def test_what_a_reader_without_an_end_kept_in_the_log_stays_due(library: Library, house: Any) -> None:
    secret = await add(library, CANARY, PAGE)
    other = sqlite3.connect(house.db.path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM documents").fetchall()
    assert await library.remove(secret)
    assert CANARY.encode() in bytes_of(house.db.path)
    other.close()
    await library.erase()
    assert CANARY.encode() not in bytes_of(house.db.path)


async def test_a_file_of_an_earlier_version_is_erased_once(library: Library, house: Any) -> None:
    """A kill may have left deleted words in it, and nobody noted so."""
    secret = await add(library, "page", PAGE)
    await house.db.write(lambda conn: conn.execute(delete(chunks).where(chunks.c.document_id == secret)))
    await house.db.write(lambda conn: conn.execute(delete(source_texts)))

    def as_before(conn: Connection) -> None:
        conn.exec_driver_sql("DROP TABLE erasures")
        conn.exec_driver_sql("ALTER TABLE final_answers DROP COLUMN channel_only")
        conn.exec_driver_sql("ALTER TABLE steps DROP COLUMN prompt")
        conn.exec_driver_sql("CREATE TABLE claims (id INTEGER PRIMARY KEY)")
        conn.exec_driver_sql("ALTER TABLE runs DROP COLUMN waits_since")
        conn.exec_driver_sql("ALTER TABLE budget_changes DROP COLUMN before_period")
        conn.exec_driver_sql("ALTER TABLE budget_changes DROP COLUMN before_nano_usd")
        conn.exec_driver_sql("DROP TABLE pauses")
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0009'")
        upgrade(conn, shown_url="threadwork.db")

    await house.db.write(as_before)
    assert CANARY.encode() in bytes_of(house.db.path)
    await library.erase()
    assert CANARY.encode() not in bytes_of(house.db.path)


async def test_where_nothing_is_due_nothing_is_written(library: Library, house: Any) -> None:
    secret = await add(library, CANARY, PAGE)
    await library.remove(secret)
    changes = house.db.subscribe()
    await library.erase()
    assert not await changes.wait(0.0)


DELETE = """
import asyncio, sys
from bot.clock import SystemClock
from storage.engine.opening import open_database
from storage.library.library import Library

async def main(path, how):
    db = await open_database("sqlite:///" + path, clock=SystemClock())
    library = Library(db, SystemClock())

    async def never():
        print("deleted", flush=True)
        await asyncio.Event().wait()

    library.erase = never
    (document,) = await library.list("T1")
    if how == "remove":
        await library.remove(document.document_id)
    else:
        await library.add(team_id="T1", channel_id=None, title=document.title, text="Gone.", url=document.url)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("how", ["remove", "replace"])
async def test_a_kill_before_the_erasure_leaves_it_to_the_next_process(
    house: Any, library: Library, warm: WarmStart, how: str
) -> None:
    await add(library, "page", PAGE)
    process = warm.program(DELETE, str(house.db.path), how)
    assert process.stdout.readline() == b"deleted\n"
    process.kill()
    assert process.communicate()[0] == -signal.SIGKILL
    assert CANARY.encode() in bytes_of(house.db.path)
    await library.erase()
    assert CANARY.encode() not in bytes_of(house.db.path)
