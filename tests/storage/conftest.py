"""A whole memory on a file of its own, with a clock and ids that the test holds."""

import asyncio
import inspect
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import new_file
import pytest
from postgres_server import in_schema, serving

from orchestration.values.domain import Conversation, Question, Run, Usage
from orchestration.values.ports import Hold, Settlement, Step
from storage.engine.database import Database
from storage.engine.opening import open_database
from storage.money.budgets import BudgetDefaults, Budgets
from storage.money.ledger import Ledger
from storage.money.spend import Spend
from storage.runs.events import Events
from storage.runs.journal import Journal
from storage.runs.run_log import RunLog
from storage.runs.runs import Runs


@dataclass
class SetClock:
    at: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.pass_(seconds)
        await asyncio.sleep(0)

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class CountedIds:
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self.count)}"


class House:
    """Every service of `storage` that drives and pays runs, over one database."""

    def __init__(self, db: Database, clock: SetClock, defaults: BudgetDefaults) -> None:
        self.db = db
        self.clock = clock
        self.defaults = defaults
        self.url = ""
        self.ids = CountedIds()
        self.events = Events(db)
        self.budgets = Budgets(db, clock, defaults)
        self.ledger = Ledger(db, clock, defaults)
        self.journal = Journal(db, clock, self.ledger)
        self.runs = Runs(db, clock, self.ids)
        self.log = RunLog(db, clock)
        self.spend = Spend(db, defaults)

    def question(self, text: str = "Why?", **changed: Any) -> Question:
        place = Conversation(
            changed.pop("team", "T1"), changed.pop("channel", "C1"), changed.pop("thread", self.ids.new("thread"))
        )
        return Question(text, place, changed.pop("user", "U1"), **changed)

    async def ask(self, *, budget: int = 1_000_000_000, **changed: Any) -> Run:
        run, _ = await self.runs.create(self.question(**changed), key=self.ids.new("key"), budget_nano_usd=budget)
        return run

    async def running(self, **changed: Any) -> Run:
        run = await self.log.take_up((await self.ask(**changed)).run_id)
        assert run is not None
        return run

    def a_hold(self, run: Run, amount: int, **changed: Any) -> Hold:
        given = {"hold_id": self.ids.new("h"), "step_key": self.ids.new("v1/step"), "agent": "worker", "model": "m"}
        given |= {"run_id": run.run_id, "epoch": run.epoch, "amount_nano_usd": amount, "lease_seconds": 150.0}
        return Hold(**{**given, **changed})

    async def hold(self, run: Run, amount: int, **changed: Any) -> Hold:
        hold = self.a_hold(run, amount, **changed)
        await self.ledger.hold(hold)
        return hold

    async def spend_on(self, run: Run, amount: int, **changed: Any) -> Hold:
        hold = await self.hold(run, amount, **changed)
        await self.ledger.settle(settlement(hold, amount))
        return hold


def settlement(hold: Hold, cost: int, *, estimated: bool = False) -> Settlement:
    return Settlement(
        hold.hold_id, cost, Usage(100, 20, 5), estimated, "m-1", {"prompt_tokens": 100}, 250, 2000, 25, "bundled 1"
    )


def step(run: Run, key: str, **changed: Any) -> Step:
    given = {"agent": "worker", "operation": "chat", "request_hash": "a", "result": '"done"'}
    return Step(**{"run_id": run.run_id, "epoch": run.epoch, "key": key, **given, **changed})


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "threadwork.db"


@pytest.fixture
def settled() -> Callable[..., Settlement]:
    return settlement


@pytest.fixture
def a_step() -> Callable[..., Step]:
    return step


@pytest.fixture
def open_house() -> Callable[..., Awaitable[House]]:
    async def open_(path: Path, *, team: int = 50_000_000_000, timezone: str = "UTC") -> House:
        clock = SetClock()
        new_file.lay(path)
        db = await open_database(f"sqlite+aiosqlite:///{path}", clock=clock, working=True)
        return House(db, clock, BudgetDefaults(team, timezone))

    return open_


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What runs, money and threads promise they promise on both databases."""
    rooms = {"money", "runs", "threads"} & set(metafunc.definition.path.parts)
    if "kind" in metafunc.fixturenames:
        only = (
            metafunc.definition.get_closest_marker("sqlite")
            or "path" in inspect.signature(metafunc.function).parameters
        )
        metafunc.parametrize("kind", ["sqlite"] if only or not rooms else ["sqlite", "postgres"])


@pytest.fixture
async def house(
    kind: str, path: Path, clock: SetClock, open_house: Callable[..., Awaitable[House]], request: Any
) -> AsyncIterator[House]:
    if kind == "sqlite":
        opened = await open_house(path)
    else:
        db = await open_database(request.getfixturevalue("postgres_url"), clock=clock)
        opened = House(db, clock, BudgetDefaults(50_000_000_000, "UTC"))
    opened.url = f"sqlite:///{path}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    yield opened
    await opened.db.close()


@pytest.fixture
def house_on() -> type[House]:
    return House


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """Of an empty schema."""
    return in_schema(postgres, f"test_{uuid4().hex[:12]}")


@pytest.fixture
def db(house: House) -> Database:
    return house.db
