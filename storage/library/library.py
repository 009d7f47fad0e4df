"""The documents a team has given: kept as text, cut into chunks, searched by words."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NotRequired, Protocol, TypedDict, TypeVar, Unpack

from sqlalchemy import Connection, Row, Update, bindparam, delete, func, or_, select, update

from orchestration.values.domain import Passage, Source
from orchestration.values.errors import AskerError
from orchestration.values.ports import Audience, Clock, Vector
from storage.engine.audiences import EVERY_TEAM, PUBLIC, audience_values, visible
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared
from storage.engine.tables import chunks, documents, source_texts, sources
from storage.engine.vector_tables import document_vectors
from storage.library.document_ids import identify, place_hash
from storage.library.erasure import erase, note_deletion
from storage.search.chunks import Page, normal_form, read_page, split
from storage.search.merging import MERGE_AFTER, merge_chunks
from storage.search.naming import name_of
from storage.search.search import fetch, search
from storage.search.terms import grams_of

if TYPE_CHECKING:
    from storage.search.hybrid import Hybrid

T = TypeVar("T")


class EmptyDocument(AskerError):
    """The document has no text. Give a file that has some."""


class NewDocument(TypedDict):
    team_id: str
    channel_id: str | None
    """None is for the whole team."""
    title: str
    text: str
    url: NotRequired[str]
    place: NotRequired[str]
    """Where it comes from, if that stays the same when its title and text change: a file's path, an id of Slack's."""
    source: NotRequired[str]
    public: NotRequired[bool]
    """Anybody in the world may know it, so that a run which has read it may still search the web."""
    user_id: NotRequired[str]
    file: NotRequired["File"]
    erase_later: NotRequired[bool]
    """The caller adds several and calls `erase` at their end: it goes through the whole index. A note keeps it due."""


@dataclass(frozen=True, slots=True)
class File:
    """What a text was made from."""

    kind: str
    size: int
    """In bytes."""
    file_hash: str


@dataclass(frozen=True, slots=True)
class AddedDocument:
    document_id: str
    changed: bool
    """False where the same text was there under the same name."""
    chunks: int
    replaced: bool = False
    """Another text was there, or the same for other readers or from another source."""


@dataclass(frozen=True, slots=True)
class Document:
    document_id: str
    team_id: str
    channel_id: str | None
    user_id: str
    title: str
    url: str
    source: str
    visibility: str
    """`public`, `team` or `channel`: who may know it."""
    chunks: int
    updated_at: datetime
    kind: str = ""
    size: int = 0
    """Of the file it was made from, in bytes; with `kind` empty it came as text."""
    content_hash: str = ""
    """Of its text: two documents that share it are perhaps one file that was moved."""
    place_hash: str = ""
    text: str = ""
    """Only where one document was asked for."""


class Shelf(Protocol):
    """The database as the library knows it."""

    async def read(self, work: Callable[[Connection], T]) -> T: ...

    async def write(self, work: Callable[[Connection], T]) -> T: ...

    async def checkpoint(self) -> bool: ...

    def announce(self) -> None: ...


class Library:
    """Implements `orchestration.ports.Library`, and what people do to documents."""

    def __init__(self, db: Shelf, clock: Clock, model: str | None = None) -> None:
        """Searches by meaning as well where there is an embedding `model` and a search brings its vector."""
        self._db = db
        self._clock = clock
        self._hybrid = self._by_meaning(model) if model else None
        self._unmerged = 0

    async def add(self, **document: Unpack[NewDocument]) -> AddedDocument:
        """Replaces the document of the same team, channel and place; of its text nothing stays, as in `remove`.

        Without a place the one of the same url and title.
        What is not given is read from the page: a title from its first heading, url and source from its `Source:`.
        """
        text = normal_form(document["text"])
        if not text.strip():
            raise EmptyDocument
        row = _document_row(document, read_page(text)) | {"updated_at": self._clock.now()}
        row["document_id"] = await self._db.read(lambda conn: identify(conn, row))
        same = row | {"content_hash": hashlib.sha256(text.encode()).hexdigest()}
        if count := await self._db.read(lambda conn: conn.execute(_SAME, same).scalar()):
            return AddedDocument(row["document_id"], False, count)
        # A long file is cut outside the writer, so that no run waits for it there.
        pieces = await asyncio.to_thread(_chunk_rows, row, text)
        added = await self._db.write(lambda conn: self._add(conn, row, text, pieces))
        if added.changed:
            self._db.announce()  # new chunks want vectors
            await self._merge(added.chunks)
        if added.replaced and not document.get("erase_later", False):
            await self.erase()
        return added

    async def erase(self) -> None:
        """What was replaced or removed, by whomever, is gone from the file itself when this returns.

        Where nothing is due it costs a look. Killed or never called, the next call of it completes what is left.
        """
        await erase(self._db)

    async def list(self, team_id: str, channel_id: str | None = None) -> Sequence[Document]:
        """What a team has, in one channel what everyone there may see."""
        statement = _DOCUMENTS.where(documents.c.team_id.in_((team_id, EVERY_TEAM)))
        if channel_id is not None:
            statement = statement.where(or_(documents.c.channel_id.is_(None), documents.c.channel_id == channel_id))
        found = await self._db.read(lambda conn: conn.execute(statement).all())
        return [Document(**row._mapping) for row in found]

    async def teams(self) -> Sequence[tuple[str, int]]:
        """Which teams have documents, and how many."""
        return await self._db.read(lambda conn: sorted((row.team_id, row.count_) for row in conn.execute(_TEAMS)))

    async def get(self, document_id: str) -> Document | None:
        statement = _DOCUMENTS.add_columns(source_texts.c.text).where(documents.c.document_id == document_id)
        row = await self._db.read(lambda conn: conn.execute(statement.join(*_TEXT)).first())
        return None if row is None else Document(**row._mapping)

    async def text_of_file(self, file_hash: str) -> tuple[str, str] | None:
        """Text and kind of a file that was converted before, whoever gave it: who asks has its bytes."""
        row = await self._db.read(lambda conn: conn.execute(_OF_FILE, {"file_hash": file_hash}).first())
        return None if row is None else (row.text, row.kind)

    async def remove(self, document_id: str, *, erase_later: bool = False) -> bool:
        """Its text stays only where a run has read it; from the file itself it is gone when this returns.

        With `erase_later` it is once the caller has called `erase`.
        """
        removed = await self._db.write(lambda conn: _remove(conn, document_id))
        if not erase_later:
            await self.erase()
        return removed

    async def search(
        self, query: str, audience: Audience, limit: int, *, vector: Vector | None = None
    ) -> Sequence[Passage]:
        if self._hybrid is not None and vector is not None:
            question = self._hybrid.question(query, vector)
            return await self._db.read(lambda conn: question.search(conn, audience, limit))
        return await self._db.read(lambda conn: self._find(conn, query, audience, limit))

    async def fetch(self, chunk_id: str, audience: Audience) -> Passage | None:
        return await self._db.read(lambda conn: fetch(conn, chunk_id, audience))

    async def sources(self, source_ids: Sequence[str], audience: Audience) -> Sequence[tuple[Source, str]]:
        values = {**audience_values(audience), "document_ids": list(source_ids)}
        rows = await self._db.read(lambda conn: conn.execute(_SOURCES, values).all())
        now = self._clock.now()
        found = {row.document_id: (_source(row, now), row.text) for row in rows}
        return [found[source_id] for source_id in dict.fromkeys(source_ids) if source_id in found]

    async def _merge(self, added: int) -> None:
        self._unmerged += added
        if self._unmerged >= MERGE_AFTER:
            self._unmerged = 0
            await self._db.write(self._tidy)

    def _add(self, conn: Connection, row: dict[str, Any], text: str, pieces: Sequence[dict[str, Any]]) -> AddedDocument:
        document_id, content_hash = row["document_id"], hashlib.sha256(text.encode()).hexdigest()
        self._hold(conn, document_id)
        before = _BEFORE.first(conn, {"document_id": document_id})
        if before == (content_hash, *(row[name] for name in SHOWN)):
            conn.execute(_same_text(row))
            return AddedDocument(document_id, False, len(pieces))
        now = row["updated_at"]
        _KEEP_TEXT.run(conn, {"content_hash": content_hash, "text": text, "at": now})
        _REPLACE.run(conn, {**row, "content_hash": content_hash, "created_at": now})
        if before is not None:
            conn.execute(delete(document_vectors).where(document_vectors.c.document_id == document_id))
            conn.execute(delete(chunks).where(chunks.c.document_id == document_id))
        self.index(conn, pieces)
        if before is not None:
            _drop_unused_text(conn, before[0])
            note_deletion(conn)
        return AddedDocument(document_id, True, len(pieces), replaced=before is not None)

    # What another database does in another way.

    def _tidy(self, conn: Connection) -> None:
        merge_chunks(conn)

    def _hold(self, conn: Connection, document_id: str) -> None:
        """Whoever adds the same page at once waits; on SQLite whoever writes at all does."""

    def index(self, conn: Connection, pieces: Sequence[dict[str, Any]]) -> None:
        _CHUNKS.run_many(conn, pieces)

    def _find(self, conn: Connection, query: str, audience: Audience, limit: int) -> Sequence[Passage]:
        return search(conn, query, audience, limit)

    def _by_meaning(self, model: str) -> "Hybrid":
        # Its numbers' library takes as long to import as the rest of a start.
        from storage.search.hybrid import Hybrid

        return Hybrid(model, self._find)


SHOWN = ("title", "url", "source", "visibility")
"""What readers see next to the text: where one of these differs, the same text is another document."""
_HEAD = ("document_id", "team_id", "channel_id", "user_id", "title", "url", "source", "visibility")
_TEXT = (source_texts, source_texts.c.content_hash == documents.c.content_hash)
_DOCUMENTS = select(
    *(documents.c[name] for name in _HEAD),
    select(func.count()).where(chunks.c.document_id == documents.c.document_id).scalar_subquery().label("chunks"),
    *(documents.c[name] for name in ("updated_at", "kind", "size", "content_hash", "place_hash")),
).order_by(documents.c.team_id, documents.c.title, documents.c.document_id)
_TEAMS = select(documents.c.team_id, func.count().label("count_")).group_by(documents.c.team_id)
_OF_FILE = select(source_texts.c.text, documents.c.kind).join(*_TEXT)
_OF_FILE = _OF_FILE.where(documents.c.file_hash == bindparam("file_hash")).limit(1)
_SOURCES = (
    select(documents, source_texts.c.text)
    .join(*_TEXT)
    .where(documents.c.document_id.in_(bindparam("document_ids", expanding=True)), visible)
)
_BEFORE = Prepared(
    select(*(documents.c[name] for name in ("content_hash", *SHOWN))).where(
        documents.c.document_id == bindparam("document_id")
    )
)
_MADE_FROM = ("kind", "size", "file_hash", "place_hash")
_CHUNKS_OF = select(func.count()).where(chunks.c.document_id == documents.c.document_id).scalar_subquery()
_SAME = select(_CHUNKS_OF).where(
    *(documents.c[name] == bindparam(name) for name in ("document_id", "content_hash", *SHOWN, *_MADE_FROM))
)
"""Nothing to write, and no wait for the disk: most files of a folder that is added again."""
_KEEP_TEXT = Prepared(insert(source_texts).on_conflict_do_nothing())
_NEW = insert(documents)
_REPLACE = Prepared(
    _NEW.on_conflict_do_update(
        index_elements=["document_id"],
        set_={column.name: _NEW.excluded[column.name] for column in documents.c if column.name != "created_at"},
    )
)
_CHUNKS = Prepared(insert(chunks))


def _source(row: Row[Any], now: datetime) -> Source:
    return Source(row.document_id, row.title, row.url, now, row.content_hash)


def _document_row(document: NewDocument, page: Page) -> dict[str, Any]:
    title = " ".join(normal_form(document["title"]).split()) or page.title or "Untitled"
    source = " ".join(normal_form(document.get("source", "")).split()) or page.source
    return {
        "team_id": document["team_id"],
        "channel_id": document["channel_id"],
        "user_id": document.get("user_id", ""),
        "title": title,
        "url": normal_form(document.get("url", "")).strip() or page.url,
        "source": source,
        "name": name_of(title, source),
        "visibility": _visibility(document),
        "place_hash": place_hash(document.get("place", "")),
        **asdict(document.get("file") or File("", 0, "")),
    }


def _visibility(document: NewDocument) -> str:
    if document.get("public", False):
        return PUBLIC
    return "team" if document["channel_id"] is None else "channel"


def _chunk_rows(row: dict[str, Any], text: str) -> Sequence[dict[str, Any]]:
    return [
        {
            "chunk_id": f"{row['document_id']}#{position}",
            "document_id": row["document_id"],
            "position": position,
            "breadcrumb": chunk.breadcrumb,
            "text": chunk.text,
            "grams": grams_of(f"{chunk.breadcrumb}\n{chunk.text}"),
        }
        for position, chunk in enumerate(split(text, title=row["title"], source=row["source"]), start=1)
    ]


def _same_text(row: dict[str, Any]) -> Update:
    """A file that was saved again with the same words: next time it is known by its bytes, and by its place."""
    made_from = {name: row[name] for name in _MADE_FROM}
    return update(documents).where(documents.c.document_id == row["document_id"]).values(made_from)


def _remove(conn: Connection, document_id: str) -> bool:
    gone = delete(documents).where(documents.c.document_id == document_id).returning(documents.c.content_hash)
    conn.execute(delete(chunks).where(chunks.c.document_id == document_id))
    content_hash = conn.execute(gone).scalar()
    if content_hash is not None:
        _drop_unused_text(conn, content_hash)
        note_deletion(conn)
    return content_hash is not None


def _drop_unused_text(conn: Connection, content_hash: str) -> None:
    """A run that quotes from the text keeps it."""
    in_documents = select(documents.c.document_id).where(documents.c.content_hash == content_hash).exists()
    in_runs = select(sources.c.source_id).where(sources.c.content_hash == content_hash).exists()
    unused = (source_texts.c.content_hash == content_hash, ~in_documents, ~in_runs)
    conn.execute(delete(source_texts).where(*unused))
