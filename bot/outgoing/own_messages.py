"""Finds what we wrote: the answer to whether a post whose outcome is unknown has arrived."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

EVENT_TYPE = "threadwork_post"
PAGE = 200
TOP_LEVEL_PAGES = 2
"""Without a thread the message has to be among the newest of its channel."""


class OwnMessages:
    """Only what our bot user wrote counts: metadata alone proves nothing, since every app can write the same."""

    def __init__(self, client: AsyncWebClient, bot_id: str) -> None:
        self._client = client
        self._bot_id = bot_id

    async def message(self, channel_id: str, thread_ts: str | None, wanted: Mapping[str, str]) -> str | None:
        """The ts of the message with this metadata."""
        async for message in self._all(channel_id, thread_ts):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and dict(metadata.get("event_payload") or {}) == dict(wanted):
                return str(message["ts"])
        return None

    async def file(self, channel_id: str, thread_ts: str | None, name: str) -> str | None:
        """The id of the file with this name: an upload cannot carry metadata."""
        async for message in self._all(channel_id, thread_ts):
            for file in message.get("files", ()):
                if file.get("name") == name:
                    return str(file["id"])
        return None

    async def _all(self, channel_id: str, thread_ts: str | None) -> AsyncIterator[dict[str, Any]]:
        cursor, pages = "", 0
        while pages == 0 or (cursor and (thread_ts or pages < TOP_LEVEL_PAGES)):
            asked: dict[str, Any] = {"channel": channel_id, "include_all_metadata": True, "limit": PAGE}
            asked |= {"cursor": cursor} if cursor else {}
            reply = await (
                self._client.conversations_replies(ts=thread_ts, **asked)
                if thread_ts
                else self._client.conversations_history(**asked)
            )
            for message in reply["messages"]:
                if message.get("bot_id") == self._bot_id:
                    yield message
            cursor, pages = (reply.get("response_metadata") or {}).get("next_cursor") or "", pages + 1
