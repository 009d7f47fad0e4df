"""What Slack delivered: stored once, worked on until it is done or given up."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.engine.tables import inbox as table
from storage.threads.inbox import PAUSES_SECONDS, Inbox


@pytest.fixture
def inbox(house: Any) -> Inbox:
    return Inbox(house.db, house.clock)


async def test_a_stored_event_survives_a_restart(
    inbox: Inbox, path: Path, open_house: Callable[[Path], Awaitable[Any]]
) -> None:
    assert await inbox.store(key="T1/C1/1.0", event_id="Ev1", kind="app_mention", payload={"text": "why?"})
    after = await open_house(path)
    (row,) = await Inbox(after.db, after.clock).pending()
    assert ("T1/C1/1.0", "Ev1", "app_mention", {"text": "why?"}) == (row.key, row.event_id, row.kind, row.payload)
    await after.db.close()


@pytest.mark.parametrize(
    ("key", "event_id"),
    [("T1/C1/1.0", "Ev1"), ("T1/C1/1.0", "Ev2"), ("T1/C1/2.0", "Ev1")],
    ids=["delivered again", "the same message as another event", "the same event under another key"],
)
async def test_what_was_delivered_before_is_known(inbox: Inbox, key: str, event_id: str) -> None:
    await inbox.store(key="T1/C1/1.0", event_id="Ev1", kind="app_mention", payload={})
    assert await inbox.store(key=key, event_id=event_id, kind="message", payload={}) is False
    assert len(await inbox.pending()) == 1


async def test_what_is_done_is_still_known(inbox: Inbox) -> None:
    await inbox.store(key="k", event_id="Ev1", kind="message", payload={})
    await inbox.done((await inbox.pending())[0].row_id, "started r_1")
    assert await inbox.pending() == []
    assert await inbox.store(key="k", event_id="Ev1", kind="message", payload={}) is False


async def test_deliveries_without_an_event_id_differ_by_their_key_alone(inbox: Inbox) -> None:
    assert await inbox.store(key="k1", event_id="", kind="command", payload={})
    assert await inbox.store(key="k2", event_id="", kind="command", payload={})
    assert ["k1", "k2"] == [row.key for row in await inbox.pending()]


async def test_a_failed_row_waits_before_its_next_try_and_leaves_the_others_alone(inbox: Inbox, house: Any) -> None:
    for key in ("k1", "k2"):
        await inbox.store(key=key, event_id=key, kind="message", payload={})
    first = (await inbox.pending())[0]
    assert await inbox.failed(first.row_id, "the database is busy") == PAUSES_SECONDS[0]
    assert ["k2"] == [row.key for row in await inbox.pending()]
    house.clock.pass_(PAUSES_SECONDS[0])
    assert [("k1", 1), ("k2", 0)] == [(row.key, row.attempts) for row in await inbox.pending()]


async def test_after_five_tries_a_row_is_a_dead_letter_that_says_why(
    inbox: Inbox, house: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await inbox.store(key="k", event_id="Ev1", kind="message", payload={})
    pauses = []
    for _ in range(5):
        (row,) = await inbox.pending()
        pauses.append(await inbox.failed(row.row_id, "it breaks"))
        house.clock.pass_(1000)
    assert [*PAUSES_SECONDS, None] == pauses
    assert await inbox.pending() == []
    found = await house.db.read(lambda conn: conn.execute(select(table)).one())
    assert ("dead", "Given up after 5 tries: it breaks", 5) == (found.state, found.outcome, found.attempts)
    assert "is a dead letter: it breaks" in caplog.text


async def test_what_was_given_up_is_not_done_by_a_late_worker(inbox: Inbox, house: Any) -> None:
    await inbox.store(key="k", event_id="Ev1", kind="message", payload={})
    row_id = (await inbox.pending())[0].row_id
    await inbox.done(row_id, "started r_1")
    await inbox.failed(row_id, "late")
    found = await house.db.read(lambda conn: conn.execute(select(table)).one())
    assert ("done", "started r_1", "") == (found.state, found.outcome, found.error)


async def test_a_payload_with_text_that_no_database_could_write_is_kept(inbox: Inbox) -> None:
    await inbox.store(key="k", event_id="Ev1", kind="message", payload={"text": "\ud800 \0"})
    assert {"text": "\ud800 \0"} == (await inbox.pending())[0].payload
