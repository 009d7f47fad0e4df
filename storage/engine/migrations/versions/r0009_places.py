"""The place a document was given from, by which a file is known again though its first heading changed."""

import sqlalchemy as sa

from storage.engine.migrations.frozen.on_postgres import add_column, create_index

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    add_column("documents", sa.Column("place_hash", sa.String(), nullable=False, server_default=""))
    create_index("ix_documents_place", "documents", ["place_hash"])
