"""All tables, in the order in which a question meets them.

Money is integer nano-USD, time is `Instant`. JSON that this package encodes itself is `Text`, so that a row can be
written without a second pass. The full-text tables over `chunks` are SQLite's own and live in the migrations.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time as ISO 8601 text of fixed width, which sorts as time does."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


Nano = BigInteger
# SQLite gives its fast, ever-growing row numbers to columns of the type INTEGER alone.
Number = BigInteger().with_variant(Integer, "sqlite")


def _columns(kind: TypeEngine[Any] | type[TypeEngine[Any]], *names: str, **options: Any) -> list[Column[Any]]:
    return [Column(name, kind, nullable=False, **options) for name in names]


def _run_id(**options: Any) -> Column[str]:
    return Column("run_id", String, ForeignKey("runs.run_id", ondelete="CASCADE"), nullable=False, **options)


runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    *_columns(String, "team_id", "channel_id", "thread_ts", "user_id"),
    Column("question", Text, nullable=False),
    # The whole Question as JSON: the columns beside it are what is searched for.
    Column("asked", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("epoch", Integer, nullable=False, default=0),
    # The epoch in which a step was last recorded, and the one after which a person last set the run going.
    *_columns(Integer, "progress_epoch", "set_going_epoch", default=0),
    Column("draft_version", Integer, nullable=False, default=1),
    Column("budget_nano_usd", Nano, nullable=False),
    *_columns(Float, "seconds", "segment_seconds", default=0.0),
    # Wall time up to which `seconds` counts, while the run works.
    Column("worked_until", Float),
    Column("route_strategy", String),
    Column("route_reason", Text),
    Column("route_subtask_count", Integer),
    Column("route_low_nano_usd", Nano),
    Column("route_high_nano_usd", Nano),
    Column("route_chosen_by", String),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Index("ix_runs_conversation", "team_id", "channel_id", "thread_ts"),
    Index("ix_runs_status", "status"),
    Index("ix_runs_created_at", "created_at"),
)

subtasks = Table(
    "subtasks",
    metadata,
    _run_id(primary_key=True),
    Column("subtask_id", String, primary_key=True),
    *_columns(Integer, "version", "position"),
    *_columns(Text, "title", "instructions"),
    Column("status", String, nullable=False),
    Column("report", Text, nullable=False, default=""),
    Column("error", Text),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    sqlite_with_rowid=False,
)

steps = Table(
    "steps",
    metadata,
    Column("id", Number, primary_key=True),
    _run_id(),
    Column("key", String, nullable=False),
    # 0 while this is the key's result; its own id once a different request took the key over.
    Column("superseded", Number, nullable=False, default=0),
    Column("epoch", Integer, nullable=False),
    *_columns(String, "agent", "operation", "request_hash"),
    Column("result", Text, nullable=False),
    Column("model", String, nullable=False),
    *_columns(Integer, "input_tokens", "output_tokens", "cache_read_tokens"),
    Column("cost_nano_usd", Nano, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("run_id", "key", "superseded"),
)

drafts = Table(
    "drafts",
    metadata,
    _run_id(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    _run_id(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    *_columns(String, "source_id", "support"),
    Column("quote", Text, nullable=False),
    sqlite_with_rowid=False,
)

sources = Table(
    "sources",
    metadata,
    _run_id(primary_key=True),
    Column("source_id", String, primary_key=True),
    *_columns(Text, "title", "url"),
    Column("retrieved_at", Instant, nullable=False),
    Column("content_hash", String, nullable=False),
    sqlite_with_rowid=False,
)

source_texts = Table(
    "source_texts",
    metadata,
    Column("content_hash", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Each text once, as it was when it was read; `documents.content_hash` and `sources.content_hash` point here."""

critiques = Table(
    "critiques",
    metadata,
    _run_id(primary_key=True),
    Column("draft_version", Integer, primary_key=True),
    *_columns(String, "verdict", "body"),
    Column("at", Instant, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Number, primary_key=True),
    _run_id(index=True),
    Column("draft_version", Integer, nullable=False),
    *_columns(String, "user_id", "decision", "comment"),
    Column("note_ids", JSON, nullable=False),
    Column("at", Instant, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Number, primary_key=True),
    _run_id(),
    *_columns(String, "key", "type", "body"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("run_id", "key"),
    Index("ix_events_steered", "id", sqlite_where=text("type = 'Steered'"), postgresql_where=text("type = 'Steered'")),
    # A cursor must never see a number again, also after old runs were deleted.
    sqlite_autoincrement=True,
)

budgets = Table(
    "budgets",
    metadata,
    Column("scope", String, primary_key=True),
    Column("period", String, nullable=False),
    # NULL is an explicit "unlimited".
    Column("limit_nano_usd", Nano),
    Column("set_by", String, nullable=False),
    Column("set_at", Instant, nullable=False),
)

budget_changes = Table(
    "budget_changes",
    metadata,
    Column("id", Number, primary_key=True),
    *_columns(String, "scope", "change", "period", "by"),
    Column("limit_nano_usd", Nano),
    Column("at", Instant, nullable=False),
)
"""Who set or removed which budget; `budgets` knows only what holds now."""

holds = Table(
    "holds",
    metadata,
    Column("hold_id", String, primary_key=True),
    _run_id(),
    Column("epoch", Integer, nullable=False),
    *_columns(String, "step_key", "agent", "model"),
    Column("amount_nano_usd", Nano, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, default=""),
    # [[scope, period], …] that this hold counts on, in the order in which they are asked.
    Column("scopes", Text, nullable=False),
    # In the installation's time zone; a month is its first seven letters.
    Column("day", String, nullable=False),
    *_columns(Instant, "lease_until", "opened_at"),
    Column("closed_at", Instant),
    Index("ix_holds_run_id_step_key", "run_id", "step_key"),
    Index("ix_holds_day", "day"),
    Index("ix_holds_open", "lease_until", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    sqlite_with_rowid=False,
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("hold_id", String, ForeignKey("holds.hold_id", ondelete="RESTRICT"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("period", String, primary_key=True),
    # What moves between the scope's three accounts; `estimated` is the part of `spent` that is a guess.
    *_columns(Nano, "available", "held", "spent", "estimated"),
    # What the request used and its prices, as JSON; only in the entry of the run's own scope.
    Column("detail", Text),
    *_columns(Integer, "input_tokens", "output_tokens", "cache_read_tokens", default=0),
    Column("at", Instant, nullable=False),
    CheckConstraint("available + held + spent = 0", name="balanced"),
    sqlite_with_rowid=False,
)

balances = Table(
    "balances",
    metadata,
    Column("scope", String, primary_key=True),
    Column("period", String, primary_key=True),
    *_columns(Nano, "held", "spent", "estimated"),
    sqlite_with_rowid=False,
)
"""A cache of the entries' sums, on which a hold's guarded update decides."""

documents = Table(
    "documents",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("team_id", String, nullable=False),
    # NULL is for the whole team.
    Column("channel_id", String),
    Column("user_id", String, nullable=False),
    *_columns(Text, "title", "url", "source", "name"),
    Column("content_hash", String, nullable=False),
    *_columns(Instant, "created_at", "updated_at"),
    Index("ix_documents_audience", "team_id", "channel_id"),
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
    *_columns(Text, "breadcrumb", "text", "grams"),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Number, primary_key=True),
    _run_id(),
    Column("slot", String, nullable=False),
    *_columns(String, "team_id", "channel_id", "thread_ts"),
    # What the thread should show, and which version of it the thread last showed.
    Column("payload", Text, nullable=False),
    *_columns(Integer, "version", "sent_version", "attempts", default=0),
    # pending → sending → sent | pending again | failed; uncertain: an attempt may have got through.
    Column("state", String, nullable=False),
    Column("uncertain", Boolean, nullable=False, default=False),
    Column("ts", String),
    Column("error", Text, nullable=False, default=""),
    *_columns(Instant, "next_attempt_at", "created_at", "updated_at"),
    UniqueConstraint("run_id", "slot"),
    Index("ix_posts_state", "state"),
)

presenter_cursor = Table(
    "presenter_cursor",
    metadata,
    Column("name", String, primary_key=True),
    Column("event_id", Number, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    # NULL where Slack gave none: only real ids have to be unique.
    Column("event_id", String, unique=True),
    Column("kind", String, nullable=False),
    Column("payload", Text, nullable=False),
    # pending → done | dead
    Column("state", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    *_columns(Text, "outcome", "error", default=""),
    *_columns(Instant, "received_at", "next_attempt_at"),
    Column("done_at", Instant),
)
