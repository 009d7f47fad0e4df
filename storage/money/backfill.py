"""Lets a budget that is set in the middle of a period know what was held and spent before it."""

import json

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, true, update

from storage.engine.dialect import insert
from storage.engine.tables import balances, holds, runs
from storage.engine.tables import ledger_entries as entries
from storage.money.costs import OWN, in_period


def count_earlier_holds(conn: Connection, scope: str, period: str) -> None:
    """Copies the entries of the payers' own scopes, so that the ledger's sums stay the only truth."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(_ALONE)
    mine = _belongs(scope) & in_period(period)
    copied = ["hold_id", "kind", "scope", "period", "available", "held", "spent", "estimated", "at"]
    conn.execute(insert(entries).from_select(copied, _copies(scope, period).where(mine)).on_conflict_do_nothing())
    _rebuild(conn, scope, period)
    _count_when_settled(conn, [scope, period], mine)


# Whoever opens a hold has read the budgets, and whoever closes one has changed it: none of them misses this scope.
_ALONE = "LOCK TABLE budgets IN ACCESS EXCLUSIVE MODE; LOCK TABLE holds IN SHARE ROW EXCLUSIVE MODE"


def _belongs(scope: str) -> ColumnElement[bool]:
    kind, _, name = scope.partition(":")
    team, _, part = name.partition("/")
    of_team = func.coalesce(runs.c.team_id, holds.c.team_id) == team
    return {
        "global": true(),
        "team": of_team,
        "channel": of_team & (runs.c.channel_id == part),
        "user": of_team & (runs.c.user_id == part),
    }[kind]


def _copies(scope: str, period: str) -> Select[tuple[object, ...]]:
    moved = (entries.c.available, entries.c.held, entries.c.spent, entries.c.estimated, entries.c.at)
    return (
        select(entries.c.hold_id, entries.c.kind, literal(scope), literal(period), *moved)
        .select_from(holds.outerjoin(runs, runs.c.run_id == holds.c.run_id).join(entries, OWN))
        .where(true())
    )


def _rebuild(conn: Connection, scope: str, period: str) -> None:
    sums = [func.coalesce(func.sum(entries.c[name]), 0) for name in ("held", "spent", "estimated")]
    mine = (entries.c.scope == scope) & (entries.c.period == period)
    held, spent, estimated = conn.execute(select(*sums).where(mine)).one()
    balance = {"held": held, "spent": spent, "estimated": estimated}
    put = insert(balances).values(scope=scope, period=period, **balance)
    conn.execute(put.on_conflict_do_update(index_elements=["scope", "period"], set_=balance))


def _count_when_settled(conn: Connection, name: list[str], mine: ColumnElement[bool]) -> None:
    unsettled = holds.c.state.in_(["open", "assumed"])
    payers = holds.outerjoin(runs, runs.c.run_id == holds.c.run_id)
    found = select(holds.c.hold_id, holds.c.scopes).select_from(payers).where(mine, unsettled)
    for hold_id, scopes in conn.execute(found).all():
        names = json.loads(scopes)
        if name not in names:
            changed = update(holds).where(holds.c.hold_id == hold_id)
            conn.execute(changed.values(scopes=json.dumps([*names, name])))
