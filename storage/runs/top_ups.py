"""Room for a run: what a paused one would need on the cap that stopped it, and making that room once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select, update

from orchestration.values.domain import Run, RunStatus
from orchestration.values.events import Event, RunPaused, RunRetried
from orchestration.values.interventions import CapChanged
from orchestration.values.ports import Clock, Ids
from storage.engine.codec import from_json, to_json
from storage.engine.database import Database
from storage.engine.run_rows import find_run, route_of, run_of
from storage.engine.tables import events as event_table
from storage.engine.tables import runs
from storage.money.budgets import (
    NOTHING,
    Bound,
    BudgetDefaults,
    BudgetRow,
    Cap,
    Spender,
    balance_of,
    caps_for,
    check,
    keep,
    limit_of,
    owner_of,
    put,
    take_away,
)
from storage.money.costs import costs_of
from storage.money.periods import RUN, day_key
from storage.runs import events as event_log
from storage.runs.runs import NoSuchRun, set_going
from storage.runs.transitions import Guard, move

T = TypeVar("T")

MOST = 2**60
"""Nano-USD; more than anybody has, and still a number for the database."""


@dataclass(frozen=True, slots=True)
class Needed:
    """What a paused run lacks."""

    run: Run
    bound: Bound
    """The cap that stopped it, as it is now."""
    period: str
    rest_nano_usd: tuple[int, int]
    """What the rest is expected to cost."""
    least_nano_usd: int
    """To add, so that the call that was refused has room."""

    is_own: bool
    """Whether the asker's `--budget` is what stopped it."""


class TopUps:
    def __init__(self, db: Database, clock: Clock, ids: Ids, defaults: BudgetDefaults) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._defaults = defaults

    async def needed(self, run_id: str) -> Needed | None:
        """None where the run does not wait for room, or the cap that stopped it is no limit any more."""
        now = self._clock.now()
        return await self._db.read(lambda conn: _needed(conn, run_id, now, self._defaults))

    async def give(self, needed: Needed, amount_nano_usd: int, user_id: str, *, most: int | None = None) -> bool:
        """Raises the cap and sets the run going, both or neither; False where somebody was first.

        With `most` it is the asker who raises a budget of their own, at most to there.
        """
        run, cap, now = needed.run, needed.bound.cap, self._clock.now()
        change_id = self._ids.new("cap")

        def work(conn: Connection) -> bool:
            epoch = run.epoch + 1
            guard = Guard(frozenset({RunStatus.PAUSED}), epoch=run.epoch)
            if not move(conn, run.run_id, RunStatus.QUEUED, guard=guard, values=set_going(epoch)):
                return False
            before = limit_of(conn, cap.scope, self._defaults)[1]
            after = None if before is None else min(before + amount_nano_usd, MOST if most is None else most)
            row = BudgetRow(cap.scope, needed.period, after, user_id, now)
            put(conn, row, self._defaults) if most is None else _raise_own(conn, run, row, self._defaults)
            changed = CapChanged(change_id, cap.scope, before, after, user_id, run.epoch)
            event_log.insert(conn, run.run_id, [changed, RunRetried(epoch, user_id)], now)
            return True

        return await self._act(work)

    async def set_cap(self, run_id: str, limit_nano_usd: int | None, by: str) -> Run:
        """An owner's word on what this run may cost; it holds from the next call on. The run as it is."""
        scope = f"run:{run_id}"
        check(scope, limit_nano_usd, RUN)
        row = BudgetRow(scope, RUN, limit_nano_usd, by, self._clock.now())
        change_id = self._ids.new("cap")

        def work(conn: Connection) -> Run:
            run = _run(conn, run_id)
            before = limit_of(conn, scope, self._defaults)[1]
            put(conn, row, self._defaults)
            self._announce(conn, run, CapChanged(change_id, scope, before, limit_nano_usd, by))
            return run

        return await self._act(work)

    async def remove_cap(self, run_id: str, by: str) -> bool:
        """False where no owner had set one."""
        scope, change_id, now = f"run:{run_id}", self._ids.new("cap"), self._clock.now()

        def work(conn: Connection) -> bool:
            run = _run(conn, run_id)
            before = limit_of(conn, scope, self._defaults)[1]
            if not take_away(conn, scope, (by, now), self._defaults):
                return False
            self._announce(conn, run, CapChanged(change_id, scope, before, run.budget_nano_usd, by))
            return True

        return await self._act(work)

    def _announce(self, conn: Connection, run: Run, event: Event) -> None:
        event_log.insert(conn, run.run_id, [event], self._clock.now())

    async def _act(self, work: Callable[[Connection], T]) -> T:
        result = await self._db.write(work)
        self._db.announce()
        return result


def _run(conn: Connection, run_id: str) -> Run:
    row = find_run(conn, run_id)
    if row is None:
        raise NoSuchRun(f"There is no run {run_id}. `threadwork runs` lists them.")
    return run_of(row)


def _needed(conn: Connection, run_id: str, now: datetime, defaults: BudgetDefaults) -> Needed | None:
    run, row = _run(conn, run_id), find_run(conn, run_id)
    paused = conn.execute(_PAUSED, {"run": run_id}).scalar()
    if run.status is not RunStatus.PAUSED or row is None or paused is None:
        return None
    stopped = from_json(RunPaused, paused)
    bound = _stopping(conn, run, stopped.scope, now=now, defaults=defaults)
    if bound is None or bound.left_nano_usd is None:
        return None
    route, cost = route_of(row), costs_of(conn, [run_id]).get(run_id)
    spent = cost.nano_usd if cost else 0
    low = max(0, (route.estimate_low_nano_usd if route else 0) - spent)
    high = max(low, (route.estimate_high_nano_usd if route else 0) - spent, stopped.asked_nano_usd)
    cap = bound.cap
    return Needed(
        run=run,
        bound=bound,
        period=limit_of(conn, cap.scope, defaults)[0],
        rest_nano_usd=(low, high),
        least_nano_usd=max(1, stopped.asked_nano_usd - bound.left_nano_usd),
        is_own=_is_own(conn, run, cap),
    )


def _stopping(conn: Connection, run: Run, scope: str, *, now: datetime, defaults: BudgetDefaults) -> Bound | None:
    """The cap that stopped it or, where an earlier version did not say which, the tightest."""
    place = run.question.conversation
    spender = Spender(run.run_id, place.team_id, place.channel_id, run.question.user_id, run.budget_nano_usd)
    caps = caps_for(conn, spender, day_key(now, defaults.zone), defaults)
    bounds = [Bound(cap, balance_of(conn, cap) or NOTHING) for cap in caps if scope in ("", cap.scope)]
    return min(bounds, key=lambda bound: MOST if bound.left_nano_usd is None else bound.left_nano_usd, default=None)


def _is_own(conn: Connection, run: Run, cap: Cap) -> bool:
    own = run.question.budget_nano_usd
    return cap.scope == f"run:{run.run_id}" and own == cap.limit and owner_of(conn, cap.scope) is None


def _raise_own(conn: Connection, run: Run, row: BudgetRow, defaults: BudgetDefaults) -> None:
    """The asker's own cap is part of the question, so a later retry knows it too."""
    keep(conn, row, "raised", defaults)
    question = replace(run.question, budget_nano_usd=row.limit_nano_usd)
    values = {"asked": to_json(question), "budget_nano_usd": row.limit_nano_usd}
    conn.execute(update(runs).where(runs.c.run_id == run.run_id).values(**values))


_PAUSED = (
    select(event_table.c.body)
    .where(event_table.c.run_id == bindparam("run"), event_table.c.type == RunPaused.__name__)
    .order_by(event_table.c.id.desc())
    .limit(1)
)
