"""The library's tables on Postgres, and their full-text indexes."""

from sqlalchemy import Connection, text

from storage.engine.tables import chunks, documents, metadata, source_texts

LOCK = 0x7468_7265_6164
"""An advisory lock's number: of two processes that open a new database at once one makes the tables."""

INDEXES = {"stems": "by word stems", "words": "by words as written", "pairs": "by pairs of letters without spaces"}
"""`tsvector` columns of `chunks`. Written with each chunk and not generated: Postgres would read `asyncio.run` as the
name of a host, and lower-case by the database's locale; see `storage.postgres_search.folded`."""


def upgrade(conn: Connection) -> None:
    """Does nothing where everything is there."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
    metadata.create_all(conn, tables=[source_texts, documents, chunks])
    place = "ALTER TABLE documents ADD COLUMN IF NOT EXISTS place_hash varchar NOT NULL DEFAULT ''"
    conn.execute(text(place))
    conn.execute(text("CREATE INDEX IF NOT EXISTS ix_documents_place ON documents (place_hash)"))
    for column in INDEXES:
        conn.execute(text(f"ALTER TABLE chunks ADD COLUMN IF NOT EXISTS {column} tsvector NOT NULL DEFAULT ''"))
        # Without a list of pending entries, which every search would have to read through after a large `docs add`.
        made = f"CREATE INDEX IF NOT EXISTS ix_chunks_{column} ON chunks USING gin ({column}) WITH (fastupdate = off)"
        conn.execute(text(made))
