"""Rows about a run as values of the domain."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from orchestration.values.domain import (
    Decision,
    Question,
    Review,
    Route,
    Run,
    RunStatus,
    Strategy,
)
from storage.engine.codec import from_json
from storage.engine.tables import runs


def find_run(conn: Connection, run_id: str) -> Row[Any] | None:
    return conn.execute(_FIND, {"run": run_id}).one_or_none()


def lock_run(conn: Connection, run_id: str) -> Row[Any] | None:
    """For who decides by what it reads: on Postgres nobody changes the row until the end of this transaction.

    On SQLite nobody else writes meanwhile at all.
    """
    return conn.execute(_LOCK, {"run": run_id}).one_or_none()


def run_of(row: Row[Any]) -> Run:
    return Run(
        run_id=row.run_id,
        question=from_json(Question, row.asked),
        status=RunStatus(row.status),
        epoch=row.epoch,
        draft_version=row.draft_version,
        budget_nano_usd=row.budget_nano_usd,
        seconds=row.seconds,
        segment_seconds=row.segment_seconds,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def route_of(row: Row[Any]) -> Route | None:
    if row.route_strategy is None:
        return None
    return Route(
        strategy=Strategy(row.route_strategy),
        reason=row.route_reason,
        subtask_count=row.route_subtask_count,
        estimate_low_nano_usd=row.route_low_nano_usd,
        estimate_high_nano_usd=row.route_high_nano_usd,
        chosen_by=row.route_chosen_by,
    )


def review_of(row: Row[Any]) -> Review:
    return Review(
        user_id=row.user_id,
        decision=Decision(row.decision),
        at=row.at,
        draft_version=row.draft_version,
        comment=row.comment,
        note_ids=tuple(row.note_ids),
    )


_FIND = select(runs).where(runs.c.run_id == bindparam("run"))
_LOCK = _FIND.with_for_update(key_share=True)
