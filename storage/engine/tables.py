"""All tables, in the order in which a question meets them.

Money is integer nano-USD, time is `Instant`. JSON that this package encodes itself is `Text`, so that a row can be
written without a second pass. What agents read is in `library_tables.py`; the full-text tables over `chunks` are
SQLite's own and live in the migrations.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.engine.columns import Instant, Nano, Number, filled, run_id_column
from storage.engine.columns import metadata as metadata
from storage.engine.library_tables import chunks as chunks
from storage.engine.library_tables import documents as documents
from storage.engine.library_tables import erasures as erasures
from storage.engine.library_tables import final_answers as final_answers
from storage.engine.library_tables import pages as pages
from storage.engine.library_tables import source_texts as source_texts
from storage.engine.mcp_tables import mcp_tools as mcp_tools

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    *filled(String, "team_id", "channel_id", "thread_ts", "user_id"),
    Column("question", Text, nullable=False),
    # The whole Question as JSON: the other columns are what is searched for.
    Column("asked", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("epoch", Integer, nullable=False, default=0),
    # The epoch in which a step was last recorded, and the one after which a person last set the run going.
    *filled(Integer, "progress_epoch", "set_going_epoch", default=0),
    Column("draft_version", Integer, nullable=False, default=1),
    Column("budget_nano_usd", Nano, nullable=False),
    *filled(Float, "seconds", "segment_seconds", default=0.0),
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
    # When a deadline first came to what was waiting already: the upgrade that brought it.
    Column("waits_since", Instant),
    Index("ix_runs_conversation", "team_id", "channel_id", "thread_ts"),
    Index("ix_runs_status", "status"),
    Index("ix_runs_created_at", "created_at"),
)

subtasks = Table(
    "subtasks",
    metadata,
    run_id_column(primary_key=True),
    Column("subtask_id", String, primary_key=True),
    *filled(Integer, "version", "position"),
    *filled(Text, "title", "instructions"),
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
    run_id_column(),
    Column("key", String, nullable=False),
    # 0 while this is the key's result; its own id once a different request took the key over.
    Column("superseded", Number, nullable=False, default=0),
    Column("epoch", Integer, nullable=False),
    *filled(String, "agent", "operation", "request_hash"),
    # Which wording of its instructions it was asked with; empty where none was sent, and in version 0.1.
    Column("prompt", String, nullable=False, server_default=""),
    Column("result", Text, nullable=False),
    Column("model", String, nullable=False),
    *filled(Integer, "input_tokens", "output_tokens", "cache_read_tokens"),
    Column("cost_nano_usd", Nano, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("run_id", "key", "superseded"),
)

drafts = Table(
    "drafts",
    metadata,
    run_id_column(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    run_id_column(primary_key=True),
    Column("source_id", String, primary_key=True),
    *filled(Text, "title", "url"),
    Column("retrieved_at", Instant, nullable=False),
    Column("content_hash", String, nullable=False),
    sqlite_with_rowid=False,
)

critiques = Table(
    "critiques",
    metadata,
    run_id_column(primary_key=True),
    Column("draft_version", Integer, primary_key=True),
    *filled(String, "verdict", "body"),
    Column("at", Instant, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Number, primary_key=True),
    run_id_column(index=True),
    Column("draft_version", Integer, nullable=False),
    *filled(String, "user_id", "decision", "comment"),
    Column("note_ids", JSON, nullable=False),
    Column("at", Instant, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Number, primary_key=True),
    run_id_column(),
    *filled(String, "key", "type", "body"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("run_id", "key"),
    Index("ix_events_steered", "id", sqlite_where=text("type = 'Steered'")),
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
    *filled(String, "scope", "change", "period", "by"),
    Column("limit_nano_usd", Nano),
    # What held before; no period where no limit did.
    Column("before_period", String, nullable=False, server_default=""),
    Column("before_nano_usd", Nano),
    Column("at", Instant, nullable=False),
)
"""Who set or removed which budget; `budgets` knows only what holds now."""

pauses = Table(
    "pauses",
    metadata,
    Column("scope", String, primary_key=True),
    *filled(String, "pause_id", "by"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
)
"""Where no new call may leave until an owner resumes work."""

holds = Table(
    "holds",
    metadata,
    Column("hold_id", String, primary_key=True),
    # Who pays: a run, or where there is none the team's library.
    Column("run_id", String, ForeignKey("runs.run_id", ondelete="CASCADE")),
    Column("team_id", String),
    Column("epoch", Integer, nullable=False),
    *filled(String, "step_key", "agent", "model"),
    Column("amount_nano_usd", Nano, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, default=""),
    # [[scope, period], …] that this hold counts on, in the order in which they are asked.
    Column("scopes", Text, nullable=False),
    # In the installation's time zone; a month is its first seven letters.
    Column("day", String, nullable=False),
    *filled(Instant, "lease_until", "opened_at"),
    Column("closed_at", Instant),
    Index("ix_holds_run_id_step_key", "run_id", "step_key"),
    Index("ix_holds_day", "day"),
    Index("ix_holds_open", "lease_until", sqlite_where=text("state = 'open'")),
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
    *filled(Nano, "available", "held", "spent", "estimated"),
    # What the request used and its prices, or who adjusted it and why, as JSON; only in the payer's own scope.
    Column("detail", Text),
    *filled(Integer, "input_tokens", "output_tokens", "cache_read_tokens", default=0),
    Column("at", Instant, nullable=False),
    CheckConstraint("available + held + spent = 0", name="balanced"),
    sqlite_with_rowid=False,
)

balances = Table(
    "balances",
    metadata,
    Column("scope", String, primary_key=True),
    Column("period", String, primary_key=True),
    *filled(Nano, "held", "spent", "estimated"),
    sqlite_with_rowid=False,
)
"""A cache of the entries' sums, on which a hold's guarded update decides."""

posts = Table(
    "posts",
    metadata,
    Column("id", Number, primary_key=True),
    run_id_column(),
    Column("slot", String, nullable=False),
    *filled(String, "team_id", "channel_id", "thread_ts"),
    # What the thread should show, and which version of it the thread last showed.
    Column("payload", Text, nullable=False),
    *filled(Integer, "version", "sent_version", "attempts", default=0),
    # pending → sending → sent | pending again | failed; uncertain: an attempt may have got through.
    Column("state", String, nullable=False),
    Column("uncertain", Boolean, nullable=False, default=False),
    Column("ts", String),
    Column("error", Text, nullable=False, default=""),
    *filled(Instant, "next_attempt_at", "created_at", "updated_at"),
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
    *filled(Text, "outcome", "error", default=""),
    *filled(Instant, "received_at", "next_attempt_at"),
    Column("done_at", Instant),
)
