"""The message shortcut *Research this*."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incoming.answering import outcome, whisper
from bot.incoming.asking import Asking
from bot.incoming.door import Door
from bot.incoming.inbox import Payload
from bot.incoming.small_talk import small_talk
from bot.incoming.threads import files_of
from bot.outgoing.blocks.notice import sentence
from orchestration.values.domain import Conversation
from orchestration.values.errors import AskerError

Body = dict[str, Any]
STARTED = "On it: follow the work in the thread of that message."
NOTHING_ASKED = "That message asks nothing that I could look up. Nothing was started."
WAIT_SECONDS = 1.2
"""For files, of the time an answer has: what was asked before it and the answer itself take the rest."""
LATER = "On it: I'll read the file first. Then follow the work in the thread of that message."


def register(app: AsyncApp, door: Door) -> None:
    shortcuts = Shortcuts(door)

    async def listener(ack: AsyncAck, body: Body) -> None:
        said = await outcome(shortcuts.research_this(body))
        await ack()
        if said:
            await whisper(door, body, said)

    app.shortcut("research_this")(listener)
    door.intake.on("shortcut", shortcuts.ask_later)


class Shortcuts:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._asking = Asking(door)

    async def research_this(self, body: Body) -> str:
        """The message's own key, so that a shortcut on a question that was asked already starts nothing."""
        message, channel_id, user_id = body["message"], body["channel"]["id"], body["user"]["id"]
        await self._asking.allowed(user_id)
        await self._joined(channel_id)
        asked = {"team_id": body["team"]["id"], "channel_id": channel_id, "user_id": user_id, "message": message}
        if not files_of(message):
            return await self._ask(asked)
        # Files may take longer than Slack waits for a shortcut, and must not be lost to a crash meanwhile.
        key = f"shortcut/{asked['team_id']}/{body['trigger_id']}"
        said = await self._door.intake.submit("shortcut", asked, key=key, seconds=WAIT_SECONDS)
        return LATER if said is None else ""

    async def ask_later(self, asked: Payload) -> str:
        """The inbox's work: it lets the asker know what became of the message."""
        try:
            said = await self._ask(asked)
        except AskerError as error:
            said = error.sentence
        await self._door.outbox.ephemeral(asked["channel_id"], asked["user_id"], sentence(said))
        return said

    async def _ask(self, asked: Payload) -> str:
        message = asked["message"]
        conversation = Conversation(asked["team_id"], asked["channel_id"], message.get("thread_ts") or message["ts"])
        said = await self._asking.pointed_out(message, conversation, asked["user_id"])
        if small_talk(said.words) and not said.files:
            raise AskerError(NOTHING_ASKED)
        run, is_new = await self._asking.start(said)
        if is_new:
            return STARTED
        return f"That message was already asked: its thread has the answer of {run.run_id}."

    async def _joined(self, channel_id: str) -> None:
        if not (await self._door.people.place(channel_id)).is_joined:
            self._door.people.forget(channel_id)
            raise AskerError(
                f"I am not in this conversation. Write `/invite @{self._door.bot.name}` here, then try again."
            )
