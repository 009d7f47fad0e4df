"""Messages that are edited or deleted: a deleted question stops its run, an edited one can be asked again."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incoming import question, subcommands
from bot.incoming.answering import pressed
from bot.incoming.asking import ASKED_ALREADY, Asking, Message
from bot.incoming.door import Door
from bot.incoming.inbox import Payload
from bot.incoming.small_talk import small_talk
from bot.outgoing.blocks.notice import ask_again
from orchestration.values.domain import Conversation
from orchestration.values.errors import AskerError
from orchestration.values.states import CAN_BE_STOPPED

GONE = "That message is not there any more. Ask again in the thread."


def register(app: AsyncApp, door: Door) -> None:
    changes = Changes(door)
    door.intake.on("deletion", changes.deleted)
    door.intake.on("edit", changes.edited)
    app.action("ask_again")(pressed(door, changes.ask_again))


class Changes:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._asking = Asking(door)

    async def deleted(self, body: Payload) -> str:
        message = _message(body, body["event"].get("deleted_ts") or body["event"]["message"]["ts"])
        runs = self._door.services.runs
        run = await runs.of_key(message.run_key)
        if run is None or run.status not in CAN_BE_STOPPED:
            return "no run works on it"
        stopped = await runs.cancel(run.run_id, run.question.user_id, withdrawn=True)
        return f"stopped {run.run_id}" if stopped else "its run has ended"

    async def edited(self, body: Payload) -> str:
        """One offer a message, whatever else is changed later: the button asks what it says when it is pressed."""
        new, old = body["event"]["message"], body["event"].get("previous_message") or {}
        message = _message(body, new["ts"])
        words, before = [await self._asking.written(m.get("text") or "") for m in (new, old)]
        if words == before:
            return "says the same"
        opens = message.ts == message.conversation.thread_ts
        if not opens and await self._door.services.runs.of_key(message.run_key) is None:
            return "is no question"
        if small_talk(words) or not _is_question(words):
            return "is no question any more"
        place = message.conversation
        offer = ask_again(message.key)
        key = f"edited/{message.run_key}"
        await self._door.outbox.reply(place.channel_id, offer, key=key, thread_ts=place.thread_ts)
        return "offered to ask again"

    async def ask_again(self, body: dict[str, Any]) -> str:
        value, user_id = body["actions"][0]["value"], body["user"]["id"]
        message = Message.of_key(value, body["team"]["id"], body["channel"]["id"])
        if message is None:
            raise AskerError(GONE)
        await self._asking.allowed(user_id)
        now = await self._door.threads.message(message.conversation, message.ts)
        if now is None:
            raise AskerError(GONE)
        said = await self._asking.edited(now, message, user_id)
        _, is_new = await self._asking.start(said)
        return "" if is_new else ASKED_ALREADY


def _message(body: Payload, ts: str) -> Message:
    event = body["event"]
    known = event.get("message") or event.get("previous_message") or {}
    return Message(Conversation(body["team_id"], event["channel"], known.get("thread_ts") or ts), ts)


def _is_question(words: str) -> bool:
    try:
        return subcommands.near_miss(question.read(words).text) is None
    except AskerError:
        return False
