"""The place a document was given from, by which a file is known again though its first heading changed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("documents", sa.Column("place_hash", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_documents_place", "documents", ["place_hash"], unique=False)
