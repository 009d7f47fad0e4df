"""Which answers the team's memory keeps: the newest final one of each run that read something."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, literal, or_, select

from orchestration.values.domain import Question
from orchestration.values.events import RunCompleted
from storage.engine.codec import from_json
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared
from storage.engine.tables import (
    documents,
    drafts,
    events,
    final_answers,
    pages,
    runs,
    sources,
)
from storage.runs.privacy import read_from, read_private


def remember(conn: Connection, run_id: str, event: RunCompleted, at: datetime) -> None:
    """One without a source is nothing to remember."""
    found = _FINAL.first(conn, {"run": run_id, "version": event.version})
    if found is None or _is_taken_over(conn, run_id, event.version):
        return
    team_id, channel_id, stored, answer, channel_only = found
    asked = from_json(Question, stored)
    row: dict[str, Any] = {
        "run_id": run_id,
        "team_id": team_id,
        "channel_id": channel_id,
        "open_channel": asked.channel_is_public,
        "channel_only": bool(channel_only),
        "public": not (read_private(conn, run_id) or read_from(conn, run_id)),
        "question": asked.text,
        "answer": answer,
        "version": event.version,
        "approved": event.approved,
        "answered_at": at,
    }
    _REMEMBER.run(conn, row)


def _is_taken_over(conn: Connection, run_id: str, version: int) -> bool:
    """An earlier answer that is reused is in the memory already."""
    return version == 1 and _TAKEN_OVER.first(conn, {"run": run_id}) is not None


def forget(conn: Connection, run_id: str) -> None:
    conn.execute(delete(final_answers).where(final_answers.c.run_id == run_id))


_RUN: BindParameter[str] = bindparam("run")
_EARLIER = final_answers.alias()
# A document of one channel, what a tool server said there, and an earlier answer that rests on either.
_CHANNEL_ONLY = exists(
    select(literal(1))
    .select_from(sources)
    .outerjoin(documents, documents.c.document_id == sources.c.source_id)
    .outerjoin(pages, pages.c.page_id == sources.c.source_id)
    .outerjoin(_EARLIER, _EARLIER.c.run_id == sources.c.source_id)
    .where(
        sources.c.run_id == runs.c.run_id,
        or_(documents.c.visibility == "channel", pages.c.team_id.is_not(None), _EARLIER.c.channel_only.is_(True)),
    )
    .correlate(runs)
)
_FINAL = Prepared(
    select(runs.c.team_id, runs.c.channel_id, runs.c.asked, drafts.c.answer, _CHANNEL_ONLY)
    .join(drafts, drafts.c.run_id == runs.c.run_id)
    .where(
        runs.c.run_id == _RUN,
        drafts.c.version == bindparam("version"),
        exists(select(sources.c.source_id).where(sources.c.run_id == runs.c.run_id)),
    )
)
_TAKEN_OVER = Prepared(
    select(literal(1)).where(
        events.c.run_id == _RUN, events.c.type == "ReuseChosen", events.c.body.like('%"choice":"reuse"%')
    )
)
_PUT = insert(final_answers)
_KEPT = ("open_channel", "channel_only", "public", "question", "answer", "version", "approved", "answered_at")
_REMEMBER = Prepared(
    _PUT.on_conflict_do_update(index_elements=["run_id"], set_={name: _PUT.excluded[name] for name in _KEPT})
)
