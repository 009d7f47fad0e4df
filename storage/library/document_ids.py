"""By what a document is known again when it is given a second time."""

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from storage.engine.library_tables import documents


def place_hash(place: str) -> str:
    """Of a path, say, which nobody who reads the library need see; also of one that is no text. Empty for no place."""
    return hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest() if place else ""


def identify(conn: Connection, row: Mapping[str, Any]) -> str:
    """The id the place has already, else a new one.

    Without a place url and title tell documents apart. One that was added when only these did is known again by them,
    and from then on by its place.
    """
    by_url_and_title = _digest(row, row["url"], row["title"])
    if not row["place_hash"]:
        return by_url_and_title
    known = {name: row[name] for name in ("team_id", "channel_id", "place_hash")}
    found = conn.execute(_KNOWN, {**known, "document_id": by_url_and_title}).first()
    return found.document_id if found else _digest(row, row["place_hash"])


_KNOWN = (
    select(documents.c.document_id)
    .where(
        documents.c.team_id == bindparam("team_id"),
        documents.c.channel_id.is_not_distinct_from(bindparam("channel_id")),
        or_(
            documents.c.place_hash == bindparam("place_hash"),
            (documents.c.place_hash == "") & (documents.c.document_id == bindparam("document_id")),
        ),
    )
    .order_by(documents.c.place_hash.desc())
    .limit(1)
)


def _digest(row: Mapping[str, Any], *place: str) -> str:
    """Short enough for a model to copy."""
    names = "\0".join((row["team_id"], row["channel_id"] or "", *place))
    return "d_" + b32encode(hashlib.sha256(names.encode()).digest())[:10].decode().lower()
