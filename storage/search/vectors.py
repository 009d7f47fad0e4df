"""Which chunks have a vector, which still want one, and what that may cost."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, delete, exists, func, select

from orchestration.values.ports import Settlement, Unembedded, Vector
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.tables import chunks, documents
from storage.engine.vector_tables import document_vectors, vectors
from storage.money import holds
from storage.money.budgets import BudgetDefaults, balance_of, library_caps
from storage.money.periods import day_key


@dataclass(frozen=True, slots=True)
class Waiting:
    """A team whose library has chunks without vectors, and what its share of the budget has left."""

    team_id: str
    chunks: int
    share_nano_usd: int | None
    spent_nano_usd: int


@dataclass(frozen=True, slots=True)
class Indexed:
    chunks: int
    with_vector: int
    waiting: tuple[Waiting, ...]


class Vectors:
    """Implements `orchestration.ports.VectorIndex` for one embedding model.

    Another model's vectors stay until a document has its first ones of this model, so that a mistyped name costs none.
    """

    def __init__(self, db: Database, model: str, defaults: BudgetDefaults) -> None:
        self._db = db
        self._model = model
        self._defaults = defaults
        self._changes = db.subscribe(acts_only=True)

    async def unembedded(self, limit: int, *, without: Collection[str]) -> Unembedded | None:
        values = {"model": self._model, "without": sorted(without), "limit": limit}

        def work(conn: Connection) -> Unembedded | None:
            team_id = conn.execute(_NEXT_TEAM, values).scalar()
            if team_id is None:
                return None
            rows = conn.execute(_NEXT, {**values, "team": team_id})
            return Unembedded(team_id, {row.chunk_id: embedded_text(row) for row in rows})

        return await self._db.read(work)

    async def keep(self, batch: Unembedded, vectors: Sequence[Vector], settlement: Settlement) -> None:
        fresh = dict(zip(batch.texts, vectors, strict=True))
        now = self._db.clock.now()

        def work(conn: Connection) -> None:
            holds.settle(conn, settlement, now)
            self._keep(conn, batch, fresh)

        await self._db.write(work)

    async def changed(self, timeout_seconds: float) -> None:
        await self._changes.wait(timeout_seconds)

    async def indexed(self) -> Indexed:
        def work(conn: Connection) -> Indexed:
            total = conn.execute(select(func.count()).select_from(chunks)).scalar_one()
            waiting = tuple(self._waiting(conn, row) for row in conn.execute(_WAITING, {"model": self._model}))
            return Indexed(total, total - sum(team.chunks for team in waiting), waiting)

        return await self._db.read(work)

    def _keep(self, conn: Connection, batch: Unembedded, fresh: dict[str, Vector]) -> None:
        rows = conn.execute(_CHUNKS, {"chunk_ids": list(fresh)}).all()
        unchanged = [row for row in rows if embedded_text(row) == batch.texts[row.chunk_id]]
        if not unchanged:
            return
        ids = sorted({row.document_id for row in unchanged})
        _drop_others(conn, self._model, ids, size=len(fresh[unchanged[0].chunk_id]))
        added = [{"chunk_id": r.chunk_id, "model": self._model, "vector": fresh[r.chunk_id]} for r in unchanged]
        conn.execute(insert(vectors).on_conflict_do_nothing(), added)
        standing = conn.execute(_STANDING, {"model": self._model, "document_ids": ids})
        put = insert(document_vectors)
        replaced = {name: put.excluded[name] for name in ("model", "newest_id", "complete")}
        put = put.on_conflict_do_update(index_elements=["document_id"], set_=replaced)
        conn.execute(put, [dict(row._mapping) | {"model": self._model} for row in standing])

    def _waiting(self, conn: Connection, row: Row[Any]) -> Waiting:
        day = day_key(self._db.clock.now(), self._defaults.zone)
        share = library_caps(conn, row.team_id, day, self._defaults)[-2]
        balance = balance_of(conn, share)
        return Waiting(row.team_id, row.chunks, share.limit, 0 if balance is None else balance.spent + balance.held)


def embedded_text(chunk: Row[Any]) -> str:
    """What is embedded of a chunk: the breadcrumb names what its text is about."""
    return f"{chunk.breadcrumb}\n{chunk.text}"


def _drop_others(conn: Connection, model: str, document_ids: list[str], *, size: int) -> None:
    """Of these documents those of other models; of the model all of another size, which its endpoint gives no more."""
    of_them = select(chunks.c.chunk_id).where(chunks.c.document_id.in_(document_ids))
    conn.execute(delete(vectors).where(vectors.c.chunk_id.in_(of_them), vectors.c.model != model))
    newest = conn.execute(_NEWEST_SIZE, {"model": model}).scalar()
    if newest not in (None, size):
        conn.execute(delete(vectors).where(vectors.c.model == model))
        conn.execute(delete(document_vectors).where(document_vectors.c.model == model))


_COMPLETE = exists().where(
    document_vectors.c.document_id == documents.c.document_id,
    document_vectors.c.model == bindparam("model"),
    document_vectors.c.complete,
)
_HAS_VECTOR = exists().where(vectors.c.chunk_id == chunks.c.chunk_id, vectors.c.model == bindparam("model"))


def _unembedded(*columns: ColumnElement[Any]) -> Select[Any]:
    found = select(*columns).select_from(documents).join(chunks, chunks.c.document_id == documents.c.document_id)
    return found.where(~_COMPLETE, ~_HAS_VECTOR)


_WITHOUT = (
    documents.c.team_id.not_in(bindparam("without", expanding=True)),
    chunks.c.chunk_id.not_in(bindparam("without", expanding=True)),
)
_NEXT_TEAM = _unembedded(documents.c.team_id).where(*_WITHOUT).limit(1)
_NEXT = (
    _unembedded(chunks.c.chunk_id, chunks.c.breadcrumb, chunks.c.text)
    .where(*_WITHOUT, documents.c.team_id == bindparam("team"))
    .limit(bindparam("limit"))
)
_WAITING = (
    _unembedded(documents.c.team_id, func.count().label("chunks"))
    .group_by(documents.c.team_id)
    .order_by(documents.c.team_id)
)
_CHUNKS = select(chunks).where(chunks.c.chunk_id.in_(bindparam("chunk_ids", expanding=True)))
_NEWEST_SIZE = (
    select(func.length(vectors.c.vector))
    .where(vectors.c.model == bindparam("model"))
    .order_by(vectors.c.id.desc())
    .limit(1)
)
_STANDING = (
    select(
        chunks.c.document_id,
        func.max(vectors.c.id).label("newest_id"),
        case((func.count() == func.count(vectors.c.id), True), else_=False).label("complete"),
    )
    .select_from(
        chunks.outerjoin(vectors, (vectors.c.chunk_id == chunks.c.chunk_id) & (vectors.c.model == bindparam("model")))
    )
    .where(chunks.c.document_id.in_(bindparam("document_ids", expanding=True)))
    .group_by(chunks.c.document_id)
)
