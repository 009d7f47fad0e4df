"""Words from Slack → a Question → a run."""

from bot import options, pasted, question
from bot.door import Door
from orchestration.domain import Conversation, Question, Run
from orchestration.errors import AskerError


class Asking:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def allowed(self, user_id: str) -> None:
        if refusal := await self._door.permissions.asking(user_id):
            raise AskerError(refusal)

    async def written(self, text: str) -> str:
        return await question.written(text, bot_user_id=self._door.bot.user_id, name_of=self._door.people.name_of)

    async def start(self, words: str, conversation: Conversation, user_id: str, *, key: str) -> tuple[Run, bool]:
        """The run and whether it is new. An AskerError says what the asker can do."""
        asked = self.read(words)
        text, attached = pasted.split(asked.text)
        library = self._door.services.library
        documents = await pasted.keep(library, attached, conversation, user_id) if attached else ()
        wanted = Question(
            text=text,
            conversation=conversation,
            user_id=user_id,
            strategy=asked.strategy,
            budget_nano_usd=asked.budget_nano_usd,
            document_ids=documents,
        )
        budget = self._door.services.settings.run_budget_nano_usd
        return await self._door.services.runs.create(wanted, key=key, budget_nano_usd=budget)

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
