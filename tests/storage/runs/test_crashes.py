"""Whatever was acknowledged survives a kill at any moment, and the ledger still adds up."""

import asyncio
import random
import time
from typing import Any

import pytest
from sqlalchemy import select, text
from warm_start import WarmStart

from storage.engine.tables import steps

WORK = """
import asyncio, itertools, sys
from datetime import UTC, datetime
from orchestration.values.domain import Conversation, Question, Usage
from orchestration.values.ports import Hold, Settlement, Step
from storage.money.budgets import BudgetDefaults
from storage.engine.opening import open_database
from storage.runs.journal import Journal
from storage.money.ledger import Ledger
from storage.runs.run_log import RunLog
from storage.runs.runs import Runs

class Clock:
    def now(self):
        return datetime.now(UTC)

class Ids:
    def new(self, prefix):
        return prefix + sys.argv[2]

async def main(url, name):
    db = await open_database(url, clock=Clock(), working=True)
    defaults = BudgetDefaults(10**15)
    ledger, log = Ledger(db, Clock(), defaults), RunLog(db, Clock())
    journal = Journal(db, Clock(), ledger)
    print("ready", flush=True)
    question = Question("Why?", Conversation("T1", "C1", name), "U1")
    created, _ = await Runs(db, Clock(), Ids()).create(question, key=name, budget_nano_usd=10**15)
    run = await log.take_up(created.run_id)

    async def worker(number):
        for count in itertools.count():
            key = f"v1/worker/{number}/chat/{count}"
            hold = Hold(f"{name}/{key}", run.run_id, run.epoch, key, "worker", "m", 1000, 150)
            await ledger.hold(hold)
            step = Step(run.run_id, run.epoch, key, "worker", "chat", "a", '"done"')
            usage = Usage(10, 5)
            await journal.record(step, settlement=Settlement(hold.hold_id, 700, usage, False))
            print(key, flush=True)

    await asyncio.gather(*(worker(number) for number in range(4)))

asyncio.run(main(*sys.argv[1:]))
"""


def killed_at_work(warm: WarmStart, url: str, name: str, seconds: float, *, from_first: bool) -> set[str]:
    """The steps that the writer was told are stored. `from_first` counts the seconds from the first of them, however
    long the machine takes to get there."""
    process = warm.program(WORK, url, name)
    assert process.stdout.readline() == b"ready\n"
    first = process.stdout.readline().decode() if from_first else ""
    time.sleep(seconds)
    process.kill()
    _, rest, _ = process.communicate()
    return {line.strip() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")}


@pytest.mark.crash
@pytest.mark.timeout(3600)
async def test_no_kill_loses_an_acknowledged_step_or_a_nano_dollar(house: Any, warm: WarmStart, rounds: Any) -> None:
    rng = random.Random(20261120)
    acknowledged = 0
    for number in range(rounds(30, 1_000)):
        name = f"_{number}"
        seconds = rng.uniform(0.0, 0.15)
        stored = await asyncio.to_thread(killed_at_work, warm, house.url, name, seconds, from_first=number % 3 == 0)
        acknowledged += len(stored)
        kept = select(steps.c.key).where(steps.c.run_id == f"r{name}")
        found = set(await house.db.read(lambda conn, kept=kept: conn.execute(kept).scalars().all()))
        assert stored <= found
        verified = await house.ledger.verify()
        assert verified.ok, verified.drift
        if house.url.startswith("sqlite"):
            assert await house.db.read(lambda conn: conn.execute(text("PRAGMA integrity_check")).scalar()) == "ok"
        await take_over(house, f"r{name}", found)
    assert acknowledged > 0


async def take_over(house: Any, run_id: str, found: set[str]) -> None:
    """Whoever goes on finds every step and no open hold: at most the four calls in flight are assumed."""
    run = await house.log.take_up(run_id)
    if run is None:
        return
    assert (await house.journal.load(run_id)).keys() == found
    receipt = await house.spend.receipt(run_id)
    lost = receipt.total.llm_calls - len(found)
    assert 0 <= lost <= 4
    assert receipt.total.cost_nano_usd == 700 * len(found) + 1000 * lost
    assert (await house.budgets.team_status("T1")).held_nano_usd == 0
    await house.runs.cancel(run_id, "U1")
