"""`INSERT … ON CONFLICT`, written once for both databases."""

from typing import Any

from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles

__all__ = ["insert"]


@compiles(OnConflictDoNothing, "postgresql")
@compiles(OnConflictDoUpdate, "postgresql")
def _on_postgres(clause: Any, compiler: Any, **options: Any) -> str:
    """The same words in the same order; Postgres could name a constraint as well, which is never done here."""
    clause.constraint_target = None
    visit = getattr(compiler, f"visit_{clause.__visit_name__}")
    return str(visit(clause, **options))
