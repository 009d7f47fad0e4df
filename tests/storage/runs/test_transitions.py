"""The one statement that changes a status knows the contract's ways and no other."""

from typing import Any

import pytest
from sqlalchemy import Connection, update

from orchestration.values.domain import TRANSITIONS, RunStatus
from storage.engine.tables import runs
from storage.runs.transitions import Guard, move


def put(conn: Connection, run_id: str, status: RunStatus) -> None:
    conn.execute(update(runs).where(runs.c.run_id == run_id).values(status=status))


@pytest.mark.parametrize("before", RunStatus)
async def test_a_status_leads_exactly_where_the_contract_says(house: Any, before: RunStatus) -> None:
    run = await house.ask()

    def reached(conn: Connection) -> set[RunStatus]:
        found = set()
        for after in RunStatus:
            put(conn, run.run_id, before)
            if move(conn, run.run_id, after, guard=Guard(), values={}):
                found.add(after)
        return found

    assert await house.db.write(reached) == TRANSITIONS[before]


async def test_a_guard_narrows_the_ways(house: Any) -> None:
    run = await house.running()

    def tried(conn: Connection) -> list[bool]:
        guards = [
            Guard(only_from=frozenset({RunStatus.QUEUED})),
            Guard(epoch=run.epoch + 1),
            Guard(only_from=frozenset({RunStatus.RUNNING}), epoch=run.epoch),
        ]
        return [move(conn, run.run_id, RunStatus.CANCELLED, guard=guard, values={}) for guard in guards]

    assert await house.db.write(tried) == [False, False, True]


async def test_other_runs_stay_where_they_are(house: Any) -> None:
    run, other = await house.running(), await house.running()
    await house.db.write(lambda conn: move(conn, run.run_id, RunStatus.CANCELLED, guard=Guard(), values={}))
    assert (await house.runs.get(other.run_id)).status is RunStatus.RUNNING
