"""Runs a suite by every strategy through the real research, and marks what comes out.

Each run is a row with a key of its own, so that a second call finds what the first one paid for: what ended is
counted, what was begun goes on from its journal, and only what is missing is started.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.bootstrap import Services
from bot.evaluation.marking import faults
from bot.evaluation.setup import Setup, Spot, library_pages, spots, team_of
from bot.evaluation.standing import Result
from bot.evaluation.suite import Task, document_path
from bot.local_files import files
from orchestration.routing.estimate import estimate
from orchestration.values.domain import (
    Claim,
    Conversation,
    Question,
    Run,
    RunStatus,
    Strategy,
    Support,
)
from orchestration.values.errors import AskerError
from orchestration.values.states import AT_WORK
from storage.money.amounts import NANO, dollars
from storage.runs.runs import RunHead
from storage.runs.show import show

PARTS = 4
"""What a run may cost is reckoned with as many workers as there can be."""
EVERY_RUN = 1_000_000
LOOK_SECONDS = 1.0
TO_GO_ON = (RunStatus.PAUSED, RunStatus.CANCELLED, RunStatus.EXPIRED)
"""Goes on when it is wanted again; what it has paid for is not paid again."""

Ended = Callable[[], None]


@dataclass(slots=True)
class Evaluation:
    services: Services
    setup: Setup
    user_id: str
    team_id: str = ""
    stopped: str | None = None
    """Why not all was run, as a sentence."""
    _runs: dict[str, Run] = field(default_factory=dict)
    _done: dict[str, Spot] = field(default_factory=dict)
    _needs: dict[Strategy, int] = field(default_factory=dict)
    _reserved: int = 0
    _room: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def prepare(self) -> None:
        """Before anybody drives this file: no run of an earlier call may start by itself."""
        services = self.services
        self.team_id = team_of(self.setup, services.settings, services.limits)
        for row in await services.runs.at_work():
            await services.runs.cancel(row.run_id, self.user_id)
        await self._fill_library()
        for task in self.setup.suite.tasks:  # a document that is lost shows before anything is paid for
            self._paths(task)
        heads = await self._heads()
        self._runs = {head.run.question.conversation.thread_ts: head.run for head in heads}
        self._done = {spot.thread: spot for spot in spots(self.setup) if self._has_ended(spot)}
        await self._set_budget(sum(head.cost.nano_usd for head in heads))
        for strategy in self.setup.strategies:
            found = estimate(strategy, PARTS, services.prices, services.limits)
            self._needs[strategy] = min(found.high_nano_usd, services.settings.run_budget_nano_usd)

    @property
    def done(self) -> int:
        return len(self._done)

    @property
    def expected_nano_usd(self) -> int:
        """What all that is missing may cost."""
        return sum(self._needs[spot.strategy] for spot in self._missing())

    async def run(self, driving: Services, ended: Ended) -> None:
        """Until everything has ended or the budget is used up; `driving` has the same file open and drives it."""
        self.services = driving
        missing = self._missing()
        workers = [asyncio.create_task(self._work(missing, ended)) for _ in range(self.setup.at_once)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()

    async def results(self) -> list[Result]:
        costs = {head.run.run_id: head.cost.nano_usd for head in await self._heads()}
        return [await self._marked(spot, costs) for spot in self._done.values()]

    def _missing(self) -> Iterator[Spot]:
        return (spot for spot in spots(self.setup) if spot.thread not in self._done)

    def _has_ended(self, spot: Spot) -> bool:
        run = self._runs.get(spot.thread)
        if run is None or run.status in (*AT_WORK, *TO_GO_ON):
            return False
        return run.status is not RunStatus.ERROR or not self.setup.retry_failed

    async def _heads(self) -> list[RunHead]:
        return await self.services.runs.list(team_id=self.team_id, limit=EVERY_RUN)

    async def _fill_library(self) -> None:
        audience = files.Audience(self.team_id, None, self.user_id)
        outcome = await self._shelf(audience).add(library_pages(self.setup.library))
        if not outcome.added:
            raise AskerError(f"{self.setup.library} has no documents to search. Name a folder of pages with --library.")

    async def _set_budget(self, spent: int) -> None:
        """A team's budget resets each month; an evaluation's does not, so earlier months are subtracted."""
        budgets, scope = self.services.budgets, f"team:{self.team_id}"
        limit = self.setup.budget_nano_usd
        if limit is None:
            await budgets.remove(scope, self.user_id)
            return
        earlier = spent - (await budgets.team_status(self.team_id)).spent_nano_usd
        await budgets.set(scope, max(0, limit - max(0, earlier)), "month", self.user_id)

    async def _work(self, missing: Iterator[Spot], ended: Ended) -> None:
        for spot in missing:
            if self.stopped or not await self._reserve(spot):
                return
            try:
                run = await self._driven(await self._begun(spot))
                self._runs[spot.thread] = run
                if await self._counts(run):
                    self._done[spot.thread] = spot
                    ended()
            finally:
                await self._release(spot)

    async def _reserve(self, spot: Spot) -> bool:
        """Room for the whole run: one that the budget cut short would say nothing about its strategy."""
        need = self._needs[spot.strategy]
        async with self._room:
            while (left := await self._left()) is not None and left - self._reserved < need:
                if not self._reserved:
                    self.stopped = f"{dollars(max(0, left))} of it is left, and the next run may cost {dollars(need)}."
                    return False
                await self._room.wait()
            self._reserved += need
        return True

    async def _release(self, spot: Spot) -> None:
        async with self._room:
            self._reserved -= self._needs[spot.strategy]
            self._room.notify_all()

    async def _left(self) -> int | None:
        status = await self.services.budgets.team_status(self.team_id)
        return None if status.limit_nano_usd is None else status.limit_nano_usd - status.spent_nano_usd

    async def _begun(self, spot: Spot) -> str:
        services, budget = self.services, self.services.settings.run_budget_nano_usd
        known = self._runs.get(spot.thread)
        if known is not None:
            await services.runs.retry(known.run_id, self.user_id, budget_nano_usd=budget)
            return known.run_id
        place = Conversation(self.team_id, "suite", spot.thread)
        # Who names both the strategy and the price is not asked for consent to them.
        question = Question(spot.task.question, place, self.user_id, spot.strategy, budget, await self._documents(spot))
        run, _ = await services.runs.create(question, key=f"{self.team_id}/{spot.thread}", budget_nano_usd=budget)
        return run.run_id

    async def _documents(self, spot: Spot) -> tuple[str, ...]:
        audience = files.Audience(self.team_id, f"suite/{spot.task.id}", self.user_id)
        outcome = await self._shelf(audience).add(self._paths(spot.task))
        if outcome.skipped:
            raise AskerError("\n".join(outcome.skipped))
        return tuple(added.document.document_id for added in outcome.added)

    def _shelf(self, audience: files.Audience) -> files.Shelf:
        return files.Shelf(self.services.library, self.services.files, audience)

    def _paths(self, task: Task) -> list[Path]:
        return [document_path(self.setup.suite, self.setup.library, name) for name in task.documents]

    async def _driven(self, run_id: str) -> Run:
        changes = self.services.database.subscribe()
        while (run := await self.services.runs.get(run_id)).status in AT_WORK:
            await changes.wait(LOOK_SECONDS)
        return run

    async def _counts(self, run: Run) -> bool:
        """A run that stopped at its own cap has ended; one that the evaluation's stopped has not."""
        if run.status is not RunStatus.PAUSED:
            return run.status is not RunStatus.CANCELLED
        spent = _nano_usd((await show(self.services.database, run.run_id))["cost_usd"])
        left = await self._left()
        if left is None or left >= run.budget_nano_usd - spent:
            return True
        self.stopped = f"{dollars(max(0, left))} of it is left, and a call of run {run.run_id} could cost more."
        return False

    async def _marked(self, spot: Spot, costs: Mapping[str, int]) -> Result:
        run = self._runs[spot.thread]
        page = await show(self.services.database, run.run_id)
        return Result(
            task_id=spot.task.id,
            kind=spot.task.kind,
            strategy=spot.strategy,
            n=spot.n,
            run_id=run.run_id,
            status=run.status.value,
            faults=faults(spot.task, page["answer"] or "", [_claim(claim) for claim in page["claims"]]),
            seconds=run.seconds,
            cost_nano_usd=costs.get(run.run_id, 0),
        )


def _claim(shown: Mapping[str, Any]) -> Claim:
    return Claim(shown["text"], shown["source_id"], shown["quote"], Support(shown["support"]))


def _nano_usd(usd: str) -> int:
    return int(Decimal(usd) * NANO)
