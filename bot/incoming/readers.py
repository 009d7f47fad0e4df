"""Who reads a channel now, against who read it when a run was asked for."""

from bot.incoming.people import REMEMBERED_SECONDS, People
from orchestration.values.domain import Question
from storage.runs.runs import Runs
from storage.threads.posts import Post

FRESH_SECONDS = 5.0
"""How long ago Slack may have been asked before something is posted that rests on the team's sources."""
MOST_REMEMBERED = 1_000


class Readers:
    def __init__(self, people: People, runs: Runs) -> None:
        self._people = people
        self._runs = runs
        self._asked: dict[str, Question] = {}

    async def asker_instead(self, post: Post) -> str | None:
        """Who alone may have it: the asker, where the channel has readers by now that the run did not write for."""
        question = await self._question(post.run_id)
        seconds = REMEMBERED_SECONDS if post.slot == "board" else FRESH_SECONDS
        place = await self._people.place(post.channel_id, seconds=seconds)
        became_shared = place.is_shared and not question.channel_is_shared
        became_public = not place.is_private and not question.channel_is_public
        return question.user_id if became_shared or became_public else None

    async def _question(self, run_id: str) -> Question:
        if run_id not in self._asked:
            if len(self._asked) >= MOST_REMEMBERED:
                self._asked.clear()
            self._asked[run_id] = (await self._runs.get(run_id)).question
        return self._asked[run_id]
