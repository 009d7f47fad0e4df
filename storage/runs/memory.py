"""The team's memory: final answers by their words, each as far as everyone in the conversation may read it."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    or_,
    select,
    text,
)

from orchestration.values.domain import Source, Strategy, Subtask
from orchestration.values.events import DraftReady
from orchestration.values.memory import EarlierDraft, Remembered
from orchestration.values.ports import Audience, Clock
from storage.engine.codec import from_json
from storage.engine.database import Database
from storage.engine.run_rows import find_run, route_of
from storage.engine.tables import documents, events, final_answers, pages, subtasks
from storage.money.costs import costs_of
from storage.runs.runs import NOTHING
from storage.search.terms import match, terms_of

TITLE_CHARACTERS = 120


class Memory:
    """Implements `orchestration.memory.Memory`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def search(self, query: str, audience: Audience, limit: int) -> Sequence[Remembered]:
        terms = terms_of(query)
        if not terms.words or limit < 1:
            return []
        words = {"sqlite": match(terms.words), "postgresql": " or ".join(_words_alone(terms.words))}

        def work(conn: Connection) -> list[Remembered]:
            values = {**_seen_by(audience), "words": words[conn.dialect.name], "limit": limit}
            return [_remembered(row) for row in conn.execute(_FOUND[conn.dialect.name], values)]

        return await self._db.read(work)

    async def cost(self, run_id: str) -> int:
        return await self._db.read(lambda conn: costs_of(conn, [run_id]).get(run_id, NOTHING).nano_usd)

    async def draft(self, run_id: str, audience: Audience) -> EarlierDraft | None:
        return await self._db.read(lambda conn: _draft(conn, run_id, audience))

    async def changed(self, sources: Sequence[Source]) -> Sequence[Source]:
        same = await self._db.read(lambda conn: _unchanged(conn, [source.source_id for source in sources]))
        today = self._clock.now().date()
        return [
            source
            for source in sources
            if (source.source_id, source.content_hash) not in same
            or (source.source_id.startswith("w_") and source.retrieved_at.date() < today)
        ]

    async def sources(self, source_ids: Sequence[str], audience: Audience) -> Sequence[tuple[Source, str]]:
        values = {**_seen_by(audience), "run_ids": list(source_ids)}
        rows = await self._db.read(lambda conn: conn.execute(_READABLE, values).all())
        return [(_source(row), row.answer) for row in rows]


def _words_alone(words: Sequence[str]) -> list[str]:
    """Quoted, so that none of them is read as an operator."""
    return [f'"{re.sub(r"[^0-9a-z]+", " ", word.lower()) if word.isascii() else word.lower()}"' for word in words]


def _remembered(row: Any) -> Remembered:
    found = (row.run_id, row.question, row.answer, row.channel_id, row.answered_at, row.approved, row.public)
    return Remembered(*found)


def _source(row: Any) -> Source:
    question = " ".join(row.question.split())
    title = f"Answer of {row.answered_at:%Y-%m-%d}: {question[:TITLE_CHARACTERS]}"
    return Source(row.run_id, title, "", row.answered_at, f"{row.run_id}/v{row.version}")


def _draft(conn: Connection, run_id: str, audience: Audience) -> EarlierDraft | None:
    answer = conn.execute(_READABLE, {**_seen_by(audience), "run_ids": [run_id]}).first()
    run = find_run(conn, run_id)
    route = route_of(run) if run else None
    if answer is None:
        return None
    body = conn.execute(_DRAFT, {"run": run_id, "key": f"v{answer.version}/draft"}).scalar_one()
    planned = conn.execute(_SUBTASKS, {"run": run_id}).all()
    plan = tuple(Subtask(row.subtask_id, row.title, row.instructions) for row in planned)
    draft, strategy = from_json(DraftReady, body).draft, route.strategy if route else Strategy.SINGLE
    return EarlierDraft(run_id, draft, plan, strategy, private=not answer.public)


def _unchanged(conn: Connection, source_ids: list[str]) -> set[tuple[str, str]]:
    rows = [row for statement in _HASHES for row in conn.execute(statement, {"ids": source_ids})]
    return {(source_id, content_hash) for source_id, content_hash in rows}


def _seen_by(audience: Audience) -> dict[str, Any]:
    """Strangers are of no team: nothing that it was answered before is theirs to see."""
    return {"team_id": "" if audience.strangers else audience.team_id, "channel_id": audience.channel_id}


# A channel that was open and is private by now tells so with the newest answer that was given there.
_OTHER = final_answers.alias()
_NEWEST = (
    select(_OTHER.c.open_channel)
    .where(_OTHER.c.team_id == final_answers.c.team_id, _OTHER.c.channel_id == final_answers.c.channel_id)
    .order_by(_OTHER.c.answered_at.desc(), _OTHER.c.id.desc())
    .limit(1)
    .correlate(final_answers)
    .scalar_subquery()
)
readable: ColumnElement[bool] = and_(
    final_answers.c.team_id == bindparam("team_id"),
    or_(
        final_answers.c.channel_id == bindparam("channel_id"),
        and_(final_answers.c.open_channel.is_(True), final_answers.c.channel_only.is_(False), _NEWEST.is_(True)),
    ),
)
# The lower the score the better the answer fits.
_HITS = {
    "sqlite": "SELECT rowid AS id, bm25(answers_words, 3.0, 1.0) AS score FROM answers_words "
    "WHERE answers_words MATCH :words",
    "postgresql": "SELECT id, -ts_rank('{0.3, 0.3, 0.3, 1.0}', words, asked, 1) AS score FROM final_answers, "
    "websearch_to_tsquery('english', :words) AS asked WHERE words @@ asked",
}


def _found(hits: str) -> Select[Any]:
    scored = text(hits).columns(column("id", Integer), column("score", Float)).cte("hits").prefix_with("MATERIALIZED")
    return (
        select(final_answers)
        .join(scored, scored.c.id == final_answers.c.id)
        .where(readable)
        .order_by(scored.c.score, final_answers.c.answered_at.desc(), final_answers.c.run_id)
        .limit(bindparam("limit"))
    )


_FOUND = {database: _found(hits) for database, hits in _HITS.items()}
_READABLE = select(final_answers).where(final_answers.c.run_id.in_(bindparam("run_ids", expanding=True)), readable)
_DRAFT = select(events.c.body).where(events.c.run_id == bindparam("run"), events.c.key == bindparam("key"))
_SUBTASKS = select(subtasks).where(subtasks.c.run_id == bindparam("run")).order_by(subtasks.c.position)
# The hash of an earlier answer as a source, see `_source`.
_VERSION = final_answers.c.run_id + "/v" + cast(final_answers.c.version, String)
_HASHES = [
    select(final_answers.c.run_id, _VERSION).where(final_answers.c.run_id.in_(bindparam("ids", expanding=True)))
] + [
    select(table.c[key], table.c.content_hash).where(table.c[key].in_(bindparam("ids", expanding=True)))
    for table, key in ((documents, "document_id"), (pages, "page_id"))
]
