"""Many processes on one database: exactly what fits under a cap is admitted."""

import asyncio
from typing import Any

import pytest
from warm_start import WarmStart

PROCESSES = 8
CALLS = 40
FIT = 100
AMOUNT = 1_000

SPEND = """
import asyncio, sys, time
from datetime import UTC, datetime
from orchestration.values.errors import BudgetRefused
from orchestration.values.ports import Hold
from storage.money.budgets import BudgetDefaults
from storage.engine.opening import open_database
from storage.money.ledger import Ledger

class Clock:
    def now(self):
        return datetime(2026, 11, 20, 12, tzinfo=UTC)

async def main(url, run_id, name, calls, amount):
    db = await open_database(url, clock=Clock())
    ledger = Ledger(db, Clock(), BudgetDefaults(10**12))
    print("ready", flush=True)
    sys.stdin.readline()
    async def hold(number):
        hold = Hold(f"{name}-{number}", run_id, 1, f"{name}/{number}", "worker", "m", amount, 150)
        try:
            await ledger.hold(hold)
        except BudgetRefused:
            return 0
        return 1
    # Half of them together and half one after the other: as one batch and as many.
    admitted = sum(await asyncio.gather(*(hold(number) for number in range(calls // 2))))
    for number in range(calls // 2, calls):
        admitted += await hold(number)
    await db.close()
    print(admitted, flush=True)

asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])))
"""


@pytest.mark.crash
async def test_eight_processes_that_hold_at_once_are_admitted_exactly_as_often_as_the_cap_allows(
    house: Any, warm: WarmStart
) -> None:
    run = await house.running(budget=FIT * AMOUNT)
    assert FIT < PROCESSES * CALLS
    assert await asyncio.to_thread(admitted, warm, house.url, run.run_id) == FIT
    status = await house.budgets.team_status("T1")
    assert status.held_nano_usd == FIT * AMOUNT
    verified = await house.ledger.verify()
    assert verified.ok, verified.drift


def admitted(warm: WarmStart, url: str, run_id: str) -> int:
    processes = [warm.program(SPEND, url, run_id, f"p{number}", str(CALLS), str(AMOUNT)) for number in range(PROCESSES)]
    for process in processes:
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        process.stdin.write(b"\n")
    return sum(int(out) for _, out, _ in (process.communicate() for process in processes))
