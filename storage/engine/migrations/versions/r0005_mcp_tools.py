"""The tools of MCP servers: as they were seen and as they were approved."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "mcp_tools",
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seen_hash", sa.String(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("approved_hash", sa.String()),
        sa.Column("approved", sa.Text()),
        sa.Column("approved_at", sa.String(27)),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("server", "tool"),
    )
