"""Connections to a Postgres server, how each is set up, and what a person reads when it says no."""

from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.types.string import StrDumper
from sqlalchemy import URL, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from orchestration.values.text import clean
from storage.engine.refused import DatabaseRefused

CONNECTIONS = 6
# A server that is gone without a word is noticed within seconds, by whoever waits for it.
SETTINGS: dict[str, Any] = {
    "connect_timeout": 10,
    "client_encoding": "utf8",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
}
SETTINGS |= {"keepalives_count": 2, "tcp_user_timeout": 4000}
NOT_KEPT = ("40001", "40P01")
"""Serialization failure and deadlock: nothing is wrong with the work, and it is done again."""


class PostgresRefused(DatabaseRefused):
    """The Postgres database cannot be used. Look at DATABASE_URL, at the server, and at what its user may do."""


def pooled(address: URL) -> AsyncEngine:
    url = address.set(drivername="postgresql+psycopg")
    engine = create_async_engine(
        url, pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True, connect_args=SETTINGS, hide_parameters=True
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    return engine


async def direct(address: URL) -> psycopg.AsyncConnection[Any]:
    """One that is nobody else's: for locks that end with it, and for listening."""
    url = address.set(drivername="postgresql").render_as_string(hide_password=False)
    return await psycopg.AsyncConnection.connect(url, autocommit=True, **SETTINGS)


def refusal(error: DBAPIError, address: URL) -> BaseException:
    """The same error, or a sentence where it comes from the server or from what its user may do."""
    if isinstance(error.orig, psycopg.Error) and (reason := _reason(error.orig)):
        host = address.render_as_string(hide_password=True)
        return PostgresRefused(f"The database {host} cannot be used: {reason}. Check DATABASE_URL.")
    return error


class _CleanText(StrDumper):
    """What Postgres refuses inside of a text is taken out on the way, wherever it comes from."""

    def dump(self, obj: str) -> Any:
        return super().dump(clean(obj))


class _WholeNumber(Loader):
    """A sum of nano-USD: Postgres widens it to `numeric`, of which our tables have no column."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


def _set_up(connection: Any, _record: object) -> None:
    driver = connection.driver_connection
    driver.adapters.register_dumper(str, _CleanText)
    driver.adapters.register_loader("numeric", _WholeNumber)
    # Postgres compiles a statement that it takes for a long one, which a search is not.
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _reason(error: psycopg.Error) -> str:
    """One line for what an operator can fix: no server, no such user or database, no right, no room; else nothing."""
    # 08 connection, 28 authorization, 3D no such database, 42501 privilege, 53 resources, 57 shutdown.
    code = error.sqlstate
    if code is not None and not code.startswith(("08", "28", "3D", "42501", "53", "57")):
        return ""
    return str(error).strip().splitlines()[0].strip(" .") if code or type(error).__name__ == "OperationalError" else ""
