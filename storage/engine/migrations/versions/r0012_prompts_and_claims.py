"""Steps know the version of the prompt they were asked with; claims are kept in their drafts alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("steps", sa.Column("prompt", sa.String(), nullable=False, server_default=""))
    op.drop_table("claims")
