"""An index over the names of sources, and literals such as `c++` in the full-text index of what words lack."""

import sqlalchemy as sa
from alembic import op

from storage.engine.migrations.frozen.on_postgres import create_index, library_is_there
from storage.engine.migrations.frozen.r0007 import grams_of, name_of

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_index("ix_documents_name", "documents", ["name", "team_id", "channel_id"])
    if library_is_there():
        return  # There names and literals were never kept in the older way.
    conn = op.get_bind()
    _rename(conn)
    _spell_literals(conn)


def _rename(conn: sa.Connection) -> None:
    rows = conn.execute(sa.text("SELECT document_id, title, source FROM documents")).all()
    names = [{"id": row.document_id, "name": name_of(row.title, row.source)} for row in rows]
    if names:
        conn.execute(sa.text("UPDATE documents SET name = :name WHERE document_id = :id"), names)


def _spell_literals(conn: sa.Connection) -> None:
    """A thousand at a time: a library may be larger than the memory."""
    after, most = sa.text("SELECT id, breadcrumb, text, grams FROM chunks WHERE id > :id ORDER BY id LIMIT 1000"), 0
    while rows := conn.execute(after, {"id": most}).all():
        most = rows[-1].id
        grams = {row.id: grams_of(f"{row.breadcrumb}\n{row.text}") for row in rows}
        changed = [{"id": row.id, "grams": grams[row.id]} for row in rows if row.grams != grams[row.id]]
        if changed:
            conn.execute(sa.text("UPDATE chunks SET grams = :grams WHERE id = :id"), changed)
