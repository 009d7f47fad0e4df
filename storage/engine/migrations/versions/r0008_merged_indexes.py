"""Full-text indexes whose segments are merged two by two, and at once what a library has by now."""

from alembic import op

from storage.engine.migrations.frozen.on_postgres import on_sqlite

revision = "0008"
down_revision = "0007"

INDEXES = ("chunks_porter", "chunks_unicode", "chunks_grams")


def upgrade() -> None:
    for index in INDEXES if on_sqlite() else ():
        op.execute(f"INSERT INTO {index}({index}, rank) VALUES ('usermerge', 2)")
        op.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")
