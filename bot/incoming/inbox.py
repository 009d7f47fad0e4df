"""Events are stored before Slack hears that they arrived; what is stored is fed to the listeners' work.

Rows of one conversation are worked on one after the other, those of different conversations side by side: whatever
one question waits for, a file that is slow to read or a Slack that is slow to answer, no other waits for it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.outgoing.outbox import NotSent
from bot.outgoing.slack_faults import fault_of
from orchestration.values.ports import Clock
from storage.threads.inbox import Inbox, InboxRow

log = structlog.get_logger()

Payload = Mapping[str, Any]
Handler = Callable[[Payload], Awaitable[str]]
"""Does the work of a stored row and returns its outcome in a word or a sentence. It may run twice."""

IDLE_SECONDS = 10.0
"""How long a row that is due by the database's clock alone can stay unnoticed."""
ROWS_AT_ONCE = 16
FILE_ROWS_AT_ONCE = 6
"""Of these, so that files, which can take minutes, always leave room for questions without any."""
PAUSE_SECONDS = 5.0
"""Before Slack or the database, which were out of reach, are asked again."""
_CHANGES = {"message_changed": "edit", "message_deleted": "deletion"}
_PEOPLE_WRITE = (None, "file_share", "thread_broadcast", "me_message")


class Apology(Protocol):
    async def __call__(self, kind: str, payload: Payload) -> None:
        """Tells the asker that the row is given up."""


def message_key(body: Payload) -> str | None:
    """What two deliveries of one message have in common; None for what starts no work."""
    event = body.get("event") or {}
    if event.get("type") not in ("message", "app_mention") or event.get("subtype") not in _PEOPLE_WRITE:
        return None
    if event.get("bot_id") or event.get("bot_profile") or not (event.get("user") and event.get("ts")):
        return None
    # One gesture was seen under two ts and event ids; the client's own id of it is the same.
    return f"{body.get('team_id')}/{event.get('channel')}/{event.get('client_msg_id') or event['ts']}"


def change_of(body: Payload) -> tuple[str, str] | None:
    """The kind and key of an edit or a deletion of what a person wrote; None for all else, our own edits included."""
    event = body.get("event") or {}
    kind = _CHANGES.get(event.get("subtype") or "")
    message = event.get("message" if kind == "edit" else "previous_message") or {}
    if event.get("type") != "message" or kind is None or not message.get("user") or message.get("bot_id"):
        return None
    if kind == "edit" and message.get("text") == (event.get("previous_message") or {}).get("text"):
        return None  # a preview was added, a reply counted
    if message.get("subtype") == "tombstone":
        kind, message = "deletion", event.get("previous_message") or {}
    return kind, f"{kind}/{body.get('team_id')}/{event.get('channel')}/{message.get('ts')}/{event.get('ts')}"


def conversation_of(row: InboxRow) -> str:
    """In which order matters: the thread of a message; a command opens one of its own."""
    if row.kind == "command":
        return row.key
    event = row.payload.get("event") or row.payload.get("message") or {}
    message = event.get("message") or event.get("previous_message") or event
    channel = event.get("channel") or row.payload.get("channel_id")
    return f"{channel}/{message.get('thread_ts') or message.get('ts')}"


def brings_files(row: InboxRow) -> bool:
    return bool((row.payload.get("event") or row.payload.get("message") or {}).get("files"))


class Intake:
    """`keep` is the middleware, `run` the worker, `submit` the way in for commands and shortcuts."""

    def __init__(self, inbox: Inbox, clock: Clock, *, bot_user_id: str, team_id: str) -> None:
        self._inbox = inbox
        self._clock = clock
        self._team_id = team_id
        self._mention = re.compile(rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>")
        self._handlers: dict[str, Handler] = {}
        self._apologise: Apology | None = None
        self._arrived = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._not_before: dict[int, float] = {}
        self._at_work: dict[str, tuple[InboxRow, asyncio.Task[None]]] = {}
        self._stopping = False

    def on(self, kind: str, handler: Handler) -> None:
        self._handlers[kind] = handler

    def on_dead_letter(self, apologise: Apology) -> None:
        self._apologise = apologise

    async def keep(self, body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
        """Where the database refuses this raises, so the event stays unacknowledged and Slack sends it again."""
        if "event" in body and body.get("team_id") != self._team_id:
            log.warning("event_of_another_workspace", team=body.get("team_id"))
            return await next()
        key = message_key(body)
        if key is not None and self._concerns_us(body["event"]):
            event_id = body.get("event_id") or f"{key}/{body['event']['type']}"
            if await self._inbox.store(key=key, event_id=event_id, kind="message", payload=body):
                self._arrived.set()
        elif (change := change_of(body)) is not None and self._concerned_us(body["event"]):
            kind, key = change
            if await self._inbox.store(key=key, event_id=body.get("event_id") or key, kind=kind, payload=body):
                self._arrived.set()
        await next()

    async def submit(self, kind: str, payload: Payload, *, key: str, seconds: float) -> str | None:
        """Stores and waits for the outcome; None where that takes longer. What is not stored in time raises."""
        until = asyncio.get_running_loop().time() + seconds
        done = self._waiting.setdefault(key, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout_at(until):
                is_new = await self._inbox.store(key=key, event_id=key, kind=kind, payload=dict(payload))
            if not is_new:
                return None
            self._arrived.set()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    return await done
            return None
        finally:
            self._waiting.pop(key, None)

    async def run(self) -> None:
        """Also takes up what an earlier process stored and did not finish. Cancelled, it cancels what is at work."""
        try:
            while not self._stopping:
                self._arrived.clear()
                try:
                    pause = await self._begin_due()
                except Exception:
                    # The database is away for a moment; what is stored stays stored.
                    log.exception("inbox_unreadable")
                    pause = PAUSE_SECONDS
                await self._wait(pause)
            await asyncio.gather(*self._tasks())
        finally:
            for task in self._tasks():
                task.cancel()
            await asyncio.gather(*self._tasks(), return_exceptions=True)

    def stop(self) -> None:
        """Ends `run` after the rows it is working on."""
        self._stopping = True
        self._arrived.set()

    def _concerns_us(self, event: Payload) -> bool:
        """Other people's talk in the channel is nobody's business and is not kept."""
        return event.get("channel_type") == "im" or self._mention.search(str(event.get("text"))) is not None

    def _concerned_us(self, event: Payload) -> bool:
        texts = [str((event.get(name) or {}).get("text")) for name in ("previous_message", "message")]
        return event.get("channel_type") == "im" or any(map(self._mention.search, texts))

    async def _begin_due(self) -> float:
        """Begins every row that may begin; seconds until the next one may without anything else happening."""
        now = self._clock.monotonic()
        for row in await self._inbox.pending():
            if self._stopping or len(self._at_work) >= ROWS_AT_ONCE:
                break
            if self._not_before.get(row.row_id, now) <= now and self._may_begin(row):
                place = conversation_of(row)
                self._at_work[place] = row, asyncio.create_task(self._worked_on(place, row), name=f"inbox {row.row_id}")
        # What is due and could not begin waits for another row's end, which is heard of.
        return min((at - now for at in self._not_before.values() if at > now), default=IDLE_SECONDS)

    def _may_begin(self, row: InboxRow) -> bool:
        if conversation_of(row) in self._at_work:
            return False
        with_files = sum(brings_files(other) for other, _ in self._at_work.values())
        return not brings_files(row) or with_files < FILE_ROWS_AT_ONCE

    async def _worked_on(self, place: str, row: InboxRow) -> None:
        try:
            await self._one(row)
        except Exception:
            # Not the row's fault: what could not be written of it is found pending again.
            log.exception("inbox_row_unrecorded", row=row.row_id)
            self._not_before[row.row_id] = self._clock.monotonic() + PAUSE_SECONDS
        finally:
            del self._at_work[place]
            self._arrived.set()

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [task for _, task in self._at_work.values()]

    async def _one(self, row: InboxRow) -> None:
        try:
            outcome = await self._handlers[row.kind](row.payload)
            await self._inbox.done(row.row_id, outcome)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._put_off(row, error)
        except NotSent as error:
            if error.passing:
                self._put_off(row, error)
            else:
                await self._failed(row, error.sentence)
        except SlackApiError as error:
            fault = fault_of(error)
            if fault.passing:
                self._put_off(row, error)
            else:
                await self._failed(row, f"Slack refused: {fault.error}")
        except Exception as error:
            log.exception("inbox_row_failed", row=row.row_id, key=row.key)
            await self._failed(row, repr(error))
        else:
            self._not_before.pop(row.row_id, None)
            self._resolve(row.key, outcome)

    def _put_off(self, row: InboxRow, error: Exception) -> None:
        """Slack takes no calls now: no fault of the row, so it costs none of its tries."""
        log.warning("inbox_row_waits", row=row.row_id, error=repr(error))
        self._not_before[row.row_id] = self._clock.monotonic() + PAUSE_SECONDS

    async def _failed(self, row: InboxRow, error: str) -> None:
        pause = await self._inbox.failed(row.row_id, error)
        if pause is not None:
            self._not_before[row.row_id] = self._clock.monotonic() + pause
            return
        self._not_before.pop(row.row_id, None)
        if self._apologise is not None:
            await self._apologise(row.kind, row.payload)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            return

    def _resolve(self, key: str, outcome: str) -> None:
        waiting = self._waiting.get(key)
        if waiting is not None and not waiting.done():
            waiting.set_result(outcome)
