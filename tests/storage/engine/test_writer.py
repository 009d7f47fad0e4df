"""Group commit: many writes are one transaction, and yet each stands or falls alone."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text

from storage.engine import writer
from storage.engine.database import Database
from storage.engine.refused import DatabaseRefused

INSERT = text("INSERT INTO source_texts (content_hash, text, at) VALUES (:name, '', '')")
COUNT = text("SELECT count(*) FROM source_texts")


def insert(name: str, then: BaseException | None = None) -> object:
    def work(conn: Connection) -> str:
        conn.execute(INSERT, {"name": name})
        if then is not None:
            raise then
        return name

    return work


async def together(db: Database, *works: object) -> list[object]:
    """Holds the writer back until all of them wait, so that they are one batch."""
    gate = threading.Event()
    blocker = asyncio.create_task(db.write(lambda _: gate.wait(60)))
    tasks = [asyncio.create_task(db.write(work)) for work in works]
    await asyncio.sleep(0.01)
    gate.set()
    return (await asyncio.gather(blocker, *tasks, return_exceptions=True))[1:]


async def names(db: Database) -> set[str]:
    return set(await db.read(lambda conn: conn.execute(text("SELECT content_hash FROM source_texts")).scalars().all()))


async def test_one_failing_write_undoes_itself_and_leaves_its_batch_alone(db: Database) -> None:
    error = RuntimeError("no")
    assert await together(db, insert("a"), insert("b", error), insert("c")) == ["a", error, "c"]
    assert await names(db) == {"a", "c"}


class NotEvenAnException(BaseException):
    pass


async def test_nothing_that_one_write_raises_ends_the_writer(db: Database) -> None:
    outcomes = await together(db, insert("a", NotEvenAnException()), insert("b"))
    assert [type(outcome) for outcome in outcomes] == [NotEvenAnException, str]
    assert await db.write(insert("c")) == "c"


async def test_writes_of_one_batch_keep_the_order_in_which_they_were_handed_in(db: Database) -> None:
    seen: list[int] = []
    await together(db, *(lambda _, number=number: seen.append(number) for number in range(50)))
    assert seen == list(range(50))


async def test_a_batch_is_one_transaction(db: Database) -> None:
    commits: list[int] = []

    def in_transaction(conn: Connection) -> None:
        conn.info.setdefault("seen", []).append(conn.get_transaction())
        commits.append(id(conn.get_transaction()))

    await together(db, *[in_transaction] * 20)
    assert len(set(commits)) == 1


async def test_a_caller_that_is_cancelled_leaves_its_write_done(db: Database) -> None:
    gate = threading.Event()
    blocker = asyncio.create_task(db.write(lambda _: gate.wait(60)))
    task = asyncio.create_task(db.write(insert("a")))
    await asyncio.sleep(0.01)
    task.cancel()
    gate.set()
    await blocker
    with pytest.raises(asyncio.CancelledError):
        await task
    await db.write(lambda _: None)
    assert await names(db) == {"a"}


async def test_a_full_disk_fails_every_write_of_the_batch_with_a_sentence_and_the_next_one_works(db: Database) -> None:
    def small(conn: Connection) -> None:
        pages = conn.execute(text("PRAGMA page_count")).scalar_one()
        conn.execute(text(f"PRAGMA max_page_count = {pages + 1}"))

    def large(conn: Connection) -> None:
        conn.execute(text("INSERT INTO source_texts VALUES ('big', :body, '')"), {"body": "x" * 100_000})

    await db.write(small)
    outcomes = await together(db, insert("a"), large, insert("b"))
    refused = [outcome for outcome in outcomes if isinstance(outcome, DatabaseRefused)]
    assert refused and "Free up disk space" in refused[0].sentence
    written = {outcome for outcome in outcomes if isinstance(outcome, str)}
    assert await names(db) == written
    await db.write(lambda conn: conn.execute(text("PRAGMA max_page_count = 1000000")))
    assert await db.write(insert("c")) == "c"


async def test_a_closed_database_refuses_to_write_with_a_sentence(db: Database) -> None:
    await db.close()
    with pytest.raises(DatabaseRefused, match="is closed"):
        await db.write(insert("a"))


async def test_what_was_handed_in_before_closing_is_written(db: Database) -> None:
    tasks = [asyncio.create_task(db.write(insert(str(number)))) for number in range(20)]
    await asyncio.sleep(0)
    await db.close()
    assert await asyncio.gather(*tasks) == [str(number) for number in range(20)]


async def test_a_patient_write_is_committed_with_the_one_that_follows_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 3600.0)
    commits = db.subscribe()
    patient = asyncio.create_task(db.write(insert("a"), patient=True))
    await asyncio.sleep(0)
    assert await db.write(insert("b")) == "b"
    assert await commits.wait(30)
    assert await patient == "a"
    assert await commits.wait(0.02) is False


async def test_a_patient_write_that_gets_no_company_is_committed_by_itself(db: Database) -> None:
    assert await db.write(insert("a"), patient=True) == "a"
