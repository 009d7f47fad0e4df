"""Budgets that owners set, and the caps that follow from them and from the settings for one call."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, select

from orchestration.values.errors import AskerError
from orchestration.values.ports import Clock
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared
from storage.engine.tables import balances, budget_changes, runs
from storage.engine.tables import budgets as table
from storage.money.backfill import count_earlier_holds
from storage.money.periods import DAY, MONTH, RUN, day_key, key_of

LIBRARY_SHARE = 10
"""One part in so many of a team's budget: questions must not find it spent on vectors."""


class NoSuchScope(AskerError):
    """That is no scope. Write global, team:T1, channel:T1/C1, user:T1/U1 or run:r_1."""


class NoSuchBudget(AskerError):
    """A budget is zero or more USD per month or day. Write for example 50.00 and --period month."""


@dataclass(frozen=True, slots=True)
class BudgetDefaults:
    """What holds where no owner has set a budget."""

    team_month_nano_usd: int
    timezone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class BudgetRow:
    scope: str
    period: str
    limit_nano_usd: int | None
    """None is unlimited."""
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """Who changed what and when. A limit without a period did not exist; None with one is unlimited."""

    scope: str
    change: str
    by: str
    at: datetime
    period: str
    limit_nano_usd: int | None
    before_period: str
    before_nano_usd: int | None


@dataclass(frozen=True, slots=True)
class TeamStatus:
    limit_nano_usd: int | None
    spent_nano_usd: int
    held_nano_usd: int
    estimated_nano_usd: int
    """The part of what is spent that is a guess."""
    period: str


@dataclass(frozen=True, slots=True)
class Cap:
    """One limit that a call has to fit under; `period` is a key, empty for a run."""

    scope: str
    period: str
    limit: int | None


@dataclass(frozen=True, slots=True)
class Spender:
    """Whose money a call spends."""

    run_id: str
    team_id: str
    channel_id: str
    user_id: str
    budget_nano_usd: int

    @property
    def shared_scopes(self) -> tuple[str, str, str, str]:
        """In the order in which they are asked, which is the same for all."""
        team = self.team_id
        return "global", f"team:{team}", f"channel:{team}/{self.channel_id}", f"user:{team}/{self.user_id}"


def caps_for(conn: Connection, spender: Spender, day: str, defaults: BudgetDefaults) -> list[Cap]:
    scopes = spender.shared_scopes
    run = f"run:{spender.run_id}"
    rows = _LIMITS.all(conn, dict(zip("gtcur", (*scopes, run), strict=True)))
    limits = {scope: Cap(scope, key_of(day, period), limit) for scope, period, limit in rows}
    team = scopes[1]
    limits.setdefault(team, Cap(team, key_of(day, MONTH), defaults.team_month_nano_usd))
    caps = [limits[scope] for scope in scopes if scope in limits]
    return [*caps, limits.get(run, Cap(run, "", spender.budget_nano_usd))]


def library_caps(conn: Connection, team_id: str, day: str, defaults: BudgetDefaults) -> list[Cap]:
    """What a team's library may spend on vectors outside of runs; its own scope comes last, as a run's does."""
    *shared, _ = caps_for(conn, Spender("", team_id, "", "", 0), day, defaults)
    team = next(cap for cap in shared if cap.scope == f"team:{team_id}")
    share = None if team.limit is None else team.limit // LIBRARY_SHARE
    mine = f"library:{team_id}"
    return [*shared, Cap(mine, team.period, share), Cap(mine, "", None)]


class Budgets:
    def __init__(self, db: Database, clock: Clock, defaults: BudgetDefaults) -> None:
        self._db = db
        self._clock = clock
        self._defaults = defaults

    async def list(self) -> list[BudgetRow]:
        statement = select(table).order_by(table.c.scope)
        return await self._db.read(lambda conn: [BudgetRow(**row) for row in conn.execute(statement).mappings()])

    async def set(self, scope: str, limit_nano_usd: int | None, period: str, by: str) -> None:
        """Counts what the scope has spent already: a budget set on the tenth knows the days before."""
        check(scope, limit_nano_usd, period)
        wanted = BudgetRow(scope, period, limit_nano_usd, by, self._clock.now())
        await self._db.write(lambda conn: put(conn, wanted, self._defaults))
        self._db.announce()

    async def remove(self, scope: str, by: str) -> bool:
        """False where none was set. A team falls back to the settings' budget."""
        now = self._clock.now()

        return await self._db.write(lambda conn: take_away(conn, scope, (by, now), self._defaults))

    async def changes(self, limit: int = 20) -> Sequence[BudgetChange]:
        """Newest first."""
        columns = [budget_changes.c[name] for name in BudgetChange.__dataclass_fields__]
        statement = select(*columns).order_by(budget_changes.c.id.desc()).limit(limit)
        return await self._db.read(lambda conn: [BudgetChange(*row) for row in conn.execute(statement)])

    async def binding(self, team_id: str, channel_id: str, user_id: str) -> "Sequence[Bound]":
        """What a question of this person in this channel would have to fit under now."""
        spender = Spender("", team_id, channel_id, user_id, 0)
        day = day_key(self._clock.now(), self._defaults.zone)

        def work(conn: Connection) -> "Sequence[Bound]":
            *caps, _ = caps_for(conn, spender, day, self._defaults)
            return [Bound(cap, balance_of(conn, cap) or NOTHING) for cap in caps]

        return await self._db.read(work)

    async def team_status(self, team_id: str) -> TeamStatus:
        """Of the period that runs now."""
        day = day_key(self._clock.now(), self._defaults.zone)
        spender = Spender("", team_id, "", "", 0)

        def work(conn: Connection) -> TeamStatus:
            cap = next(cap for cap in caps_for(conn, spender, day, self._defaults) if cap.scope == f"team:{team_id}")
            balance = balance_of(conn, cap)
            if balance is None:
                return TeamStatus(cap.limit, 0, 0, 0, cap.period)
            return TeamStatus(cap.limit, balance.spent, balance.held, balance.estimated, cap.period)

        return await self._db.read(work)


@dataclass(frozen=True, slots=True)
class Balance:
    """Nano-USD."""

    held: int
    spent: int
    estimated: int


def balance_of(conn: Connection, cap: Cap) -> Balance | None:
    row = _BALANCE.first(conn, {"s": cap.scope, "p": cap.period})
    return None if row is None else Balance(*row)


NOTHING = Balance(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bound:
    """A cap, and what counts on it."""

    cap: Cap
    balance: Balance

    @property
    def left_nano_usd(self) -> int | None:
        """None without a limit."""
        if self.cap.limit is None:
            return None
        return max(0, self.cap.limit - self.balance.spent - self.balance.held)


def put(conn: Connection, wanted: BudgetRow, defaults: BudgetDefaults) -> None:
    """Counts what the scope has spent already."""
    keep(conn, wanted, "set", defaults)
    row: dict[str, object] = {"period": wanted.period, "limit_nano_usd": wanted.limit_nano_usd}
    row |= {"set_by": wanted.set_by, "set_at": wanted.set_at}
    upsert = insert(table).values(scope=wanted.scope, **row)
    conn.execute(upsert.on_conflict_do_update(index_elements=["scope"], set_=row))
    if wanted.period != RUN:
        count_earlier_holds(conn, wanted.scope, key_of(day_key(wanted.set_at, defaults.zone), wanted.period))


def take_away(conn: Connection, scope: str, who: tuple[str, datetime], defaults: BudgetDefaults) -> bool:
    by, now = who
    if owner_of(conn, scope) is None:
        return False
    period, limit = _default(conn, scope, defaults)
    keep(conn, BudgetRow(scope, period, limit, by, now), "removed", defaults)
    conn.execute(delete(table).where(table.c.scope == scope))
    if scope.startswith("team:"):
        count_earlier_holds(conn, scope, key_of(day_key(now, defaults.zone), MONTH))
    return True


def limit_of(conn: Connection, scope: str, defaults: BudgetDefaults) -> tuple[str, int | None]:
    """Period and limit as they hold; no period where nothing does."""
    row = conn.execute(select(table.c.period, table.c.limit_nano_usd).where(table.c.scope == scope)).one_or_none()
    return _default(conn, scope, defaults) if row is None else (row.period, row.limit_nano_usd)


def owner_of(conn: Connection, scope: str) -> str | None:
    """Who set its budget; None where nobody did."""
    return conn.execute(select(table.c.set_by).where(table.c.scope == scope)).scalar()


def keep(conn: Connection, after: BudgetRow, change: str, defaults: BudgetDefaults) -> None:
    """Who changed what and when, and what held before: asked before the change is made."""
    period, limit = limit_of(conn, after.scope, defaults)
    row = {"scope": after.scope, "change": change, "by": after.set_by, "at": after.set_at, "period": after.period}
    row |= {"limit_nano_usd": after.limit_nano_usd, "before_period": period, "before_nano_usd": limit}
    conn.execute(insert(budget_changes), row)


def _default(conn: Connection, scope: str, defaults: BudgetDefaults) -> tuple[str, int | None]:
    if scope.startswith("run:"):
        own = conn.execute(select(runs.c.budget_nano_usd).where(runs.c.run_id == scope.partition(":")[2])).scalar()
        return ("", None) if own is None else (RUN, own)
    return (MONTH, defaults.team_month_nano_usd) if scope.startswith("team:") else ("", None)


_LIMITS = Prepared(
    select(table.c.scope, table.c.period, table.c.limit_nano_usd).where(
        table.c.scope.in_([bindparam(name) for name in "gtcur"])
    )
)
_BALANCE = Prepared(
    select(balances.c.held, balances.c.spent, balances.c.estimated).where(
        balances.c.scope == bindparam("s"), balances.c.period == bindparam("p")
    )
)
_SCOPE = re.compile(r"global|team:[^/\s]+|(channel|user):[^/\s]+/[^/\s]+|run:r_\w+")


def check(scope: str, limit: int | None, period: str) -> None:
    """Raises NoSuchScope or NoSuchBudget."""
    if not _SCOPE.fullmatch(scope):
        raise NoSuchScope
    periods = (RUN,) if scope.startswith("run:") else (DAY, MONTH)
    if period not in periods or (limit is not None and not 0 <= limit < 2**62):
        raise NoSuchBudget


def names_of(caps: Sequence[Cap]) -> list[list[str]]:
    return [[cap.scope, cap.period] for cap in caps]
