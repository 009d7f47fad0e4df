"""What a document was made from: the kind and size of its file, and by what the same file is known again."""

import sqlalchemy as sa

from storage.engine.migrations.frozen.on_postgres import add_column, create_index

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("kind", "file_hash"):
        add_column("documents", sa.Column(name, sa.String(), nullable=False, server_default=""))
    add_column("documents", sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
    create_index("ix_documents_file_hash", "documents", ["file_hash"])
