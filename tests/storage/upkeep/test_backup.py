"""A way back that is proven, and a way to Postgres that loses nothing."""

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from orchestration.values.errors import OperatorError
from orchestration.values.ports import Audience
from storage.engine.copying import NotWhole
from storage.engine.opening import open_database
from storage.library.library import Library
from storage.library.postgres_library import PostgresLibrary
from storage.runs.runs import Runs
from storage.upkeep.backup import backup, restore
from storage.upkeep.moving import move

HERE = Audience("T1", "C1")


async def furnish(house: Any) -> Any:
    run = await house.running()
    await house.spend_on(run, 700)
    library = Library(house.db, house.clock)
    await library.add(team_id="T1", channel_id=None, title="Hours", text="The museum of trams opens on Sundays.")
    return run


async def test_a_backup_taken_at_work_is_restored_with_all_that_was_committed(house: Any, tmp_path: Path) -> None:
    run = await furnish(house)
    copy = tmp_path / "copy.db"
    found = await asyncio.to_thread(backup, house.db.path, copy)
    assert (found.runs, found.searched) == (1, 1)
    await house.runs.cancel(run.run_id, "U1")
    await house.db.close()
    await asyncio.to_thread(restore, copy, house.db.path)
    again = await open_database(f"sqlite:///{house.db.path}", clock=house.clock)
    assert (await Runs(again, house.clock, house.ids).get(run.run_id)).status == "running"
    await again.close()
    assert house.db.path.with_name("threadwork.db.before-restore").is_file()


async def test_a_damaged_backup_replaces_nothing(house: Any, tmp_path: Path) -> None:
    await furnish(house)
    copy = tmp_path / "copy.db"
    await asyncio.to_thread(backup, house.db.path, copy)
    with sqlite3.connect(copy) as other:
        other.execute("UPDATE balances SET spent = spent + 1")
    other.close()
    await house.db.close()
    before = house.db.path.read_bytes()
    with pytest.raises(NotWhole, match="balances differ"):
        await asyncio.to_thread(restore, copy, house.db.path)
    assert house.db.path.read_bytes() == before


async def test_a_backup_replaces_no_file(house: Any, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(OperatorError, match="is there already"):
        await asyncio.to_thread(backup, house.db.path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


async def test_nothing_is_restored_under_a_driver(house: Any, tmp_path: Path) -> None:
    shutil.copy(house.db.path, tmp_path / "copy.db")
    async with house.db.drive():
        with pytest.raises(OperatorError, match="already drives runs"):
            await asyncio.to_thread(restore, tmp_path / "copy.db", house.db.path)


async def test_a_file_moves_to_postgres_with_its_money_and_its_library(house: Any, postgres_url: str) -> None:
    run = await furnish(house)
    target = await open_database(postgres_url, clock=house.clock)
    library = PostgresLibrary(target, house.clock)
    moved = await move(house.db.path, target, library)
    assert moved.searched == 1
    assert (await Runs(target, house.clock, house.ids).get(run.run_id)).question == run.question
    assert len(await library.search("When do trams open?", HERE, 5)) == 1
    created, new = await Runs(target, house.clock, house.ids).create(house.question(), key="new", budget_nano_usd=5)
    assert new and created.run_id != run.run_id
    with pytest.raises(OperatorError, match="is not empty"):
        await move(house.db.path, target, library)
    await target.close()
