"""A research bench for tests: the real research on a real SQLite file, with a model of the test's choice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import new_file

from bot.clock import SystemClock
from orchestration.context.run_context import RunContext
from orchestration.context.services import Services
from orchestration.money.prices import MILLION, Price, Prices
from orchestration.run.research import Research
from orchestration.run.revision import revise
from orchestration.values.domain import (
    Conversation,
    Decision,
    Draft,
    Note,
    Question,
    Review,
    RunStatus,
    Strategy,
)
from orchestration.values.limits import Limits
from orchestration.values.ports import Model
from storage.engine.database import Database
from storage.engine.opening import open_database
from storage.library.library import Library
from storage.library.pages import Pages
from storage.money.budgets import BudgetDefaults
from storage.money.ledger import Ledger
from storage.runs.journal import Journal
from storage.runs.memory import Memory
from storage.runs.run_log import RunLog
from storage.runs.runs import Runs
from storage.runs.show import show

CENT = 10_000_000
DOLLAR = 100 * CENT
PRICE = Price(1000 * MILLION, 4000 * MILLION, 500 * MILLION, 1000 * MILLION, 4000 * MILLION, source="test")
"""A thousand nano-USD an input token, four thousand an output token: sums that can be checked in the head."""
CHEAP = Price(100 * MILLION, 400 * MILLION, 50 * MILLION, 100 * MILLION, 400 * MILLION, source="test")
DEAR = Price(3000 * MILLION, 9000 * MILLION, 500 * MILLION, 3000 * MILLION, 9000 * MILLION, source="test")
PAGES = {
    "Flask": "# Flask\n\nFlask was first released on 1 April 2010. Flask is a microframework for Python.\n",
    "Django": "# Django\n\nDjango was first released on 21 July 2005. Django has its own object-relational mapper.\n",
}


class CountingIds:
    """Ids in order, so that a failure can be read."""

    def __init__(self) -> None:
        self._next = count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self._next):06d}"


class LeapingClock(SystemClock):
    """The real one, and a test can put it forward: then time is gone however fast the machine is."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def leap(self, seconds: float) -> None:
        self._ahead += seconds

    def monotonic(self) -> float:
        return super().monotonic() + self._ahead


@dataclass
class Bench:
    clock: LeapingClock
    database: Database
    services: Services
    research: Research
    runs: Runs
    ledger: Ledger
    documents: dict[str, str] = field(default_factory=dict)
    """Document ids by title."""

    async def ask(self, text: str, *, strategy: Strategy | None = None, budget: int = DOLLAR, key: str = "") -> str:
        question = Question(text, Conversation("T1", "C1", "1.0"), "U1", strategy=strategy)
        run, _ = await self.runs.create(question, key=key or f"key:{text}", budget_nano_usd=budget)
        return run.run_id

    async def drive(self, run_id: str) -> dict[str, Any]:
        """One segment, then the run as `threadwork show` prints it."""
        await self.research.drive(run_id)
        return await show(self.database, run_id)

    async def show(self, run_id: str) -> dict[str, Any]:
        return await show(self.database, run_id)

    async def request_revisions(self, run_id: str, *note_ids: str, comment: str = "", version: int = 1) -> bool:
        at = self.services.clock.now()
        review = Review("U1", Decision.REQUEST_REVISIONS, at, version, comment, note_ids)
        return await self.runs.review(run_id, review)

    async def revised(self, run_id: str, *notes: Note) -> Draft:
        """The next version for these notes, as the research would have it written; it is announced to nobody."""
        services = self.services
        assert await self.request_revisions(run_id, comment="as noted")
        run = await services.run_log.take_up(run_id)
        assert run is not None
        ctx = await RunContext.taken_up(run, services, [])
        assert ctx.history.route is not None
        draft = await revise(ctx.history.drafts[-1], ctx.history.route.strategy, notes, ctx)
        await ctx.journal.confirmed()
        return draft

    async def status(self, run_id: str) -> RunStatus:
        return (await self.runs.get(run_id)).status

    def with_model(self, model: Model) -> Research:
        return Research(replace(self.services, model=model))


@asynccontextmanager
async def open_bench(
    folder: Path, model: Model, *, limits: Limits | None = None, team_budget: int = 50 * DOLLAR, name: str = "bench.db"
) -> AsyncIterator[Bench]:
    clock, ids = LeapingClock(), CountingIds()
    new_file.lay(folder / name)
    database = await open_database(f"sqlite+aiosqlite:///{folder / name}", clock=clock)
    ledger = Ledger(database, clock, BudgetDefaults(team_budget))
    library = Library(database, clock)
    services = Services(
        journal=Journal(database, clock, ledger),
        ledger=ledger,
        run_log=RunLog(database, clock),
        library=library,
        model=model,
        prices=Prices({"test-model": PRICE, "cheap-model": CHEAP, "dear-model": DEAR}),
        clock=clock,
        ids=ids,
        limits=limits or Limits(model="test-model"),
        purse=ledger,
        memory=Memory(database, clock),
        pages=Pages(database, clock),
    )
    bench = Bench(clock, database, services, Research(services), Runs(database, clock, ids), ledger)
    for title, text in PAGES.items():
        added = await library.add(
            team_id="T1", channel_id=None, title=title, text=text, url=f"https://docs.example/{title}", source="docs"
        )
        bench.documents[title] = added.document_id
    try:
        yield bench
    finally:
        await database.close()
