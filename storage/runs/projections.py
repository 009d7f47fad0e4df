"""What follows from an event in the tables that are read by name instead of by time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from orchestration.values.domain import Decision, Source, SubtaskStatus
from orchestration.values.events import (
    CritiqueReady,
    DraftReady,
    Event,
    PlanReady,
    Reviewed,
    RouteChosen,
    RunCompleted,
    RunExpired,
    RunFailed,
    RunPaused,
    SubtaskCompleted,
    SubtaskStarted,
)
from orchestration.values.inquiry import ConsentGiven, Escalated
from orchestration.values.setbacks import RevisedItself, RevisionAbandoned
from storage.engine.codec import to_json
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared
from storage.engine.tables import (
    critiques,
    drafts,
    reviews,
    runs,
    sources,
    subtasks,
)
from storage.runs.final_answers import forget, remember


def project(conn: Connection, run_id: str, event: Event, at: datetime) -> None:
    projection = PROJECTIONS.get(type(event))
    if projection is not None:
        projection(conn, run_id, event, at)


def _route(conn: Connection, run_id: str, event: RouteChosen | ConsentGiven | Escalated, _at: datetime) -> None:
    """What was planned on a route that another one takes the place of was never worked on."""
    route = event.route
    if isinstance(event, RouteChosen) and event.again:
        conn.execute(_NO_SUBTASKS, {"run": run_id})
    _ROUTE.run(
        conn,
        {
            "run": run_id,
            "route_strategy": route.strategy,
            "route_reason": route.reason,
            "route_subtask_count": route.subtask_count,
            "route_low_nano_usd": route.estimate_low_nano_usd,
            "route_high_nano_usd": route.estimate_high_nano_usd,
            "route_chosen_by": route.chosen_by,
        },
    )


def _plan(conn: Connection, run_id: str, event: PlanReady, _at: datetime) -> None:
    """A subtask that a revision names again resets and keeps its place; its old report stays till the new one."""
    (known,) = _COUNT_SUBTASKS.first(conn, {"run": run_id}) or (0,)
    rows = [
        {
            "run_id": run_id,
            "subtask_id": subtask.subtask_id,
            "version": event.version,
            "position": known + number,
            "title": subtask.title,
            "instructions": subtask.instructions,
            "status": SubtaskStatus.PENDING,
        }
        for number, subtask in enumerate(event.subtasks)
    ]
    if rows:
        _PUT_SUBTASK.run_many(conn, rows)


def _subtask_started(conn: Connection, run_id: str, event: SubtaskStarted, at: datetime) -> None:
    of = {"run": run_id, "subtask": event.subtask_id}
    _START_SUBTASK.run(conn, of | {"started_at": at})


def _subtask_completed(conn: Connection, run_id: str, event: SubtaskCompleted, at: datetime) -> None:
    report = event.report
    changed = {
        "run": run_id,
        "subtask": report.subtask_id,
        "status": SubtaskStatus.ERROR if report.error else SubtaskStatus.COMPLETE,
        "report": report.summary,
        "error": report.error,
        "ended_at": at,
    }
    _END_SUBTASK.run(conn, changed)
    _sources(conn, run_id, report.sources)


def _draft(conn: Connection, run_id: str, event: DraftReady, at: datetime) -> None:
    draft = event.draft
    _INSERT_DRAFT.run(conn, {"run_id": run_id, "version": draft.version, "answer": draft.answer, "at": at})
    _sources(conn, run_id, draft.sources)


def _sources(conn: Connection, run_id: str, found: Sequence[Source]) -> None:
    rows = [
        {
            "run_id": run_id,
            "source_id": source.source_id,
            "title": source.title,
            "url": source.url,
            "retrieved_at": source.retrieved_at,
            "content_hash": source.content_hash,
        }
        for source in found
    ]
    if rows:
        _PUT_SOURCE.run_many(conn, rows)


def _critique(conn: Connection, run_id: str, event: CritiqueReady, at: datetime) -> None:
    critique = event.critique
    row = {"run_id": run_id, "draft_version": critique.draft_version, "verdict": critique.verdict}
    _INSERT_CRITIQUE.run(conn, row | {"body": to_json(critique), "at": at})


def _review(conn: Connection, run_id: str, event: Reviewed, _at: datetime) -> None:
    review = event.review
    row = {
        "run_id": run_id,
        "draft_version": review.draft_version,
        "user_id": review.user_id,
        "decision": review.decision,
        "comment": review.comment,
        "note_ids": list(review.note_ids),
        "at": review.at,
    }
    conn.execute(insert(reviews), row)
    if review.decision is Decision.DISCARD:
        forget(conn, run_id)


def _stopped(conn: Connection, run_id: str, event: RunFailed | RunPaused | RunExpired, _at: datetime) -> None:
    conn.execute(_ONE_RUN, {"run": run_id, "error": event.sentence})


def _revised_itself(conn: Connection, run_id: str, event: RevisedItself, _at: datetime) -> None:
    conn.execute(_ONE_RUN, {"run": run_id, "draft_version": event.version})


def _abandoned(conn: Connection, run_id: str, event: RevisionAbandoned, _at: datetime) -> None:
    conn.execute(_ONE_RUN, {"run": run_id, "draft_version": event.version - 1})


PROJECTIONS: dict[type[Event], Callable[[Connection, str, Any, datetime], None]] = {
    RouteChosen: _route,
    ConsentGiven: _route,
    Escalated: _route,
    PlanReady: _plan,
    SubtaskStarted: _subtask_started,
    SubtaskCompleted: _subtask_completed,
    DraftReady: _draft,
    CritiqueReady: _critique,
    Reviewed: _review,
    RevisedItself: _revised_itself,
    RevisionAbandoned: _abandoned,
    RunFailed: _stopped,
    RunPaused: _stopped,
    RunExpired: _stopped,
    RunCompleted: remember,
}
"""What is not here is in the event only."""

_ONE_RUN = update(runs).where(runs.c.run_id == bindparam("run"))
_ROUTE = Prepared(_ONE_RUN)
_COUNT_SUBTASKS = Prepared(select(func.count()).select_from(subtasks).where(subtasks.c.run_id == bindparam("run")))
_NO_SUBTASKS = delete(subtasks).where(subtasks.c.run_id == bindparam("run"))
_PUT = insert(subtasks).values(report="")
_PUT_SUBTASK = Prepared(
    _PUT.on_conflict_do_update(
        index_elements=["run_id", "subtask_id"],
        set_={name: _PUT.excluded[name] for name in ("version", "title", "instructions", "status")} | {"error": None},
    )
)
_ONE_SUBTASK = update(subtasks).where(
    subtasks.c.run_id == bindparam("run"), subtasks.c.subtask_id == bindparam("subtask")
)
_START_SUBTASK = Prepared(_ONE_SUBTASK.values(status=SubtaskStatus.IN_PROGRESS, started_at=bindparam("started_at")))
_END_SUBTASK = Prepared(
    _ONE_SUBTASK.values({name: bindparam(name) for name in ("status", "report", "error", "ended_at")})
)
_INSERT_DRAFT = Prepared(insert(drafts))
_PUT_SOURCE = Prepared(insert(sources).on_conflict_do_nothing(index_elements=["run_id", "source_id"]))
_INSERT_CRITIQUE = Prepared(insert(critiques))
