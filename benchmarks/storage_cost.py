"""What the journal and the ledger cost by themselves, and what many waiting or unfinished runs cost."""

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

import psutil
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._jobs import ask, opened
from benchmarks._server import serving
from bot.bootstrap import Services
from orchestration.values.domain import Run, RunStatus
from orchestration.values.ports import Hold, Step
from storage.engine.tables import runs
from storage.runs.journal import Journal
from storage.runs.run_log import RunLog

STEPS = HOLDS = 2_000
RUNS = 1_000
NOWHERE = "http://127.0.0.1:9/v1"
RESULT = '{"text": "' + "Flask has a test client, and FastAPI has one too. " * 12 + '"}'


async def taken_up(services: Services) -> Run:
    run = await RunLog(services.database, services.clock).take_up(await ask(services))
    assert run is not None
    return run


async def journal(folder: Path) -> None:
    async with opened(folder, NOWHERE, drive=False) as services:
        run = await taken_up(services)
        kept = Journal(services.database, services.clock, services.ledger)
        for callers in (1, 50):

            async def record(caller: int, callers: int = callers) -> None:
                for number in range(STEPS // callers):
                    key = f"v1/{callers}/{caller}/{number}"
                    await kept.record(Step(run.run_id, run.epoch, key, "worker", "chat", "hash", RESULT))

            cpu, begun = time.process_time(), time.perf_counter()
            await asyncio.gather(*(record(caller) for caller in range(callers)))
            cpu, wall = time.process_time() - cpu, time.perf_counter() - begun
            print(f"journal, {callers:>3} callers: {cpu / STEPS * 1000:.2f} ms CPU a step, {STEPS / wall:.0f} a second")


async def ledger(folder: Path) -> None:
    async with opened(folder, NOWHERE, drive=False) as services:
        run = await taken_up(services)
        for callers in (1, 50, 500):

            async def admit(callers: int = callers) -> None:
                for _ in range(HOLDS // callers):
                    hold_id = services.ids.new("h")
                    await services.ledger.hold(
                        Hold(
                            hold_id=hold_id,
                            run_id=run.run_id,
                            epoch=run.epoch,
                            step_key=f"v1/{hold_id}",
                            agent="worker",
                            model="m",
                            amount_nano_usd=100,
                            lease_seconds=60.0,
                        )
                    )

            begun = time.perf_counter()
            await asyncio.gather(*(admit() for _ in range(callers)))
            print(f"ledger, {callers:>3} callers: {HOLDS / (time.perf_counter() - begun):.0f} admissions a second")


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


def main() -> None:
    for measured in (journal, ledger, recovery):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measured(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        waiting(Path(folder))


if __name__ == "__main__":
    main()
