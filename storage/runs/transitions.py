"""The one statement that changes a run's status, and only along the contract's ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, update

from orchestration.values.domain import TRANSITIONS, RunStatus
from storage.engine.tables import runs


@dataclass(frozen=True, slots=True)
class Guard:
    """What else must still be true of the run."""

    only_from: frozenset[RunStatus] = frozenset(RunStatus)
    epoch: int | None = None


def move(conn: Connection, run_id: str, target: RunStatus, *, guard: Guard, values: Mapping[str, Any]) -> bool:
    """Compare-and-set from any status that may become `target`; False where the run was elsewhere."""
    origins = [status for status, targets in TRANSITIONS.items() if target in targets and status in guard.only_from]
    changed = update(runs).where(runs.c.run_id == run_id, runs.c.status.in_(origins))
    if guard.epoch is not None:
        changed = changed.where(runs.c.epoch == guard.epoch)
    return conn.execute(changed.values(status=target, **values)).rowcount == 1


def worked(now: ColumnElement[float]) -> dict[str, ColumnElement[float]]:
    """Counts the time since the run was last looked at as work; a clock that went back counts nothing."""
    passed = case((now > runs.c.worked_until, now - runs.c.worked_until), else_=0.0)
    return {
        "seconds": runs.c.seconds + passed,
        "segment_seconds": runs.c.segment_seconds + passed,
        "worked_until": now,
    }
