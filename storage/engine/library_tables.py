"""The tables of what agents read: documents and their chunks, pages from outside, and the texts of both."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from storage.engine.columns import Instant, Number, filled, metadata

source_texts = Table(
    "source_texts",
    metadata,
    Column("content_hash", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Each text once, as it was when it was read; `documents`, `pages` and `sources` point here."""

documents = Table(
    "documents",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("team_id", String, nullable=False),
    # NULL is for the whole team.
    Column("channel_id", String),
    Column("user_id", String, nullable=False),
    *filled(Text, "title", "url", "source", "name"),
    Column("content_hash", String, nullable=False),
    *filled(Instant, "created_at", "updated_at"),
    # public: anybody in the world may know it; team, channel: not outside of these.
    Column("visibility", String, nullable=False, server_default="team"),
    # Of the file it was made from: kind, bytes, and by what the same file is known again before it is converted.
    *filled(String, "kind", "file_hash", default="", server_default=""),
    Column("size", Integer, nullable=False, default=0, server_default="0"),
    # Of where it was given from, if that stays the same when title and text change; empty where nobody knows.
    Column("place_hash", String, nullable=False, default="", server_default=""),
    Index("ix_documents_audience", "team_id", "channel_id"),
    Index("ix_documents_file_hash", "file_hash"),
    Index("ix_documents_place", "place_hash"),
    Index("ix_documents_name", "name", "team_id", "channel_id"),
)

chunks = Table(
    "chunks",
    metadata,
    # The rowid of the full-text tables, which triggers keep in step.
    Column("id", Number, primary_key=True),
    Column("chunk_id", String, nullable=False, unique=True),
    Column("document_id", String, ForeignKey("documents.document_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    *filled(Text, "breadcrumb", "text", "grams"),
)

pages = Table(
    "pages",
    metadata,
    Column("page_id", String, primary_key=True),
    # NULL is for every team: what anybody could have fetched. Else whose conversation alone may see it.
    *[Column(name, String) for name in ("team_id", "channel_id")],
    # What was asked for, and where that led.
    *filled(Text, "address", "url", "title"),
    Column("content_hash", String, nullable=False),
    # ISO date, where the page says when it was published.
    Column("published_on", String),
    Column("links", JSON, nullable=False),
    # UTC date of retrieval: an address is fetched once a day.
    Column("day", String, nullable=False),
    Column("retrieved_at", Instant, nullable=False),
    Index("ix_pages_address_day", "address", "day"),
)
"""What agents read outside the library, each version of a page once."""

final_answers = Table(
    "final_answers",
    metadata,
    # The rowid of the full-text table, which triggers keep in step.
    Column("id", Number, primary_key=True),
    Column("run_id", String, ForeignKey("runs.run_id", ondelete="CASCADE"), nullable=False, unique=True),
    *filled(String, "team_id", "channel_id"),
    # Whether every full member of the team may read the channel, and whether the run read public sources alone.
    *filled(Boolean, "open_channel", "public"),
    # Whether it rests on what only its own channel may see, wherever else that channel can be read.
    Column("channel_only", Boolean, nullable=False, default=False, server_default=false()),
    *filled(Text, "question", "answer"),
    Column("version", Integer, nullable=False),
    # By a person.
    Column("approved", Boolean, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index("ix_final_answers_channel", "team_id", "channel_id"),
)
"""The newest final answer of each run that read something: what a team's memory is searched for."""

erasures = Table(
    "erasures",
    metadata,
    Column("id", Integer, primary_key=True),
    # How often a text was deleted or replaced, and up to which of these nothing of it is left in the file's bytes.
    *filled(Integer, "deletions", "erased"),
)
"""One row. An erasure is due while its numbers differ; on Postgres there is none."""
