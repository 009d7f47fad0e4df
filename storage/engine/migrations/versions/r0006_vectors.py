"""Vectors of chunks, and holds that a team's library pays instead of a run."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_without_not_null()
    else:
        op.alter_column("holds", "run_id", nullable=True)
    op.add_column("holds", sa.Column("team_id", sa.String(), nullable=True))
    op.create_table(
        "vectors",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("chunk_id", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["chunk_id"], ["chunks.chunk_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chunk_id", "model"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document_vectors",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("newest_id", NUMBER, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.document_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id"),
        sqlite_with_rowid=False,
    )


def _rebuild_without_not_null() -> None:
    """SQLite cannot loosen a column. Both tables are made again from their own text, whatever columns they have by now.

    Both, and the entries first out: `holds` cannot be dropped while entries point at it.
    """
    made = {name: _statement(name) for name in ("holds", "ledger_entries")}
    made["holds"] = made["holds"].replace("run_id VARCHAR NOT NULL", "run_id VARCHAR")
    made["ledger_entries"] = made["ledger_entries"].replace("REFERENCES holds ", "REFERENCES new_holds ")
    indexes = [sql for name in made for sql in _indexes(name)]
    for name, sql in made.items():
        op.execute(sql.replace(f"CREATE TABLE {name} ", f"CREATE TABLE new_{name} ", 1))
        op.execute(f"INSERT INTO new_{name} SELECT * FROM {name}")
    for name in reversed(made):
        op.execute(f"DROP TABLE {name}")
    for name in made:
        op.execute(f"ALTER TABLE new_{name} RENAME TO {name}")
    for sql in indexes:
        op.execute(sql)


def _statement(table: str) -> str:
    found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    sql: str = op.get_bind().execute(found, {"name": table}).scalar_one()
    # After an earlier renaming SQLite quotes the name.
    return sql.replace(f'CREATE TABLE "{table}"', f"CREATE TABLE {table} ", 1).replace('"holds"', "holds ")


def _indexes(table: str) -> list[str]:
    found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL")
    return list(op.get_bind().execute(found, {"name": table}).scalars())
