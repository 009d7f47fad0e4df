"""Bringing a file to this version's tables, in one transaction that a kill undoes as a whole."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from orchestration.values.errors import OperatorError

HEAD = "0015"
"""The newest revision in `migrations/versions`; named here so that an up-to-date file opens without alembic."""


class DatabaseTooNew(OperatorError):
    """The database was written by a newer version of Threadwork. Install that version, or name another file."""


class NoFullTextSearch(OperatorError):
    """This Python's SQLite was built without FTS5, which searching documents needs. Use python.org's or Debian's."""


def require_full_text_search(conn: Connection) -> None:
    try:
        conn.execute(text("CREATE VIRTUAL TABLE temp.fts5_there USING fts5(word)"))
    except DBAPIError as error:
        if "no such module" not in str(error.orig):
            raise
        raise NoFullTextSearch from error
    conn.execute(text("DROP TABLE temp.fts5_there"))


def upgrade(conn: Connection, *, shown_url: str) -> None:
    """Inside the caller's transaction. Migrations only ever add, so a known revision is always on the way to HEAD."""
    current = revision(conn)
    if current == HEAD:
        return
    if current is not None and not (current.isdigit() and current < HEAD):
        raise DatabaseTooNew(
            f"The database {shown_url} was written by a newer version of Threadwork (its tables have revision "
            f"{current}, this version knows {HEAD}). Install that version, or name another file in DATABASE_URL."
        )
    _run_alembic(conn)


def revision(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _run_alembic(conn: Connection) -> None:
    # Its import costs more than everything else here, and only a new or an old file needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, HEAD)
