"""The kinds of columns that all tables are made of, and the metadata they register with."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, Integer, MetaData, String, TypeDecorator
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time as ISO 8601 text of fixed width, which sorts as time does."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


Nano = BigInteger
# SQLite gives its fast, ever-growing row numbers to columns of the type INTEGER alone.
Number = BigInteger().with_variant(Integer, "sqlite")


def filled(kind: TypeEngine[Any] | type[TypeEngine[Any]], *names: str, **options: Any) -> list[Column[Any]]:
    return [Column(name, kind, nullable=False, **options) for name in names]


def run_id_column(**options: Any) -> Column[str]:
    return Column("run_id", String, ForeignKey("runs.run_id", ondelete="CASCADE"), nullable=False, **options)
