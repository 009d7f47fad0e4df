"""The only caller of chat.* and views.*: in order, at Slack's pace, once per slot.

Slack has no idempotency key. So every message carries metadata of ours, and where the outcome of a post is not known
(timeout, reset, a crash in between) the thread is searched for it before it is sent again. Edits can be repeated.
"""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.notice import sentence
from bot.outgoing.fitting import fitted, inert, plainly
from bot.outgoing.own_messages import EVENT_TYPE, OwnMessages
from bot.outgoing.pace import Pace
from bot.outgoing.slack_faults import CALL_ERRORS, LAYOUT_ERRORS, Fault, fault_of
from bot.outgoing.turns import in_turn
from bot.outgoing.undelivered import to_asker
from orchestration.values.errors import OperatorError
from orchestration.values.ports import Clock
from storage.engine.database import Database
from storage.runs.deliveries import TO_ASKER
from storage.threads.posts import Post, PostRow, Posts

ATTEMPTS = 8
IDLE_SECONDS = 60.0
RECENT_SECONDS = 600.0
"""After a start: what an earlier process said, unknown to this one, can only be asked for again this soon."""
REMEMBERED = 5_000
AWAY_SECONDS = 5.0
"""Between two attempts while Slack does not answer."""
PATIENCE_SECONDS = 3.0
"""How long a direct answer waits where Slack says so; what has to wait longer is asked for again."""
MOVED = "This channel has other readers since the question was asked, so its answer went to the asker alone."

log = structlog.get_logger()


class NotSent(OperatorError):
    """Slack did not accept the message. The log has the reason; try again."""

    def __init__(self, *, passing: bool = False) -> None:
        super().__init__()
        self.passing = passing
        """Slack is down or asked us to wait: the same message can be sent later."""


class Readers(Protocol):
    async def asker_instead(self, post: Post) -> str | None:
        """Whom alone the post may be shown to; None where its channel may read it."""


class Outbox:
    def __init__(self, posts: Posts, client: AsyncWebClient, *, clock: Clock, database: Database, bot_id: str) -> None:
        self._posts = posts
        self._client = _without_retries(client)
        self._clock = clock
        self._database = database
        self._own = OwnMessages(self._client, bot_id)
        self._pace = Pace()
        self._said: dict[str, str] = {}
        self._in_doubt: set[str] = set()
        self._started = clock.monotonic()
        self._readers: Readers | None = None

    def mind(self, readers: Readers) -> None:
        """From now on nothing is shown in a channel to whom it was not written for."""
        self._readers = readers

    async def run(self) -> None:
        """Sends what is put into `posts`, until it is cancelled."""
        changes = self._database.subscribe()
        while True:
            pause = await self.send_due()
            await changes.wait(pause)

    async def send_due(self) -> float:
        """Sends all that may go now; returns the seconds until something may again."""
        rows = sorted(await self._posts.unsent(), key=lambda row: (row.post.channel_id, row.sequence))
        lanes = [self._lane(in_turn(list(lane))) for _, lane in groupby(rows, key=lambda row: row.post.channel_id)]
        return max(0.01, min(await asyncio.gather(*lanes), default=IDLE_SECONDS))

    async def _lane(self, rows: Sequence[PostRow]) -> float:
        """The rows of one channel, one after the other: a slow channel holds up no other."""
        waits = [IDLE_SECONDS]
        held: set[str] = set()
        for row in rows:
            wait = self._wait(row, held)
            if wait <= 0:
                wait = await self._attempt(row)
            if wait > 0:
                waits.append(wait)
                # What comes later in this thread must not overtake it; edits have their place already.
                held |= {row.post.thread_ts} if row.ts is None else set()
        return min(waits)

    async def reply(self, channel_id: str, message: SlackMessage, *, key: str, thread_ts: str | None = None) -> str:
        """The ts of the message. `key` makes it one message, also where a restart asks for it again."""
        if known := self._said.get(key):
            return known
        found = await self._said_before(channel_id, thread_ts, key)
        return self._remember(key, found or await self._say(channel_id, thread_ts, message, key))

    async def ephemeral(
        self, channel_id: str, user_id: str, message: SlackMessage, *, thread_ts: str | None = None
    ) -> None:
        """For one person's eyes. Slack promises nothing for these, so a failure is a log line."""
        text, blocks = fitted(message.text, message.blocks)
        try:
            await self._client.chat_postEphemeral(
                channel=channel_id, user=user_id, text=text, blocks=blocks, thread_ts=thread_ts
            )
        except CALL_ERRORS as error:
            log.warning("ephemeral_not_sent", channel_id=channel_id, user_id=user_id, error=fault_of(error).error)

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> None:
        """Within three seconds of the click. Raises NotSent where Slack refuses."""
        try:
            await self._client.views_open(trigger_id=trigger_id, view=inert(view))
        except CALL_ERRORS as error:
            raise self._not_sent("view_not_opened", error) from error

    async def update_view(self, view_id: str, view: dict[str, Any]) -> None:
        """Puts another page into a form that is open. Raises NotSent where Slack refuses, as when it was closed."""
        try:
            await self._client.views_update(view_id=view_id, view=inert(view))
        except CALL_ERRORS as error:
            raise self._not_sent("view_not_updated", error) from error

    async def publish_home(self, user_id: str, view: dict[str, Any]) -> None:
        try:
            await self._client.views_publish(user_id=user_id, view=inert(view))
        except CALL_ERRORS as error:
            raise self._not_sent("home_not_published", error, user_id=user_id) from error

    def _wait(self, row: PostRow, held: set[str]) -> float:
        """Seconds until this row may be sent: its own pause, Slack's pace, and its place in the thread."""
        now = self._clock.monotonic()
        own = (row.next_attempt_at - self._clock.now()).total_seconds()
        post = row.post
        if row.ts is None:
            behind = IDLE_SECONDS if post.thread_ts in held else 0.0
            return max(own, behind, self._pace.before_post(post.channel_id, now))
        return max(
            own, self._pace.before_update(post.team_id, now, board=_board(row), live=bool(post.payload.get("live")))
        )

    async def _attempt(self, row: PostRow) -> float:
        """Seconds after which the row wants another look; 0 where it is settled."""
        if not await self._posts.claim(row):
            return 0.05
        try:
            to_asker_alone = row.post.slot.startswith(TO_ASKER)
            if self._readers and not to_asker_alone and (asker := await self._readers.asker_instead(row.post)):
                return await self._withhold(row, asker)
            ts = await (self._update(row) if row.ts else self._post(row))
        except CALL_ERRORS as error:
            return await self._settle(row, fault_of(error))
        await self._posts.sent(row, ts)
        return 0.0

    async def _withhold(self, row: PostRow, asker: str) -> float:
        """The channel has other readers by now: the asker gets the answer in a direct message, the thread one line."""
        post = row.post
        log.warning("post_withheld", run_id=post.run_id, slot=post.slot, channel_id=post.channel_id)
        try:
            if row.ts is None and post.slot.startswith("answer/") and "file" not in post.payload:
                message = SlackMessage.of_payload(post.payload)
                # Its buttons work in the run's own thread alone.
                blocks = [block for block in message.blocks if block["type"] != "actions"]
                await self.reply(asker, SlackMessage(message.text, blocks), key=f"withheld/{post.run_id}/{post.slot}")
                key = f"moved/{post.run_id}"
                await self.reply(post.channel_id, sentence(MOVED), key=key, thread_ts=post.thread_ts or None)
        except NotSent as error:
            await self._posts.failed(row, "withheld", retry=error.passing, after_seconds=AWAY_SECONDS)
            return AWAY_SECONDS
        await self._posts.failed(row, "withheld", retry=False)
        return 0.0

    async def _post(self, row: PostRow) -> str:
        post = row.post
        if row.uncertain and (found := await self._find(row)):
            # Which version of it arrived is not known, and an edit is harmless.
            return found if "file" in post.payload else await self._update(row, found)
        if "file" in post.payload:
            return await self._upload(row)
        self._pace.posted(post.channel_id, self._clock.monotonic(), board=_board(row))
        reply = await self._client.chat_postMessage(
            channel=post.channel_id,
            thread_ts=post.thread_ts or None,
            metadata=_metadata({"run_id": post.run_id, "slot": post.slot}),
            unfurl_links=False,
            unfurl_media=False,
            **_content(row),
        )
        return str(reply["ts"])

    async def _update(self, row: PostRow, ts: str | None = None) -> str:
        post, at = row.post, ts or str(row.ts)
        self._pace.updated(post.team_id, self._clock.monotonic(), board=_board(row))
        await self._client.chat_update(channel=post.channel_id, ts=at, **_content(row))
        return at

    async def _upload(self, row: PostRow) -> str:
        """The file's id: Slack does not say which message it became, and nothing ever edits it."""
        post, file = row.post, row.post.payload["file"]
        self._pace.posted(post.channel_id, self._clock.monotonic())
        reply = await self._client.files_upload_v2(
            channel=post.channel_id,
            thread_ts=post.thread_ts or None,
            filename=_file_name(row),
            title=inert(file["title"]),
            content=inert(file["content"]),
            initial_comment=fitted(post.payload["text"], [])[0],
        )
        return str(reply["files"][0]["id"])

    async def _settle(self, row: PostRow, fault: Fault) -> float:
        """Books a failed attempt: wait, try again, show it more plainly, or give it up with a log line."""
        facts = {"run_id": row.post.run_id, "slot": row.post.slot, "error": fault.error, "attempt": row.attempts + 1}
        if fault.passing:
            return await self._postpone(row, fault, facts)
        unclear = row.ts is None and fault.unclear
        again = not fault.gone and row.attempts + 1 < ATTEMPTS and not (fault.layout and row.error == fault.error)
        log.warning("post_failed" if again else "post_given_up", **facts)
        pause = 0.0 if fault.layout else None
        await self._posts.failed(row, fault.error, retry=again, after_seconds=pause, uncertain=unclear)
        if fault.gone and row.ts is None and row.post.slot.startswith(("answer/", "ended/")):
            await self._posts.add(to_asker(row.post, await self._posts.asker_of(row.post.run_id)))
        return 0.05 if again else 0.0

    async def _postpone(self, row: PostRow, fault: Fault, facts: dict[str, Any]) -> float:
        seconds = AWAY_SECONDS if fault.retry_after is None else fault.retry_after
        if fault.retry_after is not None:
            self._pace.close("chat.update" if row.ts else "chat.postMessage", self._clock.monotonic() + seconds)
        log.warning("slack_away" if fault.away else "rate_limited", seconds=seconds, **facts)
        await self._posts.postponed(row, fault.error, seconds=seconds, uncertain=row.ts is None and fault.unclear)
        return seconds

    async def _find(self, row: PostRow) -> str | None:
        post, thread_ts = row.post, row.post.thread_ts or None
        if "file" in post.payload:
            return await self._own.file(post.channel_id, thread_ts, _file_name(row))
        return await self._own.message(post.channel_id, thread_ts, {"run_id": post.run_id, "slot": post.slot})

    async def _said_before(self, channel_id: str, thread_ts: str | None, key: str) -> str | None:
        """The ts where Slack has it: asked after a start, and where an attempt may have got through."""
        doubted = key in self._in_doubt
        if not doubted and self._clock.monotonic() - self._started >= RECENT_SECONDS:
            return None
        try:
            return await self._own.message(channel_id, thread_ts, {"key": key})
        except CALL_ERRORS as error:
            log.warning("search_failed", channel_id=channel_id, error=fault_of(error).error)
            if doubted:
                raise NotSent(passing=True) from error
            return None

    async def _say(self, channel_id: str, thread_ts: str | None, message: SlackMessage, key: str) -> str:
        """Sends a direct answer; a second time where it surely did not arrive, or was not to be shown like that."""
        text, blocks = fitted(message.text, message.blocks)
        try:
            return await self._say_once(channel_id, thread_ts, SlackMessage(text, blocks), key)
        except CALL_ERRORS as error:
            fault = fault_of(error)
            if fault.gone or (fault.retry_after or 0.0) > PATIENCE_SECONDS:
                raise self._not_sent("reply_not_sent", error, channel_id=channel_id) from error
        await self._clock.sleep(fault.retry_after or 0.5)
        if fault.unclear and (found := await self._said_before(channel_id, thread_ts, key)):
            return found
        again = SlackMessage(text, plainly(text, blocks) if fault.layout else blocks)
        try:
            return await self._say_once(channel_id, thread_ts, again, key)
        except CALL_ERRORS as error:
            raise self._not_sent("reply_not_sent", error, channel_id=channel_id) from error

    async def _say_once(self, channel_id: str, thread_ts: str | None, message: SlackMessage, key: str) -> str:
        closed = self._pace.closed("chat.postMessage", self._clock.monotonic())
        if closed > PATIENCE_SECONDS:
            raise NotSent(passing=True)
        await self._clock.sleep(closed)
        self._pace.posted(channel_id, self._clock.monotonic())
        try:
            reply = await self._client.chat_postMessage(
                channel=channel_id,
                thread_ts=thread_ts,
                text=message.text,
                blocks=message.blocks,
                metadata=_metadata({"key": key}),
                unfurl_links=False,
                unfurl_media=False,
            )
        except CALL_ERRORS as error:
            self._doubt(key, fault_of(error))
            raise
        return str(reply["ts"])

    def _doubt(self, key: str, fault: Fault) -> None:
        if fault.unclear:
            self._in_doubt.add(key)
        if fault.retry_after is not None:
            self._pace.close("chat.postMessage", self._clock.monotonic() + fault.retry_after)

    def _remember(self, key: str, ts: str) -> str:
        if len(self._said) >= REMEMBERED:
            self._said.pop(next(iter(self._said)))
        self._said[key] = ts
        self._in_doubt.discard(key)
        return ts

    def _not_sent(self, event: str, error: BaseException, **facts: str) -> NotSent:
        fault = fault_of(error)
        log.warning(event, error=fault.error, **facts)
        return NotSent(passing=fault.passing)


def _without_retries(client: AsyncWebClient) -> AsyncWebClient:
    """The SDK repeats a call after a reset; for a post that would be a second message."""
    return AsyncWebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        retry_handlers=[],
    )


def _content(row: PostRow) -> dict[str, Any]:
    message = SlackMessage.of_payload(row.post.payload)
    text, blocks = fitted(message.text, message.blocks)
    refused = row.attempts > 0 and row.error in LAYOUT_ERRORS
    return {"text": text, "blocks": plainly(text, blocks) if refused else blocks}


def _metadata(payload: dict[str, str]) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _file_name(row: PostRow) -> str:
    return f"{row.post.run_id}-{row.post.payload['file']['name']}"


def _board(row: PostRow) -> str:
    return row.post.run_id if row.post.slot == "board" else ""
