"""Steps: what was paid for is never paid again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Float, bindparam, select, update

from orchestration.values.domain import Usage
from orchestration.values.errors import Fenced
from orchestration.values.events import Event
from orchestration.values.ports import Clock, Settlement, Step
from storage.engine.codec import packed, unpacked
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared
from storage.engine.tables import runs, steps
from storage.money import holds
from storage.money.ledger import Ledger
from storage.runs import events as event_log
from storage.runs.privacy import LOOKED_FOR
from storage.runs.transitions import worked


class Journal:
    """Implements `orchestration.ports.Journal`."""

    def __init__(self, db: Database, clock: Clock, ledger: Ledger) -> None:
        self._db = db
        self._clock = clock
        self._ledger = ledger

    async def load(self, run_id: str) -> Mapping[str, Step]:
        def work(conn: Connection) -> dict[str, Step]:
            return {step.key: step for step in map(_step, _LOAD.all(conn, {"run": run_id}))}

        return await self._db.read(work)

    async def record(self, step: Step, *, settlement: Settlement | None = None, events: Sequence[Event] = ()) -> None:
        now = self._clock.now()

        def work(conn: Connection) -> bool:
            owned = _owned(conn, step, now)
            if owned:
                _keep(conn, step, now)
            if settlement is not None:
                holds.settle(conn, settlement, now)
            # Last, because others wait with theirs until this is committed.
            if owned:
                event_log.insert(conn, step.run_id, events, now)
            return owned

        # What was not paid for is not waited for.
        owned = await self._db.write(work, patient=settlement is None)
        if settlement is not None:
            self._ledger.settled()
        if not owned:
            raise Fenced


def _owned(conn: Connection, step: Step, now: datetime) -> bool:
    """The fence, the run's progress and its working seconds in one statement."""
    mine = {"run": step.run_id, "mine": step.epoch, "worked_now": now.timestamp()}
    return _PROGRESS.run(conn, mine) == 1


def _keep(conn: Connection, step: Step, now: datetime) -> None:
    row = _row(step, now)
    if _INSERT.first(conn, row) is None:
        # The earlier result stays readable next to the new one: it was paid for.
        _SUPERSEDE.run(conn, {"run": step.run_id, "step": step.key})
        _INSERT.first(conn, row)


def _row(step: Step, now: datetime) -> dict[str, Any]:
    return {
        "run_id": step.run_id,
        "key": step.key,
        "epoch": step.epoch,
        "agent": step.agent,
        "operation": step.operation,
        "request_hash": step.request_hash,
        "result": packed(step.result, findable=LOOKED_FOR),
        "prompt": step.prompt,
        "model": step.model,
        "input_tokens": step.usage.input_tokens,
        "output_tokens": step.usage.output_tokens,
        "cache_read_tokens": step.usage.cache_read_tokens,
        "cost_nano_usd": step.cost_nano_usd,
        "estimated": step.estimated,
        "seconds": step.seconds,
        "at": now,
    }


def _step(row: tuple[Any, ...]) -> Step:
    values = dict(zip(_OF_STEP, row, strict=False))
    read = {"estimated": bool(values["estimated"]), "result": unpacked(values["result"])}
    return Step(**values | read, usage=Usage(*row[len(_OF_STEP) :]))


_OF_STEP = (
    "run_id",
    "epoch",
    "key",
    "agent",
    "operation",
    "request_hash",
    "result",
    "prompt",
    "model",
    "cost_nano_usd",
    "estimated",
    "seconds",
)
_OF_USAGE = ("input_tokens", "output_tokens", "cache_read_tokens")
_LOAD = Prepared(
    select(*(steps.c[name] for name in (*_OF_STEP, *_OF_USAGE))).where(
        steps.c.run_id == bindparam("run"), steps.c.superseded == 0
    )
)
_PROGRESS = Prepared(
    update(runs)
    .where(runs.c.run_id == bindparam("run"), runs.c.epoch == bindparam("mine"), runs.c.status == "running")
    .values(progress_epoch=runs.c.epoch, **worked(bindparam("worked_now", type_=Float)))
)
_INSERT = Prepared(
    insert(steps)
    .values(superseded=0)
    .on_conflict_do_nothing(index_elements=["run_id", "key", "superseded"])
    .returning(steps.c.superseded)
)
_SUPERSEDE = Prepared(
    update(steps)
    .where(steps.c.run_id == bindparam("run"), steps.c.key == bindparam("step"), steps.c.superseded == 0)
    .values(superseded=steps.c.id)
)
