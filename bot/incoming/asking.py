"""The way in: what somebody wrote in Slack → a Question → a run."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.incoming import pasted, question
from bot.incoming.door import Door
from bot.incoming.shared_files import Kept, file_ids
from bot.incoming.threads import Before, files_of, forwarded, gathered, text_of
from bot.outgoing.blocks.notice import sentence
from bot.outgoing.outbox import NotSent
from bot.outgoing.slack_faults import fault_of
from orchestration.rules.asked import asked_in
from orchestration.rules.facts import points_back
from orchestration.values.domain import Conversation, Question, Run
from orchestration.values.errors import AskerError

FILE_ALONE = (
    "Write your question in the same message as the file, for example: Analyse this study and list what we should do."
)
READING = "First I'm reading what came with the question; this can take a minute or two."
SILENT_SECONDS = 2.0
AMONG_STRANGERS = (
    "People of another organisation read this channel, so I use nothing of the team's library and earlier answers: "
    "only what came with the question and what is public on the web. Whoever runs me can allow the channel with "
    "`THREADWORK_SHARED_CHANNELS`."
)
UNREAD = "I could not read this thread (Slack says `{}`), so I'm working on your own words alone."
ASKED_ALREADY = "That was already asked: the thread shows it."


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote to the bot, whichever way it came."""

    words: str
    """As a person reads them: `Asking.written`."""
    conversation: Conversation
    user_id: str
    key: str
    """Of the run that it starts: the same key never starts two."""
    files: tuple[str, ...] = ()
    """Slack's ids of the files that came with it."""
    ts: str = ""
    """Of the message; empty where it opens its thread and nothing can be before it."""
    forwarded: tuple[Mapping[str, Any], ...] = ()
    """The messages of others that came with it."""

    @property
    def brings_nothing(self) -> bool:
        return not (self.files or self.forwarded)


@dataclass(frozen=True, slots=True)
class Message:
    """One that somebody wrote, in its conversation."""

    conversation: Conversation
    ts: str

    @property
    def key(self) -> str:
        """As a button carries it."""
        return f"message/{self.conversation.thread_ts}/{self.ts}"

    @classmethod
    def of_key(cls, key: str, team_id: str, channel_id: str) -> "Message | None":
        kind, _, rest = key.partition("/")
        thread_ts, _, ts = rest.partition("/")
        return cls(Conversation(team_id, channel_id, thread_ts), ts) if kind == "message" else None

    @property
    def run_key(self) -> str:
        return message_run_key(self.conversation, self.ts)


class Asking:
    """The way in, the same for all: words → what is asked → its documents → a run."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def allowed(self, user_id: str) -> None:
        if refusal := await self._door.permissions.asking(user_id):
            raise AskerError(refusal)

    async def written(self, text: str) -> str:
        return await question.written(text, bot_user_id=self._door.bot.user_id, name_of=self._door.people.name_of)

    async def said(self, event: Mapping[str, Any], conversation: Conversation, user_id: str) -> Said:
        words, key = await self.written(event.get("text") or ""), message_run_key(conversation, event["ts"])
        return Said(words, conversation, user_id, key, file_ids(event), event["ts"], tuple(forwarded(event)))

    async def pointed_out(self, message: Mapping[str, Any], conversation: Conversation, user_id: str) -> Said:
        """By a person, who may not have written it: all of it is the question."""
        words, key = await self.written(text_of(message)), message_run_key(conversation, message["ts"])
        return Said(words, conversation, user_id, key, files_of(message), message["ts"])

    async def edited(self, message: Mapping[str, Any], place: Message, user_id: str) -> Said:
        """Once, under a key of its own: the message as it was may have been asked."""
        said = await self.said(message, place.conversation, user_id)
        return replace(said, key=f"{said.key}/again")

    async def start(self, said: Said) -> tuple[Run, bool]:
        """The run and whether it is new. An AskerError says what the asker can do.

        It takes as long as files take to arrive; the same words again find what was kept and the run that was made.
        """
        if said.files and not said.words:
            raise AskerError(FILE_ALONE)
        # A question that is no good is refused before anything is fetched for it.
        asked = question.read(said.words)
        before = await self._before(asked.text, said)
        documents = (*await self._shared(said, before), *await self._pasted(asked, said))
        place = await self._door.people.place(said.conversation.channel_id)
        if place.is_shared:
            conversation = said.conversation
            await self._say(conversation, AMONG_STRANGERS, key=f"shared/{conversation.id}")
        wanted = Question(
            text=asked.text,
            conversation=said.conversation,
            user_id=said.user_id,
            strategy=asked.options.strategy,
            budget_nano_usd=asked.options.budget_nano_usd,
            document_ids=documents,
            thread=before.messages,
            channel_is_public=not place.is_private,
            channel_is_shared=place.is_shared,
            offer_reuse=True,
        )
        budget = self._door.services.settings.run_budget_nano_usd
        return await self._door.services.runs.create(wanted, key=said.key, budget_nano_usd=budget)

    async def _before(self, asked: str, said: Said) -> Before:
        """What the question points at: what was forwarded with it, and its thread where it needs one."""
        shared = await gathered(said.forwarded, self.written)
        if said.ts in ("", said.conversation.thread_ts) or not points_back(asked_in(asked)):
            return shared
        try:
            above = await self._door.threads.before(said.conversation, said.ts, self.written)
        except SlackApiError as error:
            fault = fault_of(error)
            if fault.passing:
                raise
            await self._say(said.conversation, UNREAD.format(fault.error), key=f"thread/{said.key}")
            return shared
        return Before(above.messages + shared.messages, above.files + shared.files)

    async def _shared(self, said: Said, before: Before) -> tuple[str, ...]:
        """Documents of the files that came with the question, and of those that it points at."""
        files = tuple(dict.fromkeys((*said.files, *before.files)))
        if not files:
            return ()
        kept = await self._kept(replace(said, files=files))
        if said.files and not kept.document_ids:
            raise AskerError(kept.sentence)
        if kept.skipped:
            # Before the run: taken up again after a crash, a message whose run works says nothing any more.
            await self._say(said.conversation, kept.without_them, key=f"files/{said.key}")
        return kept.document_ids

    async def _pasted(self, asked: question.Asked, said: Said) -> tuple[str, ...]:
        if not asked.pasted:
            return ()
        return await pasted.keep(self._door.services.library, asked.pasted, said.conversation, said.user_id)

    async def _kept(self, said: Said) -> Kept:
        """Says so where reading the files takes longer than a question may stay without an answer."""
        reading = asyncio.create_task(self._door.files.keep(said.files, said.conversation, said.user_id))
        try:
            done, _ = await asyncio.wait({reading}, timeout=SILENT_SECONDS)
            if not done:
                # Only a courtesy: where Slack does not take it the work goes on.
                with suppress(NotSent):
                    await self._say(said.conversation, READING, key=f"reading/{said.key}")
            return await reading
        finally:
            reading.cancel()

    async def _say(self, conversation: Conversation, text: str, *, key: str) -> None:
        outbox, thread_ts = self._door.outbox, conversation.thread_ts
        await outbox.reply(conversation.channel_id, sentence(text), key=key, thread_ts=thread_ts)


def is_question_of(run: Run, words: str) -> bool:
    try:
        return question.read(words).text == run.question.text
    except AskerError:
        return False


def message_run_key(conversation: Conversation, ts: str) -> str:
    """However a message reaches the bot, this is the key of its run."""
    return f"{conversation.team_id}/{conversation.channel_id}/{ts}"
