"""Opening, reading beside writing, and hearing of commits."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from orchestration.values.errors import OperatorError
from storage.engine import database
from storage.engine.database import Database
from storage.engine.opening import open_database, path_of
from storage.engine.refused import DatabaseRefused

COUNT = text("SELECT count(*) FROM source_texts")


def count(conn: Connection) -> int:
    number: int = conn.execute(COUNT).scalar_one()
    return number


def insert(name: str) -> Callable[[Connection], None]:
    def work(conn: Connection) -> None:
        conn.execute(text("INSERT INTO source_texts VALUES (:name, '', '')"), {"name": name})

    return work


async def test_a_read_sees_one_moment_while_writes_go_on_beside_it(db: Database) -> None:
    loop = asyncio.get_running_loop()

    def twice(conn: Connection) -> tuple[int, int]:
        before = count(conn)
        loop.call_soon_threadsafe(begun.set)
        time.sleep(0.1)
        return before, count(conn)

    begun = asyncio.Event()
    reading = asyncio.create_task(db.read(twice))
    await db.write(insert("a"))
    assert (await reading) in [(0, 0), (1, 1)]
    assert await db.read(count) == 1


async def test_a_read_cannot_write(db: Database) -> None:
    with pytest.raises(DatabaseRefused, match="readonly"):
        await db.read(insert("a"))


async def test_many_reads_at_once_are_all_answered(db: Database) -> None:
    assert await asyncio.gather(*(db.read(count) for _ in range(50))) == [0] * 50


async def test_a_follower_hears_of_an_own_commit_without_a_look_and_only_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOOK_SECONDS", 3600.0)
    changes = db.subscribe()
    waiting = asyncio.create_task(changes.wait(3600))
    await asyncio.sleep(0)
    await db.write(insert("a"))
    assert await asyncio.wait_for(waiting, 30)
    assert not await changes.wait(0.05)


async def test_a_follower_hears_of_what_was_committed_before_it_waited(db: Database) -> None:
    changes = db.subscribe()
    await db.write(insert("a"))
    assert await changes.wait(0)


async def test_a_failed_write_wakes_nobody(db: Database) -> None:
    changes = db.subscribe()
    with pytest.raises(ZeroDivisionError):
        await db.write(lambda _: 1 // 0)
    assert not await changes.wait(0.05)


async def test_a_follower_hears_of_another_processes_commit_at_its_next_look(db: Database) -> None:
    assert database.LOOK_SECONDS < 1
    changes = db.subscribe()
    waiting = asyncio.create_task(changes.wait(3600))
    await asyncio.sleep(0.05)
    with sqlite3.connect(db.path) as other:
        other.execute("INSERT INTO source_texts VALUES ('a', '', '')")
    other.close()
    assert await asyncio.wait_for(waiting, 30)


async def test_a_write_waits_for_another_processes_short_one(db: Database) -> None:
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(db.write(insert("a")))
    await asyncio.sleep(0.1)
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await writing
    assert await db.read(count) == 1


async def test_the_file_is_in_wal_and_its_writer_syncs_every_commit(db: Database) -> None:
    def pragmas(conn: Connection) -> list[Any]:
        return [
            conn.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert await db.write(pragmas) == ["wal", 2, 1]


async def test_a_file_opens_again_with_what_it_held(db: Database, clock: Any) -> None:
    await db.write(insert("a"))
    await db.close()
    again = await open_database(f"sqlite:///{db.path}", clock=clock)
    assert await again.read(count) == 1
    await again.close()


async def test_a_folder_in_the_way_of_the_file_is_said_in_a_sentence(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "taken.db").mkdir()
    with pytest.raises(OperatorError, match=r"taken\.db cannot be opened: .+ DATABASE_URL"):
        await open_database(f"sqlite:///{tmp_path}/taken.db", clock=clock)


async def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "notes.db").write_text("shopping list " * 100)
    with pytest.raises(OperatorError, match=r"notes\.db cannot be opened: file is not a database"):
        await open_database(f"sqlite:///{tmp_path}/notes.db", clock=clock)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:secret@h/db", "does not name a SQLite file"),
        ("mysql://h/db", "does not name a SQLite file"),
        ("sqlite://", "does not name a SQLite file"),
        ("sqlite:///:memory:", "does not name a SQLite file"),
        ("postgresql://h:port/db", "is not an address of a database"),
        ("threadwork.db", "is not an address of a database"),
    ],
)
def test_an_address_that_names_no_sqlite_file_is_refused_with_what_to_write(url: str, said: str) -> None:
    with pytest.raises(OperatorError, match=said) as refused:
        path_of(url)
    assert "sqlite+aiosqlite:///threadwork.db" in refused.value.sentence
    assert "secret" not in refused.value.sentence


@pytest.mark.parametrize("url", ["sqlite:///a/b.db", "sqlite+aiosqlite:///a/b.db"])
def test_both_spellings_of_sqlite_name_the_same_file(url: str) -> None:
    assert path_of(url) == Path("a/b.db")


async def test_who_waits_for_peoples_acts_sleeps_through_the_drivers_own_commits(db: Database) -> None:
    changes = db.subscribe(acts_only=True)
    await db.write(insert("a"))
    assert not await changes.wait(1.2)
    db.announce()
    assert await changes.wait(0)


async def test_who_waits_for_peoples_acts_hears_of_another_process_even_while_this_one_writes(db: Database) -> None:
    changes = db.subscribe(acts_only=True)
    for number in range(5):
        await db.write(insert(f"a{number}"))
    with sqlite3.connect(db.path) as other:
        other.execute("INSERT INTO source_texts VALUES ('b', '', '')")
    other.close()
    for number in range(5):
        await db.write(insert(f"c{number}"))
    assert await changes.wait(30)
    assert not await changes.wait(0.1)
