"""What the playground does: it starts ordinary runs, and follows them in the event table."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.bootstrap import Services
from bot.outgoing.view import folding
from bot.outgoing.view.run_view import RunView
from bot.playground.past import decision_table
from bot.playground.picture import picture
from bot.setup.local_team import LOCAL_TEAM
from bot.setup.setting_values import NanoUsd
from orchestration.routing.estimate import estimate
from orchestration.values.domain import Conversation, Question, Strategy
from orchestration.values.errors import AskerError
from orchestration.values.states import AT_WORK
from orchestration.values.text import clean
from storage.money.amounts import usd
from storage.runs.show import show

CHANNEL = "playground"
LOOK_SECONDS = 1.0
LATEST = 200
PARTS = 3
"""What a pattern may cost is shown for a task of so many parts."""
LONGEST_TASK = 20_000
TASKS = (
    {
        "title": "Analyze a paper",
        "text": 'Analyze the paper "Towards a Science of Scaling Agent Systems": summarize it, find contradictions, '
        "critique its methodology, and propose extensions.",
    },
    {
        "title": "Compare frameworks",
        "text": "Compare FastAPI, Flask, and Django for building a small JSON API. "
        "I want to pick the one with the best developer experience for solo work.",
    },
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """As the page sends it, read strictly."""

    task: str
    strategies: tuple[Strategy, ...]
    budget_nano_usd: int | None

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Wanted":
        task = clean(str(body.get("task") or "")).strip()
        if not task:
            raise AskerError("Write a task first.")
        if len(task) > LONGEST_TASK:
            raise AskerError(f"The task is too long: {LONGEST_TASK:,} characters at most.")
        named = body.get("strategies")
        known = [strategy for strategy in Strategy if isinstance(named, list) and strategy in named]
        if not known:
            raise AskerError("Choose at least one pattern.")
        return cls(task, tuple(known), _budget(body.get("budget_usd")))


class Playground:
    def __init__(self, services: Services, user_id: str) -> None:
        self._services = services
        self._user_id = user_id

    async def state(self) -> dict[str, Any]:
        """What the page needs before anything runs."""
        settings = self._services.settings
        return {
            "tasks": list(TASKS),
            "patterns": self._patterns(),
            "model": self._services.limits.model,
            "free": settings.offline,
            "demo": settings.demo,
            "run_budget_usd": usd(settings.run_budget_nano_usd),
            "past": await self.past(),
        }

    def _patterns(self) -> list[dict[str, Any]]:
        prices, limits = self._services.prices, self._services.limits
        found = (estimate(strategy, PARTS, prices, limits) for strategy in Strategy)
        return [{"name": e.strategy, "low_usd": usd(e.low_nano_usd), "high_usd": usd(e.high_nano_usd)} for e in found]

    async def past(self) -> list[dict[str, Any]]:
        heads = await self._services.runs.list(team_id=LOCAL_TEAM, channel_id=CHANNEL, limit=LATEST)
        return decision_table([await show(self._services.database, head.run.run_id) for head in heads])

    async def start(self, wanted: Wanted) -> list[str]:
        """A run for each pattern, each with its equal share of the budget."""
        settings = self._services.settings
        if wanted.budget_nano_usd is None and not settings.offline:
            raise AskerError("Name a budget first: what all patterns together may spend, such as 0.50.")
        cap = settings.run_budget_nano_usd
        share = cap if wanted.budget_nano_usd is None else wanted.budget_nano_usd // len(wanted.strategies)
        return [await self._start(wanted.task, strategy, min(cap, share)) for strategy in wanted.strategies]

    async def stop(self, run_ids: Sequence[str]) -> None:
        for run_id in run_ids:
            await self._own(run_id)
            await self._services.runs.cancel(run_id, self._user_id)

    async def follow(self, run_id: str) -> AsyncIterator[dict[str, Any]]:
        """The run's picture at each change, until it has ended."""
        await self._own(run_id)
        services, view, cursor = self._services, RunView(run_id), -1
        changes = services.database.subscribe()
        while True:
            run = await services.runs.get(run_id)
            stored = await services.events.of(run_id, after=max(cursor, 0))
            for one in stored:
                view, cursor = folding.after(view, one), one.id
            if stored:
                yield picture(view, await show(services.database, run_id))
            if run.status not in AT_WORK:
                return
            await changes.wait(LOOK_SECONDS)

    async def _start(self, task: str, strategy: Strategy, cap: int) -> str:
        services = self._services
        key = services.ids.new("playground")
        # Who names both the pattern and the price is not asked for consent to them.
        question = Question(
            task, Conversation(LOCAL_TEAM, CHANNEL, key), self._user_id, strategy, cap, channel_is_public=True
        )
        run, _ = await services.runs.create(question, key=key, budget_nano_usd=services.settings.run_budget_nano_usd)
        return run.run_id

    async def _own(self, run_id: str) -> None:
        """The page shows the playground's runs, and no one else's."""
        place = (await self._services.runs.get(run_id)).question.conversation
        if (place.team_id, place.channel_id) != (LOCAL_TEAM, CHANNEL):
            raise AskerError("That run does not belong to the playground.")


def _budget(given: Any) -> int | None:
    if given in (None, ""):
        return None
    try:
        return TypeAdapter[int](NanoUsd).validate_python(str(given))
    except ValidationError:
        raise AskerError("The budget is not an amount in US dollars. Write for example 0.50.") from None
