"""The outermost frame of clicks, forms and commands: whatever happens, a person gets a sentence in time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError

from bot.incoming.door import Door
from bot.outgoing.blocks.notice import sentence
from orchestration.values.errors import ThreadworkError

log = structlog.get_logger()

SECONDS = 2.2
"""Slack shows an error of its own after three."""
TOO_SLOW = "My database did not answer in time. Check again in a moment; if nothing has changed, try again."
BROKEN = "Something failed on my side; the log has the details. Try again in a moment."


async def outcome(work: Awaitable[str]) -> str:
    try:
        async with asyncio.timeout(SECONDS):
            return await work
    except ThreadworkError as error:
        return error.sentence
    except TimeoutError:
        log.warning("answer_too_slow")
        return TOO_SLOW
    except Exception:
        log.exception("answer_failed")
        return BROKEN


def pressed(door: Door, work: Callable[[dict[str, Any]], Awaitable[str]]) -> Callable[..., Awaitable[None]]:
    """The listener of a button whose work says what became of the press, or nothing where that shows by itself."""

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        said = await outcome(work(body))
        # Only now: what was decided is committed, or the person learns that it was not.
        await ack()
        if said:
            await whisper(door, body, said)

    return listener


async def whisper(door: Door, body: dict[str, object], text: str) -> None:
    """To the person who clicked, where they clicked. Nothing depends on it arriving: it cannot be repeated."""
    place = body.get("channel")
    user = body["user"]
    assert isinstance(user, dict)
    if not isinstance(place, dict):
        return
    message = body.get("message")
    thread_ts = message.get("thread_ts") if isinstance(message, dict) else None
    await whisper_at(door, place["id"], user["id"], text, thread_ts=thread_ts)


async def whisper_at(door: Door, channel_id: str, user_id: str, text: str, *, thread_ts: str | None) -> None:
    try:
        await door.outbox.ephemeral(channel_id, user_id, sentence(text), thread_ts=thread_ts)
    except (SlackApiError, OSError, TimeoutError) as error:
        log.warning("ephemeral_lost", channel=channel_id, error=repr(error))
