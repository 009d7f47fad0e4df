"""A file of an earlier version keeps what is in it."""

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from storage.engine import schema
from storage.engine.opening import open_database
from storage.money.ledger import Ledger

RUN = """
    INSERT INTO runs (run_id, key, team_id, channel_id, thread_ts, user_id, question, asked, status, error, epoch,
        progress_epoch, set_going_epoch, draft_version, budget_nano_usd, seconds, segment_seconds, created_at)
    VALUES ('r1', 'k', 'T1', 'C1', '1.0', 'U1', 'Why?', '{}', 'complete', '', 1, 0, 0, 1, 10, 0, 0, '2026-01-01')
"""
HOLD = """
    INSERT INTO holds (hold_id, run_id, epoch, step_key, agent, model, amount_nano_usd, state, reason, scopes, day,
        lease_until, opened_at)
    VALUES ('h1', 'r1', 1, 'v1/a', 'worker', 'm', 7, 'open', '', '[["run:r1", ""]]', '2026-01-01', '2026', '2026')
"""
ENTRY = """
    INSERT INTO ledger_entries (hold_id, kind, scope, period, available, held, spent, estimated, input_tokens,
        output_tokens, cache_read_tokens, at)
    VALUES ('h1', 'hold', 'run:r1', '', -7, 7, 0, 0, 0, 0, 0, '2026')
"""
BALANCE = "INSERT INTO balances VALUES ('run:r1', '', 7, 0, 0)"


def made_by_the_first_version(path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        for statement in (RUN, HOLD, ENTRY, BALANCE):
            conn.exec_driver_sql(statement)
    engine.dispose()


async def test_holds_entries_their_indexes_and_their_guards_outlive_the_new_tables(house: Any, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    made_by_the_first_version(path)
    db = await open_database(f"sqlite:///{path}", clock=house.clock)
    assert (await Ledger(db, house.clock, house.defaults).verify()).ok
    await db.close()
    old, new = sqlite3.connect(path), sqlite3.connect(house.db.path)
    assert [("h1", "r1", None, 7)] == old.execute(
        "SELECT hold_id, run_id, team_id, amount_nano_usd FROM holds"
    ).fetchall()
    assert [] == old.execute("PRAGMA foreign_key_check").fetchall()
    for of in ("PRAGMA foreign_key_list(ledger_entries)", "PRAGMA foreign_key_list(holds)", "PRAGMA index_list(holds)"):
        assert old.execute(of).fetchall() == new.execute(of).fetchall() != []
    old.close()
    new.close()
