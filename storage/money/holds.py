"""The life of a hold in SQL: open → settled | released | assumed, each way taken once and with its entries.

`Ledger` and `Journal` both run these inside transactions of their own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from orchestration.values.errors import BudgetRefused, CallLost, Fenced
from orchestration.values.ports import Hold, Settlement
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared, Values
from storage.engine.run_rows import find_run
from storage.engine.tables import balances, holds, ledger_entries, runs
from storage.money.budgets import (
    BudgetDefaults,
    Cap,
    Spender,
    balance_of,
    caps_for,
    library_caps,
    names_of,
)
from storage.money.pauses import refuse_where_paused
from storage.money.periods import day_key
from storage.money.refusal import sentence

UNLIMITED = 2**62
LOST = "lost"
MAY_BE_LOST = 1  # how often the same call may be lost in a crash and be paid again


def open_hold(conn: Connection, hold: Hold, *, now: datetime, defaults: BudgetDefaults) -> None:
    day = day_key(now, defaults.zone)
    payer = _spender(conn, hold) if hold.run_id else None
    refuse_where_paused(conn, payer.team_id if payer else hold.team_id, payer.channel_id if payer else "")
    caps = caps_for(conn, payer, day, defaults) if payer else library_caps(conn, hold.team_id, day, defaults)
    row = {
        "hold_id": hold.hold_id,
        "run_id": hold.run_id or None,
        "team_id": hold.team_id or None,
        "epoch": hold.epoch,
        "step_key": hold.step_key,
        "agent": hold.agent,
        "model": hold.model,
        "amount_nano_usd": hold.amount_nano_usd,
        "scopes": json.dumps(names_of(caps)),
        "day": day,
        "lease_until": now + timedelta(seconds=hold.lease_seconds),
        "opened_at": now,
    }
    if _OPEN.first(conn, row) is None:
        return
    for cap in caps:
        _reserve(conn, cap, hold.amount_nano_usd, defaults=defaults)
    amount = hold.amount_nano_usd
    _enter(conn, hold.hold_id, Move("hold", names_of(caps), held=amount, spent=0, estimated=0), now)


def left(conn: Connection, run_id: str, *, now: datetime, defaults: BudgetDefaults) -> int:
    """What the tightest cap has room for now; 0 where the run is none."""
    row = find_run(conn, run_id)
    if row is None:
        return 0
    spender = Spender(run_id, row.team_id, row.channel_id, row.user_id, row.budget_nano_usd)
    caps = caps_for(conn, spender, day_key(now, defaults.zone), defaults)
    return min((_room(conn, cap) for cap in caps), default=UNLIMITED)


def _room(conn: Connection, cap: Cap) -> int:
    if cap.limit is None:
        return UNLIMITED
    balance = balance_of(conn, cap)
    return cap.limit if balance is None else max(0, cap.limit - balance.spent - balance.held)


def settle(conn: Connection, settlement: Settlement, now: datetime) -> bool:
    """Books the cost, at most the hold; on a hold that was assumed meanwhile only the difference.

    False where it was settled before. A cost beyond the hold is booked as all of it, marked estimated.
    """
    closing = {"hold": settlement.hold_id, "closed_at": now}
    if closed := _closed(conn, _SETTLE_OPEN, closing):
        cost, guessed = _within(settlement, closed.amount)
        move = Move("settle", closed.names, held=-closed.amount, spent=cost, estimated=guessed)
    elif closed := _closed(conn, _SETTLE_ASSUMED, closing):
        amount = closed.amount
        cost, guessed = _within(settlement, amount)
        move = Move("late", closed.names, held=0, spent=cost - amount, estimated=guessed - amount)
    else:
        return False
    book(conn, settlement.hold_id, move, now, used=_used(settlement))
    return True


def _within(settlement: Settlement, amount: int) -> tuple[int, int]:
    """What is booked, and how much of it is a guess."""
    cost = min(settlement.cost_nano_usd, amount)
    return cost, cost if settlement.estimated or settlement.cost_nano_usd > amount else 0


def release(conn: Connection, hold_id: str, now: datetime) -> bool:
    closed = _closed(conn, _RELEASE, {"hold": hold_id, "closed_at": now})
    if closed is None:
        return False
    book(conn, hold_id, Move("release", closed.names, held=-closed.amount, spent=0, estimated=0), now)
    return True


def assume(conn: Connection, hold_id: str, reason: str, now: datetime) -> bool:
    closed = _closed(conn, _ASSUME, {"hold": hold_id, "closed_at": now, "why": reason})
    if closed is None:
        return False
    amount = closed.amount
    book(conn, hold_id, Move("assume", closed.names, held=-amount, spent=amount, estimated=amount), now)
    return True


def assume_open(conn: Connection, run_id: str, before_epoch: int, now: datetime) -> int:
    """What the run's earlier epochs left open was lost with them."""
    left = _LEFT_OPEN.all(conn, {"run": run_id, "before": before_epoch})
    return sum(assume(conn, hold_id, LOST, now) for (hold_id,) in left)


@dataclass(frozen=True, slots=True)
class _Closed:
    """What a hold was, once its state has changed."""

    amount: int
    names: list[list[str]]


def _closed(conn: Connection, transition: Prepared, values: Values) -> _Closed | None:
    row = transition.first(conn, values)
    return None if row is None else _Closed(row[0], json.loads(row[1]))


@dataclass(frozen=True, slots=True)
class Move:
    """What one transition moves on each of a hold's scopes; what is neither held nor spent becomes available."""

    kind: str
    names: list[list[str]]
    held: int
    spent: int
    estimated: int


def _spender(conn: Connection, hold: Hold) -> Spender:
    row = _RUN.first(conn, {"run": hold.run_id, "epoch": hold.epoch, "step": hold.step_key})
    if row is None:
        raise Fenced
    team_id, channel_id, user_id, budget, lost = row
    if lost > MAY_BE_LOST:
        raise CallLost(
            f"The call {hold.step_key} of run {hold.run_id} was lost in two crashes and may have been charged. Check "
            f"the log, then `threadwork retry {hold.run_id}`."
        )
    return Spender(hold.run_id, team_id, channel_id, user_id, budget)


def _reserve(conn: Connection, cap: Cap, amount: int, *, defaults: BudgetDefaults) -> None:
    """One guarded statement, so that no second call can fit itself in between; a new row fits by itself."""
    limit = UNLIMITED if cap.limit is None else cap.limit
    asked = {"scope": cap.scope, "period": cap.period, "held": amount, "spent": 0, "estimated": 0, "limit_": limit}
    if amount <= limit and _RESERVE.first(conn, asked) is not None:
        return
    balance = balance_of(conn, cap)
    spent, held = (balance.spent, balance.held) if balance is not None else (0, 0)
    said = sentence(cap, spent=spent, held=held, asked=amount, zone=defaults.zone)
    raise BudgetRefused(said, scope=cap.scope, asked_nano_usd=amount, siblings_hold=spent + amount <= limit)


def book(conn: Connection, hold_id: str, move: Move, now: datetime, *, used: Mapping[str, Any] | None = None) -> None:
    moved = {"held_by": move.held, "spent_by": move.spent, "estimated_by": move.estimated}
    _MOVE_BALANCE.run_many(conn, [{"s": scope, "p": period, **moved} for scope, period in move.names])
    _enter(conn, hold_id, move, now, used=used)


def _enter(conn: Connection, hold_id: str, move: Move, now: datetime, *, used: Mapping[str, Any] | None = None) -> None:
    moved: dict[str, Any] = {"hold_id": hold_id, "kind": move.kind, "held": move.held, "spent": move.spent, "at": now}
    moved |= {"estimated": move.estimated, "available": -move.held - move.spent, **_UNUSED}
    rows = [{**moved, "scope": scope, "period": period} for scope, period in move.names]
    for row in rows:
        if used is not None and not row["period"]:
            row |= used
    _ENTER.run_many(conn, rows)


def _used(settlement: Settlement) -> dict[str, Any]:
    detail = {
        "model_returned": settlement.model_returned,
        "raw_usage": dict(settlement.raw_usage),
        "input_nano_usd_per_million": settlement.input_nano_usd_per_million,
        "output_nano_usd_per_million": settlement.output_nano_usd_per_million,
        "cache_read_nano_usd_per_million": settlement.cache_read_nano_usd_per_million,
        "price_source": settlement.price_source,
    }
    usage = settlement.usage
    return {
        "detail": json.dumps(detail, default=str),
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
    }


_UNUSED = {"detail": None, "input_tokens": 0, "output_tokens": 0, "cache_read_tokens": 0}
_LOST_BEFORE = (
    select(func.count())
    .select_from(holds)
    .where(holds.c.run_id == runs.c.run_id, holds.c.step_key == bindparam("step"))
    .where(holds.c.state == "assumed", holds.c.reason == LOST, holds.c.epoch > runs.c.set_going_epoch)
    .correlate(runs)
    .scalar_subquery()
)
_RUN = Prepared(
    select(runs.c.team_id, runs.c.channel_id, runs.c.user_id, runs.c.budget_nano_usd, _LOST_BEFORE)
    .where(runs.c.run_id == bindparam("run"), runs.c.epoch == bindparam("epoch"), runs.c.status == "running")
    # Nobody takes the run up before this hold is committed: then it is among those that are assumed.
    .with_for_update(read=True, of=runs)
)
_OPEN = Prepared(
    insert(holds)
    .values(state="open", reason="")
    .on_conflict_do_nothing(index_elements=["hold_id"])
    .returning(holds.c.hold_id)
)
_RESERVED = insert(balances)
_RESERVE = Prepared(
    _RESERVED.on_conflict_do_update(
        index_elements=["scope", "period"],
        set_={"held": balances.c.held + _RESERVED.excluded.held},
        where=balances.c.held + balances.c.spent + _RESERVED.excluded.held <= bindparam("limit_"),
    ).returning(balances.c.scope)
)
_MOVE_BALANCE = Prepared(
    update(balances)
    .where(balances.c.scope == bindparam("s"), balances.c.period == bindparam("p"))
    .values(
        held=balances.c.held + bindparam("held_by"),
        spent=balances.c.spent + bindparam("spent_by"),
        estimated=balances.c.estimated + bindparam("estimated_by"),
    )
)
_ENTER = Prepared(insert(ledger_entries))
_CLOSE = (
    update(holds)
    .where(holds.c.hold_id == bindparam("hold"))
    .values(closed_at=bindparam("closed_at"))
    .returning(holds.c.amount_nano_usd, holds.c.scopes)
)
_SETTLE_OPEN = Prepared(_CLOSE.where(holds.c.state == "open").values(state="settled"))
_SETTLE_ASSUMED = Prepared(_CLOSE.where(holds.c.state == "assumed").values(state="settled"))
_RELEASE = Prepared(_CLOSE.where(holds.c.state == "open").values(state="released"))
_ASSUME = Prepared(_CLOSE.where(holds.c.state == "open").values(state="assumed", reason=bindparam("why")))
_LEFT_OPEN = Prepared(
    select(holds.c.hold_id).where(
        holds.c.run_id == bindparam("run"), holds.c.state == "open", holds.c.epoch < bindparam("before")
    )
)
