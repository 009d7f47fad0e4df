"""The first tables, and the full-text indexes over chunks with the triggers that keep them in step.

Written out rather than taken from `tables.py`: that file goes on changing, what this step makes must not.
"""

import sqlalchemy as sa
from alembic import op

from storage.engine.migrations.frozen.on_postgres import library_is_there, on_sqlite

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "chunks_porter": ("porter unicode61", ("breadcrumb", "text")),
    "chunks_unicode": ("unicode61", ("breadcrumb", "text")),
    "chunks_grams": ("unicode61", ("grams",)),
}


def upgrade() -> None:
    library = ON_POSTGRES_BEFORE if library_is_there() else ()
    for create in TABLES:
        if create not in library:
            create()
    if not on_sqlite():
        _index_chunks_on_postgres()
        return
    for name, (tokenizer, columns) in INDEXES.items():
        _index_chunks(name, tokenizer, columns)


def _index_chunks_on_postgres() -> None:
    """Written with each chunk and not generated: Postgres would read `asyncio.run` as the name of a host."""
    for column in ("stems", "words", "pairs"):
        op.execute(f"ALTER TABLE chunks ADD COLUMN IF NOT EXISTS {column} tsvector NOT NULL DEFAULT ''")
        # Without a list of pending entries, which every search would have to read through after a large `docs add`.
        made = f"CREATE INDEX IF NOT EXISTS ix_chunks_{column} ON chunks USING gin ({column}) WITH (fastupdate = off)"
        op.execute(made)


def _index_chunks(name: str, tokenizer: str, columns: tuple[str, ...]) -> None:
    """The text stays in `chunks` alone; the index needs the old text when it goes."""
    names = ", ".join(columns)
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
    insert = f"INSERT INTO {name}(rowid, {names}) VALUES (new.id, {new});"
    forget = f"INSERT INTO {name}({name}, rowid, {names}) VALUES ('delete', old.id, {old});"
    op.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5({names}, content='chunks', content_rowid='id', tokenize='{tokenizer}')"
    )
    op.execute(f"CREATE TRIGGER {name}_inserted AFTER INSERT ON chunks BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER {name}_deleted AFTER DELETE ON chunks BEGIN {forget} END")
    op.execute(f"CREATE TRIGGER {name}_updated AFTER UPDATE ON chunks BEGIN {forget} {insert} END")


def _balances() -> None:
    op.create_table(
        "balances",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("estimated", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "period"),
        sqlite_with_rowid=False,
    )


def _budget_changes() -> None:
    op.create_table(
        "budget_changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("limit_nano_usd", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("limit_nano_usd", sa.BigInteger(), nullable=True),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("scope"),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_index("ix_documents_audience", "documents", ["team_id", "channel_id"], unique=False)


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.Column("next_attempt_at", sa.String(length=27), nullable=False),
        sa.Column("done_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_inbox_state"), "inbox", ["state"], unique=False)


def _presenter_cursor() -> None:
    op.create_table(
        "presenter_cursor",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("progress_epoch", sa.Integer(), nullable=False),
        sa.Column("set_going_epoch", sa.Integer(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("budget_nano_usd", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("segment_seconds", sa.Float(), nullable=False),
        sa.Column("worked_until", sa.Float(), nullable=True),
        sa.Column("route_strategy", sa.String(), nullable=True),
        sa.Column("route_reason", sa.Text(), nullable=True),
        sa.Column("route_subtask_count", sa.Integer(), nullable=True),
        sa.Column("route_low_nano_usd", sa.BigInteger(), nullable=True),
        sa.Column("route_high_nano_usd", sa.BigInteger(), nullable=True),
        sa.Column("route_chosen_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=True),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("run_id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_runs_conversation", "runs", ["team_id", "channel_id", "thread_ts"], unique=False)
    op.create_index("ix_runs_created_at", "runs", ["created_at"], unique=False)
    op.create_index("ix_runs_status", "runs", ["status"], unique=False)


def _source_texts() -> None:
    op.create_table(
        "source_texts",
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("content_hash"),
    )


def _chunks() -> None:
    op.create_table(
        "chunks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("chunk_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("breadcrumb", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grams", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.document_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chunk_id"),
    )
    op.create_index(op.f("ix_chunks_document_id"), "chunks", ["document_id"], unique=False)


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("support", sa.String(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "version", "position"),
        sqlite_with_rowid=False,
    )


def _critiques() -> None:
    op.create_table(
        "critiques",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "draft_version"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "version"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run_id", "key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_events_steered",
        "events",
        ["id"],
        unique=False,
        sqlite_where=sa.text("type = 'Steered'"),
        postgresql_where=sa.text("type = 'Steered'"),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("hold_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("step_key", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("amount_nano_usd", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("lease_until", sa.String(length=27), nullable=False),
        sa.Column("opened_at", sa.String(length=27), nullable=False),
        sa.Column("closed_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hold_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_holds_day", "holds", ["day"], unique=False)
    op.create_index(
        "ix_holds_open",
        "holds",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_holds_run_id_step_key", "holds", ["run_id", "step_key"], unique=False)


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("next_attempt_at", sa.String(length=27), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run_id", "slot"),
    )
    op.create_index("ix_posts_state", "posts", ["state"], unique=False)


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("note_ids", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_reviews_run_id"), "reviews", ["run_id"], unique=False)


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("retrieved_at", sa.String(length=27), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "source_id"),
        sqlite_with_rowid=False,
    )


def _steps() -> None:
    op.create_table(
        "steps",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("superseded", NUMBER, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cache_read_tokens", sa.Integer(), nullable=False),
        sa.Column("cost_nano_usd", sa.BigInteger(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run_id", "key", "superseded"),
    )


def _subtasks() -> None:
    op.create_table(
        "subtasks",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("subtask_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_at", sa.String(length=27), nullable=True),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "subtask_id"),
        sqlite_with_rowid=False,
    )


def _ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("hold_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("estimated", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cache_read_tokens", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.CheckConstraint("available + held + spent = 0", name=op.f("ck_ledger_entries_balanced")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.hold_id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("hold_id", "kind", "scope", "period"),
        sqlite_with_rowid=False,
    )


TABLES = (
    _balances,
    _budget_changes,
    _budgets,
    _documents,
    _inbox,
    _presenter_cursor,
    _runs,
    _source_texts,
    _chunks,
    _claims,
    _critiques,
    _drafts,
    _events,
    _holds,
    _posts,
    _reviews,
    _sources,
    _steps,
    _subtasks,
    _ledger_entries,
)
"""In the order of their references."""
ON_POSTGRES_BEFORE = (_documents, _source_texts, _chunks)
"""What earlier versions kept on Postgres, with all columns they had by revision 0012."""
