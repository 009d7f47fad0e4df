"""What was seen and what was approved of the tools that MCP servers offer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from orchestration.values.offers import OfferedTool, Pin, PinState
from orchestration.values.ports import Clock
from storage.engine.codec import from_json, to_json
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.tables import mcp_tools as table


class Pins:
    """Implements `orchestration.offers.Pins`. The driver and `threadwork mcp` write side by side."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def see(self, offers: Sequence[OfferedTool]) -> Mapping[str, Pin]:
        if not offers:
            return {}
        known = await self.of(offers[0].server)
        fresh = [offer for offer in offers if _is_news(known.get(offer.tool), offer)]
        if not fresh:
            return known
        now = self._clock.now()
        await self._db.write(lambda conn: _see(conn, fresh, now))
        return await self.of(offers[0].server)

    async def approve(self, offers: Sequence[OfferedTool], by: str) -> None:
        now = self._clock.now()
        rows = [_approved(offer, by, now) for offer in offers]
        await self._db.write(lambda conn: [conn.execute(_put(row)) for row in rows])

    async def of(self, server: str) -> Mapping[str, Pin]:
        rows = await self._db.read(lambda conn: conn.execute(_OF, {"of": server}).all())
        return {row.tool: _pin(row) for row in rows}


def _is_news(pin: Pin | None, offer: OfferedTool) -> bool:
    return pin is None or pin.seen.fingerprint != offer.fingerprint


def _see(conn: Connection, offers: Sequence[OfferedTool], now: datetime) -> None:
    """Judged by the rows as they are in this transaction: somebody may have approved meanwhile."""
    rows = {row.tool: row for row in conn.execute(_OF, {"of": offers[0].server})}
    for offer in offers:
        row = rows.get(offer.tool)
        if row is None or row.seen_hash != offer.fingerprint:
            state = PinState.NEW if row is None or row.approved is None else PinState.CHANGED
            conn.execute(_put(_seen(offer, state, now)))


def _seen(offer: OfferedTool, state: PinState, now: datetime) -> dict[str, Any]:
    seen = {"seen_hash": offer.fingerprint, "seen": to_json(offer), "seen_at": now}
    return {"server": offer.server, "tool": offer.tool, "state": state.value, **seen}


def _approved(offer: OfferedTool, by: str, now: datetime) -> dict[str, Any]:
    approved = {"approved_hash": offer.fingerprint, "approved": to_json(offer), "approved_at": now, "approved_by": by}
    return _seen(offer, PinState.PINNED, now) | approved


def _put(row: dict[str, Any]) -> Any:
    changed = {name: value for name, value in row.items() if name not in ("server", "tool")}
    put = insert(table).values(**{"approved_by": "", **row})
    return put.on_conflict_do_update(index_elements=["server", "tool"], set_=changed)


def _pin(row: Row[Any]) -> Pin:
    return Pin(
        state=PinState(row.state),
        seen=from_json(OfferedTool, row.seen),
        seen_at=row.seen_at,
        approved=None if row.approved is None else from_json(OfferedTool, row.approved),
        approved_at=row.approved_at,
        approved_by=row.approved_by,
    )


_OF = select(table).where(table.c.server == bindparam("of")).order_by(table.c.tool)
