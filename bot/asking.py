"""Words from Slack → a Question → a run."""

from bot import options, question
from bot.door import Door
from orchestration.domain import Conversation, Question, Run
from orchestration.errors import AskerError
from orchestration.strategies import STRATEGIES


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
        wanted = Question(
            text=asked.text,
            conversation=conversation,
            user_id=user_id,
            strategy=asked.strategy,
            budget_nano_usd=asked.budget_nano_usd,
        )
        budget = self._door.services.settings.run_budget_nano_usd
        return await self._door.services.runs.create(wanted, key=key, budget_nano_usd=budget)

    def read(self, words: str) -> options.Asked:
        asked = options.read(words, [str(name) for name in STRATEGIES])
        question.checked(asked.text)
        return asked

    def is_question_of(self, run: Run, words: str) -> bool:
        try:
            return self.read(words).text == run.question.text
        except AskerError:
            return False


def message_run_key(conversation: Conversation, ts: str) -> str:
    """However a message reaches the bot, this is the key of its run."""
    return f"{conversation.team_id}/{conversation.channel_id}/{ts}"
