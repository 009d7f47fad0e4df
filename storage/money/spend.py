"""The bill: who spent what on what, computed from the ledger's entries alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, distinct, func, select

from orchestration.values.domain import Decision
from orchestration.values.errors import AskerError
from storage.engine.database import Database
from storage.engine.run_rows import find_run
from storage.engine.tables import holds, reviews, runs, steps
from storage.engine.tables import ledger_entries as entries
from storage.money.amounts import usd
from storage.money.budgets import BudgetDefaults, Spender, caps_for
from storage.money.costs import OWN, Cost, cost_of, in_period, sums
from storage.money.periods import Period, period_of


class NoSuchGrouping(AskerError):
    """That is no way to group spend. Choose agent, user, channel, model or strategy."""


@dataclass(frozen=True, slots=True)
class SpendGroup:
    key: str
    runs: int
    cost: Cost

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "spent_usd": usd(self.cost.nano_usd),
            "estimated_usd": usd(self.cost.estimated_nano_usd),
            "runs": self.runs,
            "llm_calls": self.cost.llm_calls,
            "tool_calls": self.cost.tool_calls,
            "input_tokens": self.cost.usage.input_tokens,
            "output_tokens": self.cost.usage.output_tokens,
            "cache_read_tokens": self.cost.usage.cache_read_tokens,
        }


@dataclass(frozen=True, slots=True)
class SpendReport:
    team_id: str
    period: str
    timezone: str
    by: str
    budget_nano_usd: int | None
    """None where nothing limits what the report covers, or its budget runs for another kind of period."""
    spent_nano_usd: int
    estimated_nano_usd: int
    held_nano_usd: int
    runs: Mapping[str, int]
    groups: tuple[SpendGroup, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "team_id": self.team_id,
            "period": self.period,
            "timezone": self.timezone,
            "budget_usd": None if self.budget_nano_usd is None else usd(self.budget_nano_usd),
            "spent_usd": usd(self.spent_nano_usd),
            "estimated_usd": usd(self.estimated_nano_usd),
            "held_usd": usd(self.held_nano_usd),
            "runs": dict(self.runs),
            "groups": [group.to_json() for group in self.groups],
            "by": self.by,
        }


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    agent: str
    llm_calls: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cost_nano_usd: int
    estimated: bool = False
    tool_calls: int = 0
    """Those with a fee, where it is the line of a tool."""
    seconds: float = 0.0
    """Its calls and tools added up, whether they went side by side or not."""


@dataclass(frozen=True, slots=True)
class Receipt:
    agents: tuple[ReceiptLine, ...]
    total: ReceiptLine
    seconds: float


class Spend:
    def __init__(self, db: Database, defaults: BudgetDefaults) -> None:
        self._db = db
        self._defaults = defaults

    async def report(
        self, team_id: str, period: str, by: str, *, channel_id: str | None = None, user_id: str | None = None
    ) -> SpendReport:
        """`period` is `2026-11` or `2026-11-20`. With a channel or a user it covers theirs alone."""
        if by not in GROUPINGS:
            raise NoSuchGrouping
        when = period_of(period, self._defaults.zone)
        wanted = _Wanted(team_id, channel_id, user_id, when)

        def work(conn: Connection) -> SpendReport:
            total = conn.execute(_entries(wanted, *sums(), _HELD)).one()
            return SpendReport(
                team_id=team_id,
                period=period,
                timezone=self._defaults.timezone,
                by=by,
                budget_nano_usd=self._budget(conn, wanted),
                spent_nano_usd=total.spent,
                estimated_nano_usd=total.estimated,
                held_nano_usd=total.held,
                runs=_count_runs(conn, wanted),
                groups=_groups(conn, wanted, GROUPINGS[by]),
            )

        return await self._db.read(work)

    async def receipt(self, run_id: str) -> Receipt:
        """A run's bill by agent, most expensive first."""

        def work(conn: Connection) -> Receipt:
            mine = select(holds.c.agent, *sums()).join(entries, OWN).where(holds.c.run_id == run_id)
            by_agent = [(row.agent, cost_of(row)) for row in conn.execute(mine.group_by(holds.c.agent))]
            worked = {agent: seconds for agent, seconds in conn.execute(_WORKED, {"run": run_id})}
            timed = (replace(_line(agent, cost), seconds=worked.get(agent, 0.0)) for agent, cost in by_agent)
            lines = sorted(timed, key=lambda x: (-x.cost_nano_usd, x.agent))
            all_of_it = select(*sums()).select_from(holds).join(entries, OWN).where(holds.c.run_id == run_id)
            total = _line("", cost_of(conn.execute(all_of_it).one()))
            run = find_run(conn, run_id)
            return Receipt(tuple(lines), total, 0.0 if run is None else run.seconds)

        return await self._db.read(work)

    def _budget(self, conn: Connection, wanted: "_Wanted") -> int | None:
        spender = Spender("", wanted.team_id, wanted.channel_id or "", wanted.user_id or "", 0)
        scope = spender.shared_scopes[wanted.narrowest]
        caps = caps_for(conn, spender, wanted.period.key.ljust(10, "0"), self._defaults)
        return next((cap.limit for cap in caps if (cap.scope, cap.period) == (scope, wanted.period.key)), None)


@dataclass(frozen=True, slots=True)
class _Wanted:
    team_id: str
    channel_id: str | None
    user_id: str | None
    period: Period

    @property
    def narrowest(self) -> int:
        """Where the budget of what is wanted is in `Spender.shared_scopes`."""
        if self.user_id is not None:
            return 3
        return 1 if self.channel_id is None else 2

    def mine(self, team: ColumnElement[str] = runs.c.team_id) -> list[ColumnElement[bool]]:
        wanted = [(team, self.team_id), (runs.c.channel_id, self.channel_id), (runs.c.user_id, self.user_id)]
        return [column == value for column, value in wanted if value is not None]


GROUPINGS: dict[str, ColumnElement[Any]] = {
    "agent": holds.c.agent,
    # What the library cost was nobody's question.
    "user": func.coalesce(runs.c.user_id, ""),
    "channel": func.coalesce(runs.c.channel_id, ""),
    "model": holds.c.model,
    "strategy": func.coalesce(runs.c.route_strategy, ""),
}

_WORKED = (
    select(steps.c.agent, func.sum(steps.c.seconds)).where(steps.c.run_id == bindparam("run")).group_by(steps.c.agent)
)
_HELD = func.coalesce(func.sum(entries.c.held), 0).label("held")


def _entries(wanted: _Wanted, *columns: ColumnElement[Any]) -> Select[Any]:
    found = select(*columns).select_from(holds).outerjoin(runs, runs.c.run_id == holds.c.run_id).join(entries, OWN)
    payer = func.coalesce(runs.c.team_id, holds.c.team_id)
    return found.where(*wanted.mine(payer), in_period(wanted.period.key))


def _groups(conn: Connection, wanted: _Wanted, grouping: ColumnElement[Any]) -> tuple[SpendGroup, ...]:
    count = func.count(distinct(holds.c.run_id)).label("runs")
    found = _entries(wanted, grouping.label("key"), count, *sums()).group_by(grouping)
    groups = [SpendGroup(row.key, row.runs, cost_of(row)) for row in conn.execute(found)]
    return tuple(sorted(groups, key=lambda group: (-group.cost.nano_usd, group.key)))


def _count_runs(conn: Connection, wanted: _Wanted) -> dict[str, int]:
    """Runs that were asked in the period or spent in it, by status; `approved` counts besides."""
    period = wanted.period
    asked = (runs.c.created_at >= period.start) & (runs.c.created_at < period.end)
    spent = runs.c.run_id.in_(_entries(wanted, holds.c.run_id))
    found = select(runs.c.status, func.count()).where(*wanted.mine(), asked | spent).group_by(runs.c.status)
    by_status = {status: count for status, count in conn.execute(found)}
    approvals = select(reviews.c.run_id).where(reviews.c.decision == Decision.APPROVE)
    approved = select(func.count()).select_from(runs).where(*wanted.mine(), asked | spent, runs.c.run_id.in_(approvals))
    return {"total": sum(by_status.values()), "approved": conn.execute(approved).scalar_one(), **by_status}


def _line(agent: str, cost: Cost) -> ReceiptLine:
    usage = cost.usage
    return ReceiptLine(
        agent=agent,
        llm_calls=cost.llm_calls,
        tool_calls=cost.tool_calls,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cost_nano_usd=cost.nano_usd,
        estimated=cost.estimated_nano_usd != 0,
    )
