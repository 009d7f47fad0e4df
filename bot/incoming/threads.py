"""What was said in a thread before a question that points at it: read from Slack, in bounds, with who said it."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.incoming.shared_files import file_ids
from orchestration.values.domain import Conversation, ThreadMessage
from orchestration.values.text import cut

PAGE = 200
MOST_PAGES = 10
"""Slack begins with the oldest; a thread that is longer is read in part."""
MOST_MESSAGES = 30
LONGEST_MESSAGE = 1500
MOST_CHARACTERS = 9000
_SPACE = re.compile(r"\W+")

Message = Mapping[str, Any]
Written = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Before:
    """The messages that opened and lead up to a question, oldest first, and the files that came with them."""

    messages: tuple[ThreadMessage, ...] = ()
    files: tuple[str, ...] = ()


class Threads:
    def __init__(self, client: AsyncWebClient, *, bot_id: str) -> None:
        self._client = client
        self._bot_id = bot_id

    async def before(self, conversation: Conversation, ts: str, written: Written) -> Before:
        """Raises Slack's own error. What the bot wrote itself is not in it: runs know their earlier answers."""
        said = [message async for message in self._all(conversation, ts) if message.get("bot_id") != self._bot_id]
        chosen = [*said[:1], *said[1:][1 - MOST_MESSAGES :]]
        return await gathered(chosen, written)

    async def message(self, conversation: Conversation, ts: str) -> Message | None:
        """As it is now; None where it was deleted."""
        try:
            reply = await self._client.conversations_replies(
                channel=conversation.channel_id,
                ts=conversation.thread_ts,
                oldest=ts,
                latest=ts,
                inclusive=True,
                limit=2,
            )
        except SlackApiError as error:
            if error.response["error"] in ("thread_not_found", "message_not_found"):
                return None
            raise
        found = (m for m in reply["messages"] if m["ts"] == ts and m.get("subtype") != "tombstone")
        return next(found, None)

    async def _all(self, conversation: Conversation, ts: str) -> Any:
        asked: dict[str, Any] = {
            "channel": conversation.channel_id,
            "ts": conversation.thread_ts,
            "limit": PAGE,
            "latest": ts,
        }
        seen = {ts}
        for _ in range(MOST_PAGES):
            reply = await self._client.conversations_replies(**asked)
            for message in reply["messages"]:
                # The first message is at the head of every page.
                if message["ts"] not in seen and float(message["ts"]) < float(ts):
                    seen.add(message["ts"])
                    yield message
            asked["cursor"] = (reply.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return


async def gathered(messages: Sequence[Message], written: Written) -> Before:
    """Of messages, oldest first, what there is room for: the first and the newest before those between."""
    found: dict[int, ThreadMessage] = {}
    room = MOST_CHARACTERS
    for n in [0, *range(len(messages) - 1, 0, -1)][: len(messages)]:
        text = cut(await written(text_of(messages[n])), min(LONGEST_MESSAGE, room))
        if text:
            found[n] = ThreadMessage(await _author(messages[n], written), text)
            room -= len(text)
        if room < LONGEST_MESSAGE // 10:
            break
    files = [file_id for message in messages for file_id in files_of(message)]
    return Before(tuple(found[n] for n in sorted(found)), tuple(dict.fromkeys(files)))


def forwarded(message: Message) -> list[Message]:
    """The messages of others that came with one."""
    return [attachment for attachment in _attachments(message) if not _is_preview(attachment)]


def text_of(message: Message) -> str:
    """All that a reader sees: many apps put their words into blocks or attachments alone."""
    parts: list[str] = []
    for text in (str(message.get("text") or ""), *_block_texts(message.get("blocks")), *_attached(message)):
        letters = _SPACE.sub("", text)
        if letters and not any(letters in _SPACE.sub("", known) for known in parts):
            parts.append(text.strip())
    return "\n".join(parts)


def files_of(message: Message) -> tuple[str, ...]:
    return (*file_ids(message), *(file_id for shared in forwarded(message) for file_id in file_ids(shared)))


async def _author(message: Message, written: Written) -> str:
    user_id, profile = message.get("user") or message.get("author_id"), message.get("bot_profile") or {}
    if user_id and not message.get("bot_id"):
        return await written(f"<@{user_id}>")
    return str(message.get("username") or profile.get("name") or message.get("author_name") or "an app")


def _attachments(message: Message) -> list[Message]:
    return [a for a in message.get("attachments") or () if isinstance(a, Mapping)]


def _is_preview(attachment: Message) -> bool:
    """Of a link: not said by anybody."""
    is_message = attachment.get("is_msg_unfurl") or attachment.get("is_share")
    return bool(attachment.get("from_url") or attachment.get("original_url")) and not is_message


def _attached(message: Message) -> Iterator[str]:
    for attachment in forwarded(message):
        fields = [f for f in attachment.get("fields") or () if isinstance(f, Mapping)]
        named = [f"{field.get('title', '')}: {field.get('value', '')}".strip(": ") for field in fields]
        lines = [str(attachment.get(name) or "") for name in ("pretext", "title", "text")]
        blocks = [b for inner in attachment.get("message_blocks") or () for b in _inner(inner)]
        texts = [*lines, *_block_texts([*(attachment.get("blocks") or ()), *blocks]), *named]
        yield from texts if any(texts) else [str(attachment.get("fallback") or "")]


def _inner(message_block: Any) -> list[Any]:
    inner = message_block.get("message") if isinstance(message_block, Mapping) else None
    return list(inner.get("blocks") or ()) if isinstance(inner, Mapping) else []


def _block_texts(blocks: Any) -> Iterator[str]:
    for block in blocks if isinstance(blocks, list | tuple) else ():
        if words := "".join(_words(block)).strip():
            yield words


def _words(value: Any) -> Iterator[str]:
    """What a block shows, as Slack writes it in text."""
    if isinstance(value, Mapping):
        kind = value.get("type")
        if kind in ("button", "image", "overflow", "static_select", "datepicker"):
            return
        if kind == "user":
            yield f"<@{value.get('user_id')}>"
        elif kind == "link":
            yield str(value.get("text") or value.get("url") or "")
        elif isinstance(value.get("text"), str):
            yield value["text"]
        else:
            for name in ("text", "title", "fields", "elements", "rows"):
                yield from _words(value.get(name))
            if kind in ("rich_text_section", "mrkdwn", "plain_text"):
                yield "\n"
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item)
            if isinstance(item, Mapping) and item.get("type") in ("mrkdwn", "plain_text"):
                yield "\n"
    elif isinstance(value, str):
        yield value
