"""The message shortcut *Research this*."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.answering import outcome, whisper
from bot.asking import Asking, message_run_key
from bot.door import Door
from orchestration.domain import Conversation
from orchestration.errors import AskerError

Body = dict[str, Any]


def register(app: AsyncApp, door: Door) -> None:
    shortcuts = Shortcuts(door)

    async def listener(ack: AsyncAck, body: Body) -> None:
        said = await outcome(shortcuts.research_this(body))
        await ack()
        await whisper(door, body, said)

    app.shortcut("research_this")(listener)


class Shortcuts:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._asking = Asking(door)

    async def research_this(self, body: Body) -> str:
        """The message's own key, so that a shortcut on a question that was asked already starts nothing."""
        message, channel_id, user_id = body["message"], body["channel"]["id"], body["user"]["id"]
        await self._asking.allowed(user_id)
        await self._joined(channel_id)
        ts = message["ts"]
        conversation = Conversation(body["team"]["id"], channel_id, message.get("thread_ts") or ts)
        words = await self._asking.written(message.get("text") or "")
        key = message_run_key(conversation, ts)
        run, is_new = await self._asking.start(words, conversation, user_id, key=key)
        if is_new:
            return "On it: the work shows in the thread of that message."
        return f"That message has been asked already: its thread has the answer of {run.run_id}."

    async def _joined(self, channel_id: str) -> None:
        if not (await self._door.people.place(channel_id)).is_joined:
            self._door.people.forget(channel_id)
            raise AskerError(
                f"I am not in this conversation. Write `/invite @{self._door.bot.name}` here, then try again."
            )
