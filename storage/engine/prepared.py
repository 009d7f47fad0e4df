"""Statements of the hot path: written with SQLAlchemy Core, compiled once, executed by the driver itself.

SQLAlchemy's way from a cached statement to the driver costs more than SQLite's own work, most of all where a process
wakes up for one call and its caches are cold. A run makes about 150 statements: this takes that way out of them.
On any other driver the compiled text goes through SQLAlchemy's connection.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, TextClause, Update

Values = Mapping[str, Any]
Statement = Select[Any] | TextClause | Insert | Update | Delete


class Prepared:
    """Every execution gives the same names. Rows come back as the driver's tuples: no `Instant` is read."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, conn: Connection, values: Values) -> int:
        """How many rows it changed; of an INSERT only SQLite says that, so ask for its rows with RETURNING."""
        compiled = self._for(conn, values)
        return int(_run(conn, compiled.sql, compiled.bind(values)).rowcount)

    def run_many(self, conn: Connection, rows: Sequence[Values]) -> None:
        """At least one row is given."""
        compiled = self._for(conn, rows[0])
        many = [compiled.bind(row) for row in rows]
        if (driver := _own(conn)) is not None:
            driver.executemany(compiled.sql, many)
        else:
            conn.exec_driver_sql(compiled.sql, many)

    def first(self, conn: Connection, values: Values) -> tuple[Any, ...] | None:
        rows = self.all(conn, values)
        return rows[0] if rows else None

    def all(self, conn: Connection, values: Values) -> list[tuple[Any, ...]]:
        compiled = self._for(conn, values)
        return [tuple(row) for row in _run(conn, compiled.sql, compiled.bind(values)).fetchall()]

    def _for(self, conn: Connection, values: Values) -> "_Compiled":
        compiled = self._compiled.get(conn.dialect.name)
        if compiled is None:
            compiled = self._compiled[conn.dialect.name] = _compile(self._statement, conn.dialect, list(values))
        return compiled


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    places: tuple[tuple[str | None, Any, Callable[[Any], Any] | None], ...]
    """Of each parameter the name under which it is given, or None and its fixed value; and how its type writes it."""

    names: tuple[str, ...] | None
    """Of the parameters, where the driver takes them by name and not by place."""

    def bind(self, values: Values) -> Any:
        bound = tuple(
            fixed if name is None else values[name] if write is None else write(values[name])
            for name, fixed, write in self.places
        )
        return bound if self.names is None else dict(zip(self.names, bound, strict=True))


def _compile(statement: Statement, dialect: Dialect, names: Sequence[str]) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect, column_keys=names)
    defaults = {column.key: column.default.arg for column in compiled.insert_prefetch} if compiled.isinsert else {}

    def place(name: str) -> tuple[str | None, Any, Callable[[Any], Any] | None]:
        bind = compiled.binds[name]
        write = bind.type.bind_processor(dialect)
        if name in names or (bind.required and name not in defaults):
            return name, None, write
        fixed = defaults.get(name, bind.value)
        return None, fixed if write is None else write(fixed), None

    by_place = compiled.positiontup is not None
    asked = tuple(compiled.positiontup if by_place else compiled.bind_names.values())
    return _Compiled(str(compiled), tuple(place(name) for name in asked), None if by_place else asked)


def _run(conn: Connection, sql: str, bound: Any) -> Any:
    driver = _own(conn)
    return conn.exec_driver_sql(sql, bound) if driver is None else driver.execute(sql, bound)


def _own(conn: Connection) -> Any:
    """The standard library's own connection, which needs nobody between; None where the driver is another."""
    driver: Any = conn.connection.dbapi_connection
    return driver if type(driver) is sqlite3.Connection else None
