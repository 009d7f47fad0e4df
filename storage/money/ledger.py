"""Money before, during and after a call: hold, settle, release, assume; and the audit of all of it.

Append-only entries are the truth, balances a cache of their sums. Each entry moves an amount between the three
accounts of one scope (available, held, spent), so its numbers sum to zero.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Connection, select

from orchestration.values.errors import BudgetRefused
from orchestration.values.ports import Clock, Hold, Settlement
from storage.engine.database import Database
from storage.engine.tables import holds
from storage.money import holds as life
from storage.money.adjustments import Adjusted, Adjustment, adjust
from storage.money.audit import LedgerVerification, audit
from storage.money.budgets import BudgetDefaults

EXPIRED = "expired"


class Ledger:
    """Implements `orchestration.ports.Ledger`."""

    def __init__(self, db: Database, clock: Clock, defaults: BudgetDefaults) -> None:
        self._db = db
        self._clock = clock
        self._defaults = defaults
        self._settlements = _Settlements()

    async def hold(self, hold: Hold) -> None:
        seen = self._settlements.count
        now = self._clock.now()
        try:
            await self._db.write(lambda conn: life.open_hold(conn, hold, now=now, defaults=self._defaults))
        except BudgetRefused as refusal:
            if refusal.siblings_hold and hold.run_id:
                self._settlements.refused(hold.run_id, seen)
            raise

    async def settle(self, settlement: Settlement) -> None:
        await self._close(lambda conn, now: life.settle(conn, settlement, now))

    async def release(self, hold_id: str) -> None:
        await self._close(lambda conn, now: life.release(conn, hold_id, now))

    async def assume(self, hold_id: str, reason: str) -> None:
        await self._close(lambda conn, now: life.assume(conn, hold_id, reason, now))

    async def left(self, run_id: str) -> int:
        """Implements `orchestration.ports.Purse`."""
        now = self._clock.now()
        return await self._db.read(lambda conn: life.left(conn, run_id, now=now, defaults=self._defaults))

    async def changed(self, run_id: str, timeout_seconds: float) -> None:
        """Also returns at once for what was settled between the run's refused `hold` and now."""
        await self._settlements.next(run_id, timeout_seconds)

    def settled(self) -> None:
        """For who settles inside a transaction of its own, as the journal does."""
        self._settlements.happened()

    async def reap(self, *, run_ids_driven: Collection[str] = ()) -> int:
        """Assumes holds whose lease ran out, so that a dead process does not strangle its caps. How many."""
        now = self._clock.now()
        reaped = await self._db.write(lambda conn: _reap(conn, frozenset(run_ids_driven), now))
        if reaped:
            self._settlements.happened()
        return reaped

    async def adjust(self, wanted: Adjustment) -> Adjusted:
        """Books what the call of a closed hold really cost. Raises NotAdjustable."""
        now = self._clock.now()
        adjusted = await self._db.write(lambda conn: adjust(conn, wanted, now))
        self._settlements.happened()
        return adjusted

    async def verify(self) -> LedgerVerification:
        return await self._db.read(audit)

    async def _close(self, transition: Callable[[Connection, datetime], bool]) -> None:
        now = self._clock.now()
        if await self._db.write(lambda conn: transition(conn, now)):
            self._settlements.happened()


def _reap(conn: Connection, driven: frozenset[str], now: datetime) -> int:
    expired = select(holds.c.hold_id, holds.c.run_id).where(holds.c.state == "open", holds.c.lease_until < now)
    found = conn.execute(expired).all()
    for hold_id, run_id in found:
        # Nobody waits for the answer of a run that nobody drives: its call counts as lost in a crash.
        life.assume(conn, hold_id, EXPIRED if run_id in driven else life.LOST, now)
    return len(found)


class _Settlements:
    """Wakes calls that a sibling's open hold keeps from fitting under a cap.

    How many settlements a refused hold had seen is remembered for its run: otherwise one between the refusal and the
    wait would be missed.
    """

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()
        self._refused: dict[str, list[int]] = {}

    def happened(self) -> None:
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    def refused(self, run_id: str, seen: int) -> None:
        self._refused.setdefault(run_id, []).append(seen)

    async def next(self, run_id: str, timeout_seconds: float) -> None:
        seen = self._refused.pop(run_id, [self.count])
        earliest = min(seen)
        seen.remove(earliest)
        if seen:
            self._refused[run_id] = seen
        if earliest != self.count:
            return
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._next.wait()
        except TimeoutError:
            return


__all__ = ["Ledger", "LedgerVerification"]
