"""What a person knows better than the ledger: the real cost of a closed hold, booked as the difference."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, distinct, func, select, update

from orchestration.values.errors import AskerError
from storage.engine.moments import moment
from storage.engine.tables import holds
from storage.engine.tables import ledger_entries as entries
from storage.money.amounts import NANO, usd
from storage.money.costs import OWN
from storage.money.holds import Move, book

MOST = 1_000_000 * NANO
KIND = "adjustment:"


class NotAdjustable(AskerError):
    """This hold cannot be adjusted. `threadwork show RUN` lists the holds of a run."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    hold_id: str
    cost_nano_usd: int
    """What the call really cost, not the difference."""
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Adjusted:
    run_id: str | None
    """None where the library paid."""
    before_nano_usd: int
    estimated_before_nano_usd: int
    changed: bool
    """False where the hold was already booked at this cost, and not as an estimate."""


def adjust(conn: Connection, wanted: Adjustment, now: datetime) -> Adjusted:
    """Books the difference wherever the hold counts, also past a budget. Raises NotAdjustable."""
    _check(wanted)
    conn.execute(_LOCK, {"hold": wanted.hold_id})
    row = conn.execute(_BOOKED, {"hold": wanted.hold_id}).one_or_none()
    if row is None:
        raise NotAdjustable(f"There is no hold {wanted.hold_id}. `threadwork show RUN` lists the holds of a run.")
    if row.state in _REFUSED:
        raise NotAdjustable(f"Hold {wanted.hold_id} {_REFUSED[row.state]}")
    changed = row.spent != wanted.cost_nano_usd or row.estimated != 0
    if changed:
        # The entries know every scope: a budget that was set later counts this hold too.
        names = [[scope, period] for scope, period in conn.execute(_WHERE, {"hold": wanted.hold_id})]
        difference = wanted.cost_nano_usd - row.spent
        move = Move(f"{KIND}{row.earlier + 1}", names, held=0, spent=difference, estimated=-row.estimated)
        said = {"cost_nano_usd": wanted.cost_nano_usd, "by": wanted.by, "reason": wanted.reason}
        book(conn, wanted.hold_id, move, now, used={"detail": json.dumps(said)})
        # The person's figure is final: a late report of an assumed call no longer changes it.
        conn.execute(_SETTLED, {"hold": wanted.hold_id})
    return Adjusted(row.run_id, row.spent, row.estimated, changed)


def holds_of(conn: Connection, run_id: str) -> list[dict[str, Any]]:
    """A run's holds as JSON in the order in which they were opened, each with its adjustments."""
    adjusted: dict[str, list[dict[str, Any]]] = {}
    for row in conn.execute(_ADJUSTED, {"run": run_id}):
        said = json.loads(row.detail)
        shown = {
            "cost_usd": usd(said["cost_nano_usd"]),
            "difference_usd": usd(row.spent),
            "by": said["by"],
            "reason": said["reason"],
            "at": moment(row.at),
        }
        adjusted.setdefault(row.hold_id, []).append(shown)
    return [
        {
            "hold_id": row.hold_id,
            "step_id": row.step_key,
            "agent": row.agent,
            "model": row.model,
            "state": row.state,
            "reason": row.reason or None,
            "held_usd": usd(row.amount_nano_usd),
            "cost_usd": usd(row.spent),
            "estimated": row.estimated != 0,
            "adjustments": adjusted.get(row.hold_id, []),
        }
        for row in conn.execute(_HOLDS, {"run": run_id})
    ]


def _check(wanted: Adjustment) -> None:
    if not wanted.reason.strip():
        raise NotAdjustable("An adjustment needs a reason. Say with --reason where the real cost is from.")
    if not 0 <= wanted.cost_nano_usd <= MOST:
        raise NotAdjustable("A call costs between 0 and 1,000,000 USD. Write what this call really cost.")


_REFUSED = {
    "open": "is still open: its call may be running. It can be adjusted once something is booked for it.",
    "released": "was released: its request was refused or never sent, so nothing was booked that could be adjusted.",
}
_HOLD: BindParameter[str] = bindparam("hold")
_RUN: BindParameter[str] = bindparam("run")
_LOCK = select(holds.c.hold_id).where(holds.c.hold_id == _HOLD).with_for_update()
"""Of two who adjust the same hold at once the second sees what the first has booked."""
_SUMS = [func.coalesce(func.sum(entries.c[name]), 0).label(name) for name in ("spent", "estimated")]
_EARLIER = (
    select(func.count(distinct(entries.c.kind)))
    .where(entries.c.hold_id == _HOLD, entries.c.kind.startswith(KIND))
    .scalar_subquery()
)
_BOOKED = (
    select(holds.c.state, holds.c.run_id, *_SUMS, _EARLIER.label("earlier"))
    .join(entries, OWN)
    .where(holds.c.hold_id == _HOLD)
    .group_by(holds.c.hold_id)
)
_WHERE = select(entries.c.scope, entries.c.period).where(entries.c.hold_id == _HOLD).distinct()
_SETTLED = update(holds).where(holds.c.hold_id == _HOLD).values(state="settled")
_HOLDS = (
    select(holds, *_SUMS)
    .join(entries, OWN)
    .where(holds.c.run_id == _RUN)
    .group_by(holds.c.hold_id)
    .order_by(holds.c.opened_at, holds.c.hold_id)
)
_ADJUSTED = (
    select(entries.c.hold_id, entries.c.spent, entries.c.detail, entries.c.at)
    .join(holds, OWN)
    .where(holds.c.run_id == _RUN, entries.c.kind.startswith(KIND))
    .order_by(entries.c.at, entries.c.kind)
)
