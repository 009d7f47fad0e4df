"""Rebuilds every balance from the entries and says where the two differ."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from storage.engine.tables import balances, holds
from storage.engine.tables import ledger_entries as entries
from storage.money.costs import OWN

Sums = tuple[int, int, int]
_AMOUNTS = ("held", "spent", "estimated")


@dataclass(frozen=True, slots=True)
class Drift:
    scope: str
    """A scope, or `hold:…` where a hold's own entries contradict its state."""
    period: str
    kept: Sums
    """Held, spent and estimated as the balance, or the hold's state, has them."""
    rebuilt: Sums
    """The same from the entries."""


@dataclass(frozen=True, slots=True)
class LedgerVerification:
    balances: int
    entries: int
    drift: tuple[Drift, ...]

    @property
    def ok(self) -> bool:
        return not self.drift


def audit(conn: Connection) -> LedgerVerification:
    kept = {(row.scope, row.period): _sums(row) for row in conn.execute(select(balances))}
    rebuilt = _rebuilt(conn)
    nothing = (0, 0, 0)
    drift = [
        Drift(name[0], name[1], kept.get(name, nothing), rebuilt.get(name, nothing))
        for name in sorted(kept.keys() | rebuilt.keys())
        if kept.get(name, nothing) != rebuilt.get(name, nothing)
    ]
    count = conn.execute(select(func.count()).select_from(entries)).scalar_one()
    return LedgerVerification(len(kept), count, (*drift, *_contradicted_holds(conn)))


def _rebuilt(conn: Connection) -> dict[tuple[str, str], Sums]:
    by_scope = select(entries.c.scope, entries.c.period, *_totals()).group_by(entries.c.scope, entries.c.period)
    return {(row.scope, row.period): _sums(row) for row in conn.execute(by_scope)}


def _contradicted_holds(conn: Connection) -> list[Drift]:
    """On its payer's scope an open hold has its amount held, a closed one nothing, a released one nothing spent."""
    held = case((holds.c.state == "open", holds.c.amount_nano_usd), else_=0)
    unspent = holds.c.state.in_(["open", "released"])
    sums = (
        select(holds.c.hold_id, held.label("should_hold"), unspent.label("unspent"), *_totals())
        .select_from(holds.outerjoin(entries, OWN))
        .group_by(holds.c.hold_id)
        .subquery()
    )
    wrong = select(sums).where((sums.c.held != sums.c.should_hold) | (sums.c.unspent & (sums.c.spent != 0)))
    return [
        Drift(f"hold:{row.hold_id}", "", (row.should_hold, 0 if row.unspent else row.spent, row.estimated), _sums(row))
        for row in conn.execute(wrong)
    ]


def _totals() -> list[ColumnElement[Any]]:
    return [func.coalesce(func.sum(entries.c[name]), 0).label(name) for name in _AMOUNTS]


def _sums(row: Any) -> Sums:
    return row.held, row.spent, row.estimated
