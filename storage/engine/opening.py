"""From a DATABASE_URL to the database it names."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from orchestration.values.errors import OperatorError
from orchestration.values.ports import Clock
from storage.engine.database import Database

WRITE = "Write sqlite+aiosqlite:///threadwork.db, or postgresql://USER:PASSWORD@HOST/NAME."


async def open_database(url: str, *, clock: Clock, working: bool = False) -> Database:
    """Brings its tables to this version; a SQLite file is created where there is none.

    `working` is for the process that drives runs: dozens of writes a second, which are grouped on SQLite.
    """
    if is_postgres(url):
        # With psycopg this takes as long to import as all that a command on a file needs.
        from storage.engine.postgres import PostgresDatabase

        return await PostgresDatabase.open(_address(url), clock=clock)
    from storage.engine.sqlite import SqliteDatabase

    return await SqliteDatabase.open(path_of(url), clock=clock, working=working)


def is_postgres(url: str) -> bool:
    return _address(url).get_backend_name() in ("postgresql", "postgres")


def path_of(url: str) -> Path:
    """The file a DATABASE_URL names."""
    address = _address(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        raise OperatorError(f"DATABASE_URL does not name a SQLite file. {WRITE}")
    return Path(address.database)


def is_missing(url: str) -> bool:
    """A file that no command has made yet."""
    return not is_postgres(url) and not path_of(url).exists()


def shown(url: str) -> str:
    """A database as people may see it: a file by its name, a server without the password."""
    return _address(url).render_as_string(hide_password=True) if is_postgres(url) else path_of(url).name


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise OperatorError(f"DATABASE_URL is not an address of a database. {WRITE}") from error
