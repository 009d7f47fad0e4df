"""What the first twelve migrations ask of a Postgres database, where earlier versions kept the library alone."""

import sqlalchemy as sa
from alembic import op


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def library_is_there() -> bool:
    return not on_sqlite() and sa.inspect(op.get_bind()).has_table("documents")


def add_column(table: str, column: "sa.Column[object]") -> None:
    """Where it is not there already; SQLite's statement cannot say so, and there no column ever is."""
    op.add_column(table, column, if_not_exists=None if on_sqlite() else True)


def create_index(name: str, table: str, columns: list[str]) -> None:
    op.create_index(name, table, columns, unique=False, if_not_exists=True)
