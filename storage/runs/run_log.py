"""The run as its driver sees it: taken up, reported on, ended. Every write is refused to a driver that lost the run."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, literal, select, update

from orchestration.values.domain import (
    History,
    Route,
    Run,
    RunStatus,
    SelfRevision,
    Steering,
    Subtask,
)
from orchestration.values.errors import Fenced, RunStuck
from orchestration.values.events import (
    CritiqueReady,
    DraftReady,
    Event,
    RouteChosen,
    RunFailed,
    Steered,
)
from orchestration.values.inquiry import ClarificationGiven, Escalated, ReuseChosen
from orchestration.values.ports import Clock
from orchestration.values.states import AT_WORK
from storage.engine.codec import from_json
from storage.engine.columns import Instant
from storage.engine.database import Database
from storage.engine.prepared import Prepared
from storage.engine.run_rows import find_run, review_of, route_of, run_of
from storage.engine.tables import events as event_table
from storage.engine.tables import reviews, runs, subtasks
from storage.money import holds
from storage.runs import events as event_log
from storage.runs.privacy import read_from, read_private
from storage.runs.transitions import Guard, move

EPOCHS_WITHOUT_PROGRESS = 5


class RunLog:
    """Implements `orchestration.ports.RunLog`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def take_up(self, run_id: str) -> Run | None:
        now = self._clock.now()
        taken = await self._db.write(lambda conn: _take_up(conn, run_id, now))
        if isinstance(taken, str):
            raise RunStuck(taken)
        return taken

    async def history(self, run_id: str) -> History:
        return await self._db.read(lambda conn: _history(conn, run_id))

    async def emit(self, run: Run, events: Sequence[Event], *, patient: bool = False) -> None:
        now = self._clock.now()

        def work(conn: Connection) -> None:
            if _OWNED.first(conn, {"run": run.run_id, "mine": run.epoch}) is None:
                raise Fenced
            event_log.insert(conn, run.run_id, events, now)

        await self._db.write(work, patient=patient)

    async def finish(self, run: Run, status: RunStatus, events: Sequence[Event], seconds: float) -> None:
        """`seconds` is what this segment worked by the driver's own clock, since the run was taken up."""
        now = self._clock.now()
        values = {
            "seconds": run.seconds + seconds,
            "segment_seconds": run.segment_seconds + seconds,
            "worked_until": None,
            "progress_epoch": run.epoch,
            "ended_at": None if status is RunStatus.QUEUED else now,
        }
        mine = Guard(only_from=frozenset({RunStatus.RUNNING}), epoch=run.epoch)

        def work(conn: Connection) -> None:
            if not move(conn, run.run_id, status, guard=mine, values=values):
                raise Fenced
            event_log.insert(conn, run.run_id, events, now)

        await self._db.write(work)


def _take_up(conn: Connection, run_id: str, now: datetime) -> Run | str | None:
    row = conn.execute(_TAKE_UP, {"run": run_id, "now": now, "clock": now.timestamp()}).one_or_none()
    if row is None:
        return None
    holds.assume_open(conn, run_id, row.epoch, now)
    if row.epoch - row.progress_epoch > EPOCHS_WITHOUT_PROGRESS:
        return _stuck(conn, run_id, row.epoch, now)
    return replace(run_of(row), interrupted=row.epoch - 1 > row.set_going_epoch)


def _stuck(conn: Connection, run_id: str, epoch: int, now: datetime) -> str:
    sentence = (
        f"The run was resumed {EPOCHS_WITHOUT_PROGRESS} times without progress. Check the log, then `threadwork retry "
        f"{run_id}`."
    )
    move(conn, run_id, RunStatus.ERROR, guard=Guard(epoch=epoch), values={"ended_at": now, "worked_until": None})
    event_log.insert(conn, run_id, [RunFailed(epoch, sentence, None)], now)
    return sentence


def _history(conn: Connection, run_id: str) -> History:
    run = find_run(conn, run_id)

    heard = _HEARD.all(conn, {"run": run_id})
    steered = [from_json(Steered, body) for kind, body in heard if kind == "Steered"]
    return History(
        route=None if run is None else _route(run, heard),
        ways=sum(kind == "RouteChosen" for kind, _ in heard),
        drafts=tuple(from_json(DraftReady, body).draft for kind, body in heard if kind == "DraftReady"),
        critiques=tuple(from_json(CritiqueReady, body).critique for kind, body in heard if kind == "CritiqueReady"),
        reviews=tuple(review_of(row) for row in conn.execute(_REVIEWS, {"run": run_id})),
        subtasks=tuple(Subtask(*row) for row in _SUBTASKS.all(conn, {"run": run_id})),
        steering=tuple(Steering(event.steering_id, event.user_id, event.text) for event in steered),
        consented=any(kind == "ConsentGiven" for kind, _ in heard),
        clarified=next(
            (from_json(ClarificationGiven, body).text for kind, body in heard if kind == "ClarificationGiven"), None
        ),
        self_revisions=tuple(from_json(SelfRevision, body) for kind, body in heard if kind == "RevisedItself"),
        escalated=tuple(from_json(Escalated, body).version for kind, body in heard if kind == "Escalated"),
        reuse=next(
            (
                (event.choice, event.run_id)
                for event in (from_json(ReuseChosen, b) for k, b in heard if k == "ReuseChosen")
            ),
            None,
        ),
        read_private=read_private(conn, run_id),
        read_from=read_from(conn, run_id),
    )


def _route(run: Row[Any], heard: Sequence[tuple[Any, ...]]) -> Route | None:
    """What is in the run's row; the names of its parts and how it was chosen are in the event only."""
    route = route_of(run)
    bodies = [body for kind, body in heard if kind == "RouteChosen"]
    chosen = from_json(RouteChosen, bodies[-1]).route if bodies else None
    if route is None or chosen is None or chosen.strategy is not route.strategy:
        return route
    return replace(route, critic=chosen.critic, lowered=chosen.lowered, names=chosen.names)


_RUN: BindParameter[str] = bindparam("run")
# One statement: of two that take a run up at once each gets an epoch of its own, and the older one is fenced off.
_TAKE_UP = (
    update(runs)
    .where(runs.c.run_id == _RUN, runs.c.status.in_(AT_WORK))
    .values(status=RunStatus.RUNNING, ended_at=None, error="", epoch=runs.c.epoch + 1)
    .values(
        worked_until=bindparam("clock"), started_at=func.coalesce(runs.c.started_at, bindparam("now", type_=Instant))
    )
    .returning(runs)
)
_OWNED = Prepared(
    select(literal(1))
    .where(runs.c.run_id == _RUN, runs.c.epoch == bindparam("mine"), runs.c.status == "running")
    .with_for_update(key_share=True)
)
_REVIEWS = select(reviews).where(reviews.c.run_id == _RUN).order_by(reviews.c.id)
_SUBTASKS = Prepared(
    select(subtasks.c.subtask_id, subtasks.c.title, subtasks.c.instructions)
    .where(subtasks.c.run_id == _RUN)
    .order_by(subtasks.c.position)
)
_READ = (
    "RouteChosen",
    "DraftReady",
    "CritiqueReady",
    "Steered",
    "ConsentGiven",
    "Escalated",
    "ClarificationGiven",
    "RevisedItself",
    "ReuseChosen",
)
_HEARD = Prepared(
    select(event_table.c.type, event_table.c.body)
    .where(event_table.c.run_id == _RUN, event_table.c.type.in_([bindparam(None, name) for name in _READ]))
    .order_by(event_table.c.id)
)
