"""Final answers of runs, and the full-text index over them with the triggers that keep it in step."""

import sqlalchemy as sa
from alembic import op

from storage.engine.migrations.frozen.on_postgres import on_sqlite

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "final_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("open_channel", sa.Boolean(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
        sa.UniqueConstraint("run_id"),
    )
    op.create_index("ix_final_answers_channel", "final_answers", ["team_id", "channel_id"])
    if not on_sqlite():
        _index_answers_on_postgres()
        return
    new, old = ("new.question, new.answer", "old.question, old.answer")
    insert = f"INSERT INTO answers_words(rowid, question, answer) VALUES (new.id, {new});"
    forget = f"INSERT INTO answers_words(answers_words, rowid, question, answer) VALUES ('delete', old.id, {old});"
    op.execute(
        "CREATE VIRTUAL TABLE answers_words USING fts5(question, answer, content='final_answers', "
        "content_rowid='id', tokenize='porter unicode61')"
    )
    op.execute(f"CREATE TRIGGER answers_words_inserted AFTER INSERT ON final_answers BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER answers_words_deleted AFTER DELETE ON final_answers BEGIN {forget} END")
    op.execute(f"CREATE TRIGGER answers_words_updated AFTER UPDATE ON final_answers BEGIN {forget} {insert} END")


def _index_answers_on_postgres() -> None:
    """Words and nothing else, or Postgres would read `asyncio.run` as the name of a host."""
    question, answer = (
        f"to_tsvector('english', regexp_replace(lower({column}), '[^[:alnum:]]+', ' ', 'g'))"
        for column in ("question", "answer")
    )
    words = f"setweight({question}, 'A') || {answer}"
    op.execute(f"ALTER TABLE final_answers ADD COLUMN words tsvector GENERATED ALWAYS AS ({words}) STORED")
    op.execute("CREATE INDEX ix_final_answers_words ON final_answers USING gin (words)")
