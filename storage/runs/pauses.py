"""Owners pause work and resume it: a row that no hold gets past, with a line in the thread of each run it stops."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Exists, Select, delete, exists, select, update

from orchestration.values.events import Event
from orchestration.values.interventions import Held, HeldBecause, LetGo
from orchestration.values.ports import Clock, Ids
from orchestration.values.states import AT_WORK, RunStatus
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.tables import holds, pauses, runs
from storage.money.pauses import EVERYWHERE, Pause
from storage.runs import events as event_log

T = TypeVar("T")

GRACE_SECONDS = 20.0
"""What calls that are out get to end, so that what they cost is kept."""


class Pauses:
    def __init__(self, db: Database, clock: Clock, ids: Ids) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids

    async def pause(self, scope: str, by: str) -> tuple[Pause, int]:
        """From its commit on no new call leaves. The pause that holds there, and how many runs it stops."""
        fresh = Pause(scope, self._ids.new("pause"), by, "", self._clock.now())
        row = {"scope": scope, "pause_id": fresh.pause_id, "by": by, "reason": "", "at": fresh.at}

        def work(conn: Connection) -> tuple[Pause, int]:
            conn.execute(insert(pauses).values(**row).on_conflict_do_nothing())
            pause = Pause(*conn.execute(_PAUSES.where(pauses.c.scope == scope)).one())
            return pause, self._tell(conn, scope, Held(pause.pause_id, pause.by, pause.reason))

        return await self._act(work)

    async def because(self, pause_id: str, reason: str) -> bool:
        """False where work was resumed meanwhile."""

        def work(conn: Connection) -> bool:
            mine = pauses.c.pause_id == pause_id
            if not conn.execute(update(pauses).where(mine).values(reason=reason)).rowcount:
                return False
            scope = conn.execute(select(pauses.c.scope).where(mine)).scalar_one()
            self._tell(conn, scope, HeldBecause(pause_id, reason))
            return True

        return await self._act(work)

    async def resume(self, scope: str, by: str) -> int | None:
        """How many runs go on; None where nothing was paused there."""

        def work(conn: Connection) -> int | None:
            pause = conn.execute(_PAUSES.where(pauses.c.scope == scope)).one_or_none()
            if pause is None:
                return None
            conn.execute(delete(pauses).where(pauses.c.scope == scope))
            mine = runs.c.run_id.in_(_in(scope, {RunStatus.QUEUED}))
            # A person wants it: this was no interruption.
            conn.execute(update(runs).where(mine).values(set_going_epoch=runs.c.epoch))
            return self._tell(conn, scope, LetGo(pause.pause_id, by))

        return await self._act(work)

    async def list(self) -> Sequence[Pause]:
        return await self._db.read(lambda conn: [Pause(*row) for row in conn.execute(_PAUSES)])

    async def at_work(self, run_ids: Collection[str]) -> dict[str, bool]:
        """Which of these work where work is paused, and whether one can be parked: no call is out, or not in time."""
        late = self._clock.now() - timedelta(seconds=GRACE_SECONDS)
        is_out = exists().where(holds.c.run_id == runs.c.run_id, holds.c.state == "open")
        paused = select(runs.c.run_id, ~is_out | is_paused(pauses.c.at < late)).where(runs.c.run_id.in_(run_ids))
        rows = await self._db.read(lambda conn: conn.execute(paused.where(is_paused())).all())
        return {run_id: bool(can_be) for run_id, can_be in rows}

    def _tell(self, conn: Connection, scope: str, event: Event) -> int:
        """The runs at work there; each says it once in its thread."""
        found = list(conn.execute(_in(scope, AT_WORK)).scalars())
        for run_id in found:
            event_log.insert(conn, run_id, [event], self._clock.now())
        return len(found)

    async def _act(self, work: Callable[[Connection], T]) -> T:
        result = await self._db.write(work)
        self._db.announce()
        return result


def is_paused(*also: ColumnElement[bool]) -> Exists:
    """A condition on a row of `runs`: an owner paused work where it belongs."""
    team, channel = "team:" + runs.c.team_id, "channel:" + runs.c.team_id + "/" + runs.c.channel_id
    there = pauses.c.scope.in_([EVERYWHERE, team, channel])
    return exists().where(there, *also)


def _in(scope: str, statuses: Collection[RunStatus]) -> Select[str]:
    kind, _, name = scope.partition(":")
    team, _, channel = name.partition("/")
    found = select(runs.c.run_id).where(runs.c.status.in_(statuses))
    found = found if kind == EVERYWHERE else found.where(runs.c.team_id == team)
    return found.where(runs.c.channel_id == channel) if channel else found


_PAUSES = select(pauses.c.scope, pauses.c.pause_id, pauses.c.by, pauses.c.reason, pauses.c.at)
