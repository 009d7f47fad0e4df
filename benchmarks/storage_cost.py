"""What the journal and the ledger cost by themselves, and what many waiting or unfinished runs cost."""

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._jobs import ask, opened
from benchmarks._server import serving
from bot.bootstrap import Services
from bot.clock import RandomIds, SystemClock
from orchestration.values.domain import Conversation, Question, Run, RunStatus
from orchestration.values.ports import Hold, Step
from storage.engine.opening import open_database
from storage.engine.tables import runs
from storage.money.budgets import BudgetDefaults
from storage.money.ledger import Ledger
from storage.runs.journal import Journal
from storage.runs.run_log import RunLog
from storage.runs.runs import Runs

STEPS = HOLDS = 2_000
RUNS = 1_000
NOWHERE = "http://127.0.0.1:9/v1"
RESULT = '{"text": "' + "Flask has a test client, and FastAPI has one too. " * 12 + '"}'


@dataclass(frozen=True, slots=True)
class Parts:
    """A driver's storage without its driver; `run` is taken up."""

    run: Run
    ids: RandomIds
    ledger: Ledger
    journal: Journal


@asynccontextmanager
async def parts(url: str) -> AsyncIterator[Parts]:
    clock, ids = SystemClock(), RandomIds()
    database = await open_database(url, clock=clock, working=True)
    ledger = Ledger(database, clock, BudgetDefaults(10**15))
    question = Question("Which?", Conversation("T1", "C1", ids.new("k")), "U1")
    asked, _ = await Runs(database, clock, ids).create(question, key=ids.new("k"), budget_nano_usd=10**12)
    run = await RunLog(database, clock).take_up(asked.run_id)
    assert run is not None
    yield Parts(run, ids, ledger, Journal(database, clock, ledger))
    await database.close()


async def at_once(callers: int, total: int, work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """CPU ms of each of them, and how many a second."""

    async def caller() -> None:
        for _ in range(total // callers):
            await work()

    cpu, begun = time.process_time(), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return (time.process_time() - cpu) / total * 1000, total / (time.perf_counter() - begun)


async def journal(url: str) -> None:
    async with parts(url) as on:

        async def record() -> None:
            key = on.ids.new("v1/step")
            await on.journal.record(Step(on.run.run_id, on.run.epoch, key, "worker", "chat", "hash", RESULT))

        for callers in (1, 50):
            cpu, rate = await at_once(callers, STEPS, record)
            print(f"journal, {callers:>3} callers: {cpu:.2f} ms CPU a step, {rate:.0f} a second", flush=True)


async def ledger(url: str) -> None:
    async with parts(url) as on:

        async def admit() -> None:
            hold_id = on.ids.new("h")
            await on.ledger.hold(
                Hold(
                    hold_id=hold_id,
                    run_id=on.run.run_id,
                    epoch=on.run.epoch,
                    step_key=f"v1/{hold_id}",
                    agent="worker",
                    model="m",
                    amount_nano_usd=100,
                    lease_seconds=60.0,
                )
            )

        for callers in (1, 50, 500):
            cpu, rate = await at_once(callers, HOLDS, admit)
            print(f"ledger, {callers:>3} callers: {cpu:.2f} ms CPU a hold, {rate:.0f} admissions a second", flush=True)


async def taken_up(services: Services) -> Run:
    run = await RunLog(services.database, services.clock).take_up(await ask(services))
    assert run is not None
    return run


async def leave(folder: Path, status: RunStatus | None, *, count: int = RUNS) -> None:
    """Runs in that status, or as a killed process leaves them."""
    async with opened(folder, NOWHERE, drive=False) as services:
        log = RunLog(services.database, services.clock)
        for _ in range(count):
            run = await taken_up(services)
            if status is not None:
                await log.finish(run, status, [], 1.0)


async def recovery(folder: Path) -> None:
    await leave(folder, None)
    with serving(1.0) as base_url:
        child = multiprocessing.get_context("spawn").Process(target=_recover, args=(folder, base_url))
        child.start()
        await asyncio.to_thread(child.join)


def _recover(folder: Path, base_url: str) -> None:
    asyncio.run(_at_work_again(folder, base_url))


async def _at_work_again(folder: Path, base_url: str) -> None:
    again = select(func.count()).select_from(runs).where(runs.c.epoch > 1)
    begun = time.perf_counter()
    async with opened(folder, base_url) as services:
        database = services.database
        changes = database.subscribe()
        while await database.read(lambda conn: conn.execute(again).scalar_one()) < RUNS:
            await changes.wait(1.0)
        print(f"{RUNS} unfinished runs: all at work again after {time.perf_counter() - begun:.1f} s", flush=True)
        os._exit(0)  # a thousand runs would be parked one by one


def waiting(folder: Path) -> None:
    asyncio.run(leave(folder, RunStatus.AWAITING_REVIEW))
    empty = folder / "empty"
    empty.mkdir()
    asyncio.run(leave(empty, RunStatus.AWAITING_REVIEW, count=0))
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        added = pool.apply(_resident, (folder,)) - pool.apply(_resident, (empty,))
    print(f"{RUNS} waiting runs: {added / RUNS / 1024:.2f} KB of memory each")


def _resident(folder: Path) -> int:
    """Bytes of a process that drives the file, once it has looked at what is there."""

    async def held() -> int:
        async with opened(folder, NOWHERE):
            await asyncio.sleep(2.0)
            return int(psutil.Process().memory_info().rss)

    return asyncio.run(held())


def main(urls: list[str]) -> None:
    """The journal and the ledger also on each database that is named."""
    with tempfile.TemporaryDirectory() as folder:
        for url in (f"sqlite+aiosqlite:///{folder}/bench.db", *urls):
            print(url.partition(":")[0])
            asyncio.run(journal(url))
            asyncio.run(ledger(url))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(recovery(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        waiting(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
