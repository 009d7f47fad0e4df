"""What runs used and cost, from their own entries in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, distinct, func, select

from orchestration.values.domain import Usage
from orchestration.values.ports import PAID_TOOLS
from storage.engine.tables import holds
from storage.engine.tables import ledger_entries as entries


@dataclass(frozen=True, slots=True)
class Cost:
    usage: Usage = field(default_factory=Usage)
    llm_calls: int = 0
    nano_usd: int = 0
    estimated_nano_usd: int = 0
    """The part of it that is a guess."""
    tool_calls: int = 0
    """Those with a fee."""


# Every hold has its entries once in its payer's own scope, without a period: summing there counts nothing twice.
OWN = (
    (entries.c.hold_id == holds.c.hold_id)
    & (entries.c.scope == func.coalesce("run:" + holds.c.run_id, "library:" + holds.c.team_id))
    & (entries.c.period == "")
)


def in_period(key: str) -> ColumnElement[bool]:
    """Days of a month or a day; a range instead of a prefix, because the index finds a range."""
    return holds.c.day.between(f"{key}-01", f"{key}-31") if len(key) == len("2026-11") else holds.c.day == key


def sums() -> list[ColumnElement[Any]]:
    """The columns that `cost_of` reads. An attempt counts as a call once money was booked for it."""
    booked, by_tool = entries.c.kind.in_(["settle", "assume"]), holds.c.agent.in_(PAID_TOOLS)
    calls = func.count(distinct(case((booked & ~by_tool, entries.c.hold_id))))
    tool_calls = func.count(distinct(case((booked & by_tool, entries.c.hold_id))))
    amounts = ("input_tokens", "output_tokens", "cache_read_tokens", "spent", "estimated")
    totals = [func.coalesce(func.sum(entries.c[name]), 0).label(name) for name in amounts]
    return [*totals, calls.label("llm_calls"), tool_calls.label("tool_calls")]


def cost_of(row: Any) -> Cost:
    usage = Usage(row.input_tokens, row.output_tokens, row.cache_read_tokens)
    return Cost(usage, row.llm_calls, row.spent, row.estimated, row.tool_calls)


def costs_of(conn: Connection, run_ids: Sequence[str]) -> dict[str, Cost]:
    found = select(holds.c.run_id, *sums()).join(entries, OWN).where(holds.c.run_id.in_(run_ids))
    return {row.run_id: cost_of(row) for row in conn.execute(found.group_by(holds.c.run_id))}
