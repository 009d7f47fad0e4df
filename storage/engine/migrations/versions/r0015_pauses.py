"""Owners pause work; each change of a budget keeps what held before it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("budget_changes", sa.Column("before_period", sa.String(), nullable=False, server_default=""))
    op.add_column("budget_changes", sa.Column("before_nano_usd", sa.BigInteger()))
    op.create_table(
        "pauses",
        sa.Column("scope", sa.String(), primary_key=True),
        sa.Column("pause_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.String(27), nullable=False),
    )
