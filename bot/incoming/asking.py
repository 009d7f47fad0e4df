"""Words from Slack → a Question → a run."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.incoming import options, pasted, question
from bot.incoming.door import Door
from bot.incoming.shared_files import Kept, file_ids
from bot.outgoing.blocks.notice import sentence
from bot.outgoing.outbox import NotSent
from orchestration.values.domain import Conversation, Question, Run
from orchestration.values.errors import AskerError

FILE_ALONE = (
    "Write what you want to know in the same message as the file, for example: "
    "Analyse this study and list what we should do."
)
READING = "I am reading what came with the question first; that can take a minute or two."
SILENT_SECONDS = 2.0


class Asking:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def allowed(self, user_id: str) -> None:
        if refusal := await self._door.permissions.asking(user_id):
            raise AskerError(refusal)

    async def written(self, text: str) -> str:
        return await question.written(text, bot_user_id=self._door.bot.user_id, name_of=self._door.people.name_of)

    async def start(
        self, words: str, conversation: Conversation, user_id: str, *, key: str, documents: tuple[str, ...] = ()
    ) -> tuple[Run, bool]:
        """The run and whether it is new. An AskerError says what the asker can do."""
        asked = self.read(words)
        text, attached = pasted.split(asked.text)
        if attached:
            documents += await pasted.keep(self._door.services.library, attached, conversation, user_id)
        wanted = Question(
            text=text,
            conversation=conversation,
            user_id=user_id,
            strategy=asked.strategy,
            budget_nano_usd=asked.budget_nano_usd,
            document_ids=documents,
            channel_is_public=not (await self._door.people.place(conversation.channel_id)).is_private,
            offer_reuse=True,
        )
        budget = self._door.services.settings.run_budget_nano_usd
        return await self._door.services.runs.create(wanted, key=key, budget_nano_usd=budget)

    async def start_from(
        self, message: Mapping[str, Any], conversation: Conversation, user_id: str, *, words: str
    ) -> tuple[Run, bool]:
        """`start` for a message, with the files that came with it. It may take as long as they take to arrive."""
        key, documents = message_run_key(conversation, message["ts"]), tuple[str, ...]()
        if files := file_ids(message):
            if not words:
                raise AskerError(FILE_ALONE)
            # A question that is no good is told so before anything is fetched for it.
            self.read(words)
            kept = await self._kept(files, conversation, user_id, key=f"reading/{key}")
            if not kept.document_ids:
                raise AskerError(kept.sentence)
            if kept.skipped:
                # Before the run: taken up again after a crash, a message whose run works says nothing any more.
                await self._say(conversation, kept.sentence, key=f"files/{key}")
            documents = kept.document_ids
        return await self.start(words, conversation, user_id, key=key, documents=documents)

    async def _kept(self, files: tuple[str, ...], conversation: Conversation, user_id: str, *, key: str) -> Kept:
        """Says so where reading them takes longer than a question may stay without an answer."""
        reading = asyncio.create_task(self._door.files.keep(files, conversation, user_id))
        try:
            done, _ = await asyncio.wait({reading}, timeout=SILENT_SECONDS)
            if not done:
                # Only a courtesy: where Slack does not take it the work goes on.
                with suppress(NotSent):
                    await self._say(conversation, READING, key=key)
            return await reading
        finally:
            reading.cancel()

    async def _say(self, conversation: Conversation, text: str, *, key: str) -> None:
        outbox, thread_ts = self._door.outbox, conversation.thread_ts
        await outbox.reply(conversation.channel_id, sentence(text), key=key, thread_ts=thread_ts)

    def read(self, words: str) -> options.Asked:
        asked = options.read(words)
        question.checked(asked.text)
        return asked

    def is_question_of(self, run: Run, words: str) -> bool:
        try:
            return pasted.split(self.read(words).text)[0] == run.question.text
        except AskerError:
            return False


def message_run_key(conversation: Conversation, ts: str) -> str:
    """However a message reaches the bot, this is the key of its run."""
    return f"{conversation.team_id}/{conversation.channel_id}/{ts}"
