"""Pages that agents read outside the library: each version once, with the time it was read."""

import hashlib
from base64 import b32encode
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, or_, select

from orchestration.values.domain import Source
from orchestration.values.ports import Audience, Clock, KeptPage, Page
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.tables import pages, source_texts
from storage.search.chunks import normal_form


class Pages:
    """Implements `orchestration.ports.Pages`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def keep(self, page: Page, audience: Audience | None) -> KeptPage:
        row, text = _row(page, audience, self._clock.now()), normal_form(page.text)
        await self._db.write(lambda conn: _keep(conn, row, text))
        return _kept(row, text)

    async def of_today(self, address: str) -> KeptPage | None:
        day = self._clock.now().astimezone(UTC).date().isoformat()
        found = await self._db.read(lambda conn: conn.execute(_TODAY, {"address": address, "day": day}).first())
        return None if found is None else _kept(found._mapping, found.text)

    async def sources(self, source_ids: Sequence[str], audience: Audience) -> Sequence[tuple[Source, str]]:
        place = {"team_id": audience.team_id, "channel_id": audience.channel_id}
        values = {"page_ids": list(source_ids), **place}
        rows = await self._db.read(lambda conn: conn.execute(_SOURCES, values).all())
        return [(_source(row), row.text) for row in rows]


def _row(page: Page, audience: Audience | None, now: datetime) -> dict[str, Any]:
    content_hash = hashlib.sha256(normal_form(page.text).encode()).hexdigest()
    team_id, channel_id = (None, None) if audience is None else (audience.team_id, audience.channel_id)
    return {
        "page_id": _page_id(team_id or "", channel_id or "", page.url, content_hash),
        "team_id": team_id,
        "channel_id": channel_id,
        "address": normal_form(page.address),
        "url": normal_form(page.url),
        "title": " ".join(normal_form(page.title).split()),
        "content_hash": content_hash,
        "published_on": page.published_on.isoformat() if page.published_on else None,
        "links": [normal_form(link) for link in page.links],
        "day": now.astimezone(UTC).date().isoformat(),
        "retrieved_at": now,
    }


def _page_id(*place: str) -> str:
    """Short enough for a model to copy; a page that changed is another source."""
    return "w_" + b32encode(hashlib.sha256("\0".join(place).encode()).digest())[:10].decode().lower()


def _keep(conn: Connection, row: dict[str, Any], text: str) -> None:
    now = {"at": row["retrieved_at"]}
    conn.execute(
        insert(source_texts).on_conflict_do_nothing(), {"content_hash": row["content_hash"], "text": text, **now}
    )
    # Found unchanged on a later day it was retrieved then; the cache goes by the newest look.
    newer = {name: row[name] for name in ("address", "links", "day", "retrieved_at", "published_on", "title")}
    conn.execute(insert(pages).on_conflict_do_update(index_elements=["page_id"], set_=newer), row)


def _kept(row: Any, text: str) -> KeptPage:
    published = date.fromisoformat(row["published_on"]) if row["published_on"] else None
    page = Page(row["address"], row["url"], row["title"], text, published, tuple(row["links"]))
    return KeptPage(row["page_id"], page, row["retrieved_at"])


def _source(row: Row[Any]) -> Source:
    return Source(row.page_id, row.title, row.url, row.retrieved_at, row.content_hash)


_TEXT = (source_texts, source_texts.c.content_hash == pages.c.content_hash)
_visible: ColumnElement[bool] = or_(
    pages.c.team_id.is_(None),
    and_(pages.c.team_id == bindparam("team_id"), pages.c.channel_id == bindparam("channel_id")),
)
_SOURCES = (
    select(pages, source_texts.c.text)
    .join(*_TEXT)
    .where(pages.c.page_id.in_(bindparam("page_ids", expanding=True)), _visible)
)
_TODAY = (
    select(pages, source_texts.c.text)
    .join(*_TEXT)
    .where(pages.c.address == bindparam("address"), pages.c.day == bindparam("day"), pages.c.team_id.is_(None))
    .order_by(pages.c.retrieved_at.desc())
    .limit(1)
)
