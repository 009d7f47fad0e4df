"""Pages that were read outside the library, and whom a document may be known to."""

import sqlalchemy as sa
from alembic import op

from storage.engine.migrations.frozen.on_postgres import add_column

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "pages",
        sa.Column("page_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String()),
        sa.Column("channel_id", sa.String()),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("published_on", sa.String()),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("retrieved_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("page_id"),
    )
    op.create_index("ix_pages_address_day", "pages", ["address", "day"])
    add_column("documents", sa.Column("visibility", sa.String(), nullable=False, server_default="team"))
    op.execute("UPDATE documents SET visibility = 'channel' WHERE channel_id IS NOT NULL")
    # Team * is every team: the demo's handbook.
    op.execute("UPDATE documents SET visibility = 'public' WHERE team_id = '*'")
