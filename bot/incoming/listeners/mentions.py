"""Mentions and direct messages: a question, a follow-up, words for a run that works, or small talk."""

import re
from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incoming import question, subcommands
from bot.incoming.asking import Asking, Message, Said, is_question_of, message_run_key
from bot.incoming.consents import Consents
from bot.incoming.door import Door
from bot.incoming.inbox import Payload
from bot.incoming.listeners.note_words import card
from bot.incoming.shared_files import file_ids
from bot.incoming.small_talk import ANSWERS, Kind, small_talk
from bot.incoming.threads import forwarded
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.notice import research_it, sentence
from orchestration.values.domain import Conversation, Run, RunStatus, Steering
from orchestration.values.errors import AskerError
from orchestration.values.states import AT_WORK

GOING_ON = (*AT_WORK, RunStatus.AWAITING_INPUT)
"""At work, or waiting for an answer."""
STOP_IT = ("stop", "cancel")
_ANSWERS_TOO = (Kind.PRAISE, Kind.NOD)
"""What can also answer a run that asks: "ok"."""
_PERSON = re.compile(r"<@[^>]*>")
NOTHING_WORKS = "Nothing is running in this thread."
STOPPED = "Stopped. What was paid for is kept."
PASSED_ON = "Passed on to the workers."
FILE_LATER = "I only read files that come with a new question. Once this run has ended, ask here again with the file."


def register(app: AsyncApp, door: Door) -> None:
    door.intake.on("message", Mentions(door).handle)


class Mentions:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._asking = Asking(door)
        self._consents = Consents(door)

    async def handle(self, body: Payload) -> str:
        event = body["event"]
        if not (await self._door.people.person(event["user"])).is_person:
            return "written by no person"
        conversation = Conversation(body["team_id"], event["channel"], event.get("thread_ts") or event["ts"])
        try:
            await self._asking.allowed(event["user"])
            outcome, said = await self._take(event, conversation)
        except AskerError as error:
            outcome, said = error.sentence, error.sentence
        if said:
            await self._reply(conversation, event, said)
        return outcome

    async def _take(self, event: dict[str, Any], conversation: Conversation) -> tuple[str, str | SlackMessage]:
        """What became of the message, and what to say about it; a run's board speaks for itself."""
        said = await self._asking.said(event, conversation, event["user"])
        words, chat = said.words, await self._small_talk(event)
        if event.get("thread_ts"):
            runs = await self._door.services.runs.in_thread(conversation)
            steered = await self._door.services.events.steered_run([run.run_id for run in runs], event["ts"])
            if steered is not None:
                # Taken up again: by now the run may have ended, and the words must not become a question.
                return f"said to {steered}", _without_files(event, PASSED_ON)
            going = next((run for run in runs if run.status in GOING_ON), None)
            if chat and going and (going.status in AT_WORK or chat not in _ANSWERS_TOO):
                return "small talk", ANSWERS[chat]
            answer = await self._say_to(going, event, words) if going else None
            if going and answer is not None:
                return f"said to {going.run_id}", _without_files(event, answer)
            if _means_stop(words):
                stopped = bool(runs) and runs[0].status is RunStatus.CANCELLED
                return "nothing to stop", STOPPED if stopped else NOTHING_WORKS
            about = await self._about_notes(runs, said, event["ts"])
            if about is not None:
                return "about the notes", about
        if chat:
            return "small talk", ANSWERS[chat]
        if await self._is_near_miss(said, event, conversation):
            return "close to a command", ""
        run, is_new = await self._asking.start(said)
        return f"started {run.run_id}" if is_new else f"already started {run.run_id}", ""

    async def _about_notes(self, runs: Sequence[Run], said: Said, ts: str) -> SlackMessage | None:
        """A card that asks, where the words are about notes that wait; None where they are something else."""
        waiting = next((run for run in runs if run.status is RunStatus.AWAITING_REVIEW), None)
        if waiting is None or not said.brings_nothing:
            return None
        return await card(self._door, waiting, ts, said.words)

    async def _is_near_miss(self, said: Said, event: dict[str, Any], conversation: Conversation) -> bool:
        """A slip starts nothing: its writer alone sees what it is close to, and a button that asks it."""
        asked = question.read(said.words) if said.brings_nothing else None
        near = subcommands.near_miss(asked.text) if asked and not asked.pasted else None
        if near is None:
            return False
        offer = research_it(near.sentence, said.words, key=Message(conversation, event["ts"]).key)
        if event.get("channel_type") == "im":
            await self._reply(conversation, event, offer)
        else:
            # A thread that has no reply yet does not show what is whispered in it.
            thread_ts = event.get("thread_ts")
            await self._door.outbox.ephemeral(conversation.channel_id, event["user"], offer, thread_ts=thread_ts)
        return True

    async def _small_talk(self, event: dict[str, Any]) -> Kind | None:
        """Whoever it is said to."""
        if file_ids(event) or forwarded(event):
            return None
        return small_talk(await self._asking.written(_PERSON.sub(" ", event.get("text") or "")))

    async def _say_to(self, run: Run, event: dict[str, Any], words: str) -> str | None:
        """None where the run does not work and does not ask for them: then the words are a question of their own."""
        runs = self._door.services.runs
        if event["user"] == run.question.user_id and is_question_of(run, words):
            # The very message that started it, taken up again after a crash.
            return ""
        if _means_stop(words):
            if refusal := await self._door.permissions.stopping(event["user"], run):
                raise AskerError(refusal)
            return STOPPED if await runs.cancel(run.run_id, event["user"]) else None
        if not words:
            raise AskerError("That message has no text that I could pass on to the workers. Write it in words.")
        if (answered := await self._consents.reply(run, event["user"], words)) or run.status not in AT_WORK:
            return answered
        passed_on = await runs.steer(run.run_id, Steering(event["ts"], event["user"], words))
        return PASSED_ON if passed_on else None

    async def _reply(self, conversation: Conversation, event: dict[str, Any], said: str | SlackMessage) -> None:
        key = f"said/{message_run_key(conversation, event['ts'])}"
        message = sentence(said) if isinstance(said, str) else said
        await self._door.outbox.reply(conversation.channel_id, message, key=key, thread_ts=conversation.thread_ts)


def _without_files(event: dict[str, Any], said: str) -> str:
    return f"{said} {FILE_LATER}" if said and file_ids(event) else said


def _means_stop(words: str) -> bool:
    return words.lower().strip(" .!") in STOP_IT
