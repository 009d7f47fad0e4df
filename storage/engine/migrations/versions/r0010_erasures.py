"""What is left to erase, also where whoever deleted it was killed; at first, whatever an earlier version left."""

import sqlalchemy as sa
from alembic import op

from storage.engine.migrations.frozen.on_postgres import on_sqlite

revision = "0010"
down_revision = "0009"

SEGMENTS = "SELECT 1 FROM chunks_porter_data WHERE id > 10"
"""Below, the index keeps its averages and its structure."""


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("deletions", sa.Integer(), nullable=False),
        sa.Column("erased", sa.Integer(), nullable=False),
    )
    deletions = f"EXISTS ({SEGMENTS})" if on_sqlite() else "0"
    op.execute(f"INSERT INTO erasures (id, deletions, erased) SELECT 1, {deletions}, 0")
