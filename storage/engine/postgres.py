"""A Postgres database: blocking connections in threads, as on SQLite, each piece of work one transaction."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from psycopg import Error as PsycopgError
from psycopg.types.string import StrDumper
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from orchestration.values.errors import OperatorError
from orchestration.values.text import clean
from storage.engine.postgres_schema import upgrade

log = logging.getLogger(__name__)

CONNECTIONS = 4
CONNECT_SECONDS = 10

T = TypeVar("T")


class PostgresRefused(OperatorError):
    """The Postgres database cannot be used. Look at DATABASE_URL, at the server, and at what its user may do."""


class Postgres:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, url: str) -> "Postgres":
        """Makes the library's tables where there are none. Raises PostgresRefused."""
        try:
            address = make_url(url)
        except (ArgumentError, ValueError) as error:
            wanted = "Write postgresql://USER:PASSWORD@HOST/NAME."
            raise PostgresRefused(f"DATABASE_URL is not an address of a database. {wanted}") from error
        database = cls(_engine(address))
        await database.write(upgrade)
        return database

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.to_thread(self._transact, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Committed when it returns; an exception undoes it."""
        return await asyncio.to_thread(self._transact, work)

    async def checkpoint(self) -> bool:
        """What was deleted is written over when Postgres vacuums, which is its own business."""
        return True

    def announce(self) -> None:
        """Nobody follows this database yet."""

    async def close(self) -> None:
        await asyncio.to_thread(self._engine.dispose)

    def _transact(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._engine.begin() as conn:
                return work(conn)
        except DBAPIError as error:
            if isinstance(error.orig, PsycopgError) and (reason := _reason(error.orig)):
                host = self._engine.url.render_as_string(hide_password=True)
                raise PostgresRefused(f"The database {host} cannot be used: {reason}. Check DATABASE_URL.") from error
            raise


class _CleanText(StrDumper):
    """What Postgres refuses inside of a text is taken out on the way, wherever it comes from."""

    def dump(self, obj: str) -> Any:
        return super().dump(clean(obj))


def _engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=CONNECTIONS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"},
    )
    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    connection.adapters.register_dumper(str, _CleanText)
    # Postgres compiles a statement that it takes for a long one, which a search is not.
    connection.execute("SET jit = off")
    connection.commit()


def _reason(error: PsycopgError) -> str:
    """One line for what an operator can fix: no server, no such user or database, no right, no room; else nothing."""
    # 08 connection, 28 authorization, 3D no such database, 42501 privilege, 53 resources, 57 shutdown.
    code = error.sqlstate
    if code is not None and not code.startswith(("08", "28", "3D", "42501", "53", "57")):
        return ""
    return str(error).strip().splitlines()[0].strip(" .") if code or type(error).__name__ == "OperationalError" else ""
