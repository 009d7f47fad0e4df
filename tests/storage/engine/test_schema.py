"""Migrations: from nothing, from a half-done one, and never from a newer version."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool
from warm_start import WarmStart

from storage.engine import schema
from storage.engine.database import Database
from storage.engine.opening import open_database
from storage.engine.schema import HEAD, DatabaseTooNew, NoFullTextSearch, require_full_text_search
from storage.engine.tables import metadata
from storage.search.terms import match, terms_of

OPEN = """
import asyncio, sys
from storage.engine.opening import open_database
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(open_database("sqlite:///" + sys.argv[1], clock=None))
"""


def test_head_is_alembics_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_a_migrated_file_has_exactly_the_tables_of_tables_py(db: Database) -> None:
    def differences(conn: Connection) -> list[Any]:
        def ours(name: str | None, kind: str, _parents: object) -> bool:
            return not (kind == "table" and str(name).startswith(("chunks_", "answers_words", "sqlite_")))

        context = MigrationContext.configure(conn, opts={"include_name": ours, "compare_type": True})
        return compare_metadata(context, metadata)

    assert await db.write(differences) == []


async def test_what_an_older_version_stored_is_found_by_what_search_looks_up_now(path: Path, clock: Any) -> None:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        # As r0001's own version of the program wrote them: the source's first word, no literals.
        conn.exec_driver_sql(
            "INSERT INTO documents VALUES ('d_1', 'T1', NULL, '', 'Snippets', '', 'Visual Studio Code docs', 'visual',"
            " 'h', '2026-11-20T12:00:00.000000Z', '2026-11-20T12:00:00.000000Z')"
        )
        conn.exec_driver_sql(
            "INSERT INTO chunks (chunk_id, document_id, position, breadcrumb, text, grams)"
            " VALUES ('d_1#1', 'd_1', 1, 'Snippets', 'Written in c++.', '')"
        )
    db = await open_database(f"sqlite:///{path}", clock=clock)
    names = await db.read(lambda conn: conn.exec_driver_sql("SELECT name FROM documents").scalars().all())
    hits = "SELECT rowid FROM chunks_grams WHERE chunks_grams MATCH ?"
    found = await db.read(lambda conn: conn.exec_driver_sql(hits, (match(terms_of("c++").grams),)).scalars().all())
    await db.close()
    assert (["visual studio code"], [1]) == (list(names), list(found))


async def test_a_newer_file_is_refused_and_left_as_it_is(db: Database, clock: Any) -> None:
    await db.close()
    with sqlite3.connect(db.path) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    before = db.path.read_bytes()
    with pytest.raises(DatabaseTooNew, match=r"was written by a newer version of Threadwork .* 9999"):
        await open_database(f"sqlite:///{db.path}", clock=clock)
    assert db.path.read_bytes() == before


async def test_two_processes_may_open_a_new_file_at_once(path: Path, clock: Any) -> None:
    opened = await asyncio.gather(*(open_database(f"sqlite:///{path}", clock=clock) for _ in range(4)))
    for db in opened:
        await db.close()


def test_a_sqlite_without_fts5_is_refused_with_what_to_do() -> None:
    class WithoutFts5(sqlite3.Connection):
        def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            return self.cursor().execute(sql, *rest)

        def cursor(self, *_: Any) -> Any:
            return super().cursor(_Refusing)

    class _Refusing(sqlite3.Cursor):
        def execute(self, sql: str, *rest: Any) -> "_Refusing":
            if "fts5" in sql:
                raise sqlite3.OperationalError("no such module: fts5")
            super().execute(sql, *rest)
            return self

    engine = create_engine("sqlite://", poolclass=NullPool, connect_args={"factory": WithoutFts5})
    with engine.connect() as conn, pytest.raises(NoFullTextSearch, match="FTS5"):
        require_full_text_search(conn)


@pytest.mark.crash
async def test_a_migration_that_was_killed_anywhere_is_done_whole_the_next_time(
    tmp_path: Path, clock: Any, warm: WarmStart, rounds: Any
) -> None:
    halves = 0
    for number in range(rounds(10, 200)):
        path = tmp_path / f"{number}.db"
        await asyncio.to_thread(killed_while_opening, warm, path, number % 40 / 250)
        halves += path.exists()
        db = await open_database(f"sqlite:///{path}", clock=clock)
        tables = await db.read(lambda conn: set(conn.dialect.get_table_names(conn)))
        assert set(metadata.tables) <= tables
        await db.close()
    assert halves > 0


def killed_while_opening(warm: WarmStart, path: Path, seconds: float) -> None:
    process = warm.program(OPEN, str(path))
    process.stdout.readline()
    process.stdin.write(b"\n")
    # Counted from the file's first byte: how long the process takes to get there depends on the machine.
    while seconds and not path.exists() and process.is_alive:
        time.sleep(0.001)
    time.sleep(seconds)
    process.kill()
    process.communicate()
