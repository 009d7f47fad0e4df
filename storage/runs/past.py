"""What earlier runs of this installation teach: what a strategy costs here, and whether its first drafts please."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, Row, and_, case, exists, func, select

from orchestration.values.domain import Decision, RunStatus, Strategy
from orchestration.values.ports import PastRuns
from storage.engine.database import Database
from storage.engine.tables import balances, reviews, runs

NEWEST = 50
"""Runs of a strategy that count: models and prices change, and what they cost a year ago says little."""
FRESH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RouteRecord:
    """How the runs of one route ended."""

    strategy: Strategy
    runs: int
    approved_at_first_pass: int
    revised: int
    discarded: int
    not_reviewed: int
    """Final without anybody's decision."""
    cost_nano_usd: int
    """Of all of them together."""


class Past:
    """Implements `orchestration.ports.Past`; read again at most once a minute, because every new run asks."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._read_at = float("-inf")
        self._runs: Mapping[Strategy, PastRuns] = {}

    async def runs(self) -> Mapping[Strategy, PastRuns]:
        now = self._db.clock.monotonic()
        if now - self._read_at >= FRESH_SECONDS:
            self._runs = await self._db.read(_past)
            self._read_at = now
        return self._runs

    async def records(self) -> list[RouteRecord]:
        """By strategy, the most used first."""
        return await self._db.read(lambda conn: [_record(row) for row in conn.execute(_RECORDS)])


def _past(conn: Connection) -> dict[Strategy, PastRuns]:
    by_strategy = groupby(conn.execute(_FINISHED), key=lambda row: row.strategy)
    return {Strategy(name): _summed(list(rows)) for name, rows in by_strategy}


def _summed(rows: Sequence[Row[Any]]) -> PastRuns:
    costs = [row.spent for row in rows]
    inside = sum(row.low <= row.spent <= row.high for row in rows)
    error = median(abs(row.spent - (row.low + row.high) / 2) / row.spent for row in rows)
    low, high = _band(costs)
    return PastRuns(len(rows), (round(low), round(high)), _band([row.seconds for row in rows]), inside, error)


def _band(values: Sequence[float]) -> tuple[float, float]:
    """The tenth and the ninetieth percentile."""
    if len(values) < 2:
        return values[0], values[0]
    tenths = quantiles(values, n=10, method="inclusive")
    return tenths[0], tenths[-1]


def _record(row: Row[Any]) -> RouteRecord:
    first, revised, discarded, open_ = (int(getattr(row, name)) for name in ("first", "revised", "discarded", "open"))
    return RouteRecord(Strategy(row.strategy), row.runs, first, revised, discarded, open_, int(row.spent))


_SPENT = and_(balances.c.scope == "run:" + runs.c.run_id, balances.c.period == "")
_DRAFTED = (RunStatus.COMPLETE, RunStatus.AWAITING_REVIEW, RunStatus.DISCARDED)
_RANKED = (
    select(
        runs.c.route_strategy.label("strategy"),
        runs.c.route_low_nano_usd.label("low"),
        runs.c.route_high_nano_usd.label("high"),
        runs.c.seconds,
        balances.c.spent,
        func.row_number().over(partition_by=runs.c.route_strategy, order_by=runs.c.created_at.desc()).label("age"),
    )
    .join(balances, _SPENT)
    .where(
        runs.c.status.in_(_DRAFTED), runs.c.draft_version == 1, runs.c.route_strategy.is_not(None), balances.c.spent > 0
    )
    .subquery()
)
_FINISHED = select(_RANKED).where(_RANKED.c.age <= NEWEST).order_by(_RANKED.c.strategy)


def _decided(decision: Decision) -> Any:
    return exists().where(reviews.c.run_id == runs.c.run_id, reviews.c.decision == decision)


_APPROVED_FIRST = exists().where(
    reviews.c.run_id == runs.c.run_id, reviews.c.decision == Decision.APPROVE, reviews.c.draft_version == 1
)
_ANY_REVIEW = exists().where(reviews.c.run_id == runs.c.run_id)


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_RECORDS = (
    select(
        runs.c.route_strategy.label("strategy"),
        func.count().label("runs"),
        _count(_APPROVED_FIRST).label("first"),
        _count(_decided(Decision.REQUEST_REVISIONS)).label("revised"),
        _count(_decided(Decision.DISCARD)).label("discarded"),
        _count(~_ANY_REVIEW).label("open"),
        func.coalesce(func.sum(balances.c.spent), 0).label("spent"),
    )
    .select_from(runs.outerjoin(balances, _SPENT))
    .where(runs.c.status.in_(_DRAFTED), runs.c.route_strategy.is_not(None))
    .group_by(runs.c.route_strategy)
    .order_by(func.count().desc(), runs.c.route_strategy)
)
