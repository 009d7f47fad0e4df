"""Prepared statements do what SQLAlchemy's own execution does."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, select, update

from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared
from storage.engine.tables import budget_changes, runs, source_texts

AT = datetime(2026, 11, 20, 21, 30, tzinfo=timezone(timedelta(hours=9)))
PUT = Prepared(insert(source_texts).on_conflict_do_nothing(index_elements=["content_hash"]))
SELECT = select(source_texts).where(source_texts.c.content_hash == bindparam("hash"), source_texts.c.text != "gone")


def row(name: str) -> dict[str, Any]:
    return {"content_hash": name, "text": "body", "at": AT}


async def test_values_are_written_as_their_column_types_say(db: Database) -> None:
    await db.write(lambda conn: PUT.run(conn, row("a")))
    stored = await db.read(lambda conn: conn.execute(SELECT, {"hash": "a"}).one())
    assert stored.at == AT.astimezone(UTC)
    assert await db.read(lambda conn: Prepared(SELECT).first(conn, {"hash": "a"})) == (
        "a",
        "body",
        "2026-11-20T12:30:00.000000Z",
    )


async def test_it_tells_how_many_rows_changed(db: Database) -> None:
    change = Prepared(update(source_texts).where(source_texts.c.content_hash == bindparam("hash")))

    def work(conn: Connection) -> list[int]:
        PUT.run_many(conn, [row("a"), row("b")])
        return [change.run(conn, {"hash": name, "text": "new"}) for name in ("a", "c")]

    assert await db.write(work) == [1, 0]


async def test_nothing_found_is_none(db: Database) -> None:
    assert await db.read(lambda conn: Prepared(SELECT).first(conn, {"hash": "a"})) is None


async def test_values_that_the_statement_fixes_and_columns_defaults_are_filled_in(house: Any) -> None:
    created = {"run_id": "r", "key": "k", "team_id": "T1", "channel_id": "C1", "thread_ts": "1", "user_id": "U1"}
    created |= {"question": "Why?", "asked": "{}", "budget_nano_usd": 5, "created_at": AT}
    put = Prepared(insert(runs).values(status="queued"))
    assert await house.db.write(lambda conn: put.run(conn, created)) == 1
    found = await house.db.read(lambda conn: conn.execute(select(runs)).one())
    assert (found.status, found.epoch, found.draft_version, found.seconds, found.error) == ("queued", 0, 1, 0.0, "")


async def test_a_forgotten_value_is_an_error_and_not_nothing(db: Database) -> None:
    change = Prepared(update(source_texts).where(source_texts.c.content_hash == bindparam("hash")))
    with pytest.raises(KeyError):
        await db.write(lambda conn: change.run(conn, {"text": "b"}))
    with pytest.raises(KeyError):
        await db.write(lambda conn: PUT.run_many(conn, [row("a"), {"content_hash": "b"}]))
    assert await db.read(lambda conn: conn.execute(select(source_texts)).all()) == []


async def test_null_is_a_value_like_any_other(db: Database) -> None:
    put = Prepared(insert(budget_changes))
    given = {"scope": "global", "change": "set", "period": "month", "by": "U1", "limit_nano_usd": None, "at": AT}
    await db.write(lambda conn: put.run(conn, given))
    assert (await db.read(lambda conn: conn.execute(select(budget_changes)).one())).limit_nano_usd is None
