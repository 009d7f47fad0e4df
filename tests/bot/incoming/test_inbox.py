"""What was acknowledged is stored, what is stored is worked on, and what cannot be stored is sent again."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.incoming import answering
from bot.incoming.inbox import ROWS_AT_ONCE, message_key
from bot.incoming.listeners import commands
from bot.incoming.listeners.apology import Apologies
from bot.simulator import socket_mode
from orchestration.values.domain import RunStatus

CHANNEL = "C0RESEARCH"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    other = sqlite3.connect(folder / "threadwork.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_what_the_database_refuses_is_not_acknowledged_and_comes_again(
    desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "ACK_SECONDS", 1.0)
    with locked(tmp_path):
        ts = await desk.ask("Compare A and B")
        await desk.slack.until(lambda: len(desk.slack.deliveries) >= 2)
        assert not any(delivery.answer.acknowledged for delivery in desk.slack.deliveries)
    run = await desk.run_of(ts)
    await desk.slack.until(lambda: any(d.answer.acknowledged for d in desk.slack.deliveries))
    await desk.settled()
    assert [known.run_id for known in await desk.runs()] == [run.run_id]


async def test_where_the_database_is_locked_clicks_and_commands_get_the_sentence(
    desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (answering, commands):
        monkeypatch.setattr(module, "SECONDS", 1.0)
    # What a statement waits for the lock.
    await desk.services.database.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout = 3600000"))
    run = await desk.drafted(await desk.run_of(await desk.ask("Compare A and B")))
    message = await desk.buttons(run, "approve")
    with locked(tmp_path):
        assert (await desk.slack.click("U0ANA", CHANNEL, message, "approve")).ok
        await desk.whispered("U0ANA", "My database did not answer in time")
        outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", "Compare C and D")
        assert "My database did not answer in time" in (outcome.text or "")


async def test_a_question_stored_before_a_crash_is_worked_on_after_it(open_desk: Any) -> None:
    crashed = await open_desk(working=False)
    ts = await crashed.ask("Compare A and B")
    await crashed.slack.until(lambda: any(d.answer.acknowledged for d in crashed.slack.deliveries))
    assert await crashed.runs() == []
    desk = await open_desk(connected=False)
    assert (await desk.run_of(ts)).status is RunStatus.QUEUED


@pytest.mark.parametrize("error", ["token_revoked", 503])
async def test_a_question_outlives_a_slack_that_takes_no_call(desk: Any, monkeypatch: Any, error: str | int) -> None:
    monkeypatch.setattr("bot.incoming.inbox.PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("storage.threads.inbox.PAUSES_SECONDS", (0.01, 0.01, 0.01, 0.01))
    faults = desk.slack.faults
    faults.http_status("users.info", error, 12) if isinstance(error, int) else faults.fail("users.info", error, 12)
    assert (await desk.run_of(await desk.ask("Compare A and B"))).status is RunStatus.QUEUED


async def test_a_row_that_always_fails_is_given_up_and_its_asker_told(desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("storage.threads.inbox.PAUSES_SECONDS", (0.01, 0.01, 0.01, 0.01))
    tried = []

    async def fails(body: Any) -> str:
        tried.append(body)
        raise RuntimeError("poison")

    desk.door.intake.on("message", fails)
    desk.door.intake.on_dead_letter(Apologies(desk.door).apologise)
    ts = await desk.ask("Compare A and B")
    await desk.said(CHANNEL, ts, "I failed to read that message several times")
    assert len(tried) == 5
    assert await desk.services.inbox.pending() == []


async def test_one_bad_row_does_not_hold_up_the_next(desk: Any) -> None:
    handle = desk.door.intake._handlers["message"]

    async def picky(body: Any) -> str:
        if "poison" in body["event"]["text"]:
            raise RuntimeError("poison")
        return str(await handle(body))

    desk.door.intake.on("message", picky)
    await desk.ask("poison")
    assert await desk.run_of(await desk.ask("Compare A and B"))


def holds(true: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return true()

    return look


async def test_a_slow_row_holds_up_its_own_conversation_alone(desk: Any) -> None:
    begun: list[str] = []
    go_on = asyncio.Event()

    async def slow(body: Any) -> str:
        begun.append(body["event"]["text"].split()[-1])
        if begun[-1] == "slow":
            await go_on.wait()
        return "done"

    desk.door.intake.on("message", slow)
    ts = await desk.ask("slow")
    await desk.eventually(holds(lambda: bool(begun)))
    await desk.ask("after", thread=ts)
    await desk.ask("elsewhere")
    await desk.eventually(holds(lambda: "elsewhere" in begun))
    assert begun == ["slow", "elsewhere"]
    go_on.set()
    await desk.eventually(holds(lambda: "after" in begun))
    await desk.settled()


async def test_no_more_rows_are_worked_on_at_once_than_there_are_places(desk: Any) -> None:
    at_once, most, done = 0, 0, 0
    all_asked = asyncio.Event()

    async def counted(body: Any) -> str:
        nonlocal at_once, most, done
        at_once += 1
        most = max(most, at_once)
        await all_asked.wait()
        at_once -= 1
        done += 1
        return "done"

    desk.door.intake.on("message", counted)
    for number in range(2 * ROWS_AT_ONCE):
        await desk.ask(f"Question {number}")
    await desk.eventually(holds(lambda: at_once == ROWS_AT_ONCE))
    all_asked.set()
    await desk.eventually(holds(lambda: done == 2 * ROWS_AT_ONCE))
    assert most == ROWS_AT_ONCE


async def test_rows_at_work_when_the_intake_is_cancelled_stay_pending(open_desk: Any) -> None:
    desk = await open_desk(working=False)
    cancelled = []

    async def endless(body: Any) -> str:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.append(body["event"]["text"])
            raise
        return "never"

    desk.door.intake.on("message", endless)
    task = asyncio.create_task(desk.door.intake.run())
    for _ in range(2):
        await desk.ask("Compare A and B")
    await desk.eventually(holds(lambda: len(desk.door.intake._at_work) == 2))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(cancelled) == len(await desk.services.inbox.pending()) == 2


MESSAGE = {"type": "message", "user": "U1", "channel": "C1", "ts": "1.2", "text": "Hi"}


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"bot_id": "B1"},
        {"user": None},
        {"type": "reaction_added"},
    ],
)
def test_what_no_person_wrote_has_no_key(change: dict[str, Any]) -> None:
    assert message_key({"team_id": "T1", "event": MESSAGE | change}) is None


def test_a_mention_and_its_message_have_one_key() -> None:
    mention = {name: value for name, value in MESSAGE.items() if name != "channel_type"} | {"type": "app_mention"}
    keys = {message_key({"team_id": "T1", "event": event, "event_id": "Ev"}) for event in (MESSAGE, mention)}
    assert keys == {"T1/C1/1.2"}


def test_one_gesture_under_two_ts_has_one_key() -> None:
    twice = [MESSAGE | {"client_msg_id": "abc", "ts": ts} for ts in ("1.2", "1.3")]
    assert len({message_key({"team_id": "T1", "event": event}) for event in twice}) == 1
