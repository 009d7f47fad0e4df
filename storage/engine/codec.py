"""Values of the domain to JSON text and back, by their declared type and never by pickle."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from orchestration.values.errors import StoredStepUnreadable

T = TypeVar("T")


def to_json(value: object) -> str:
    kind: Any = type(value)
    return _adapter(kind).dump_json(value).decode()


def from_json(kind: type[T], text: str) -> T:
    """A row of an older shape fails with a sentence, so that one run stops and not the process."""
    declared: Any = kind
    try:
        value: T = _adapter(declared).validate_json(text)
    except ValidationError as error:
        raise StoredStepUnreadable from error
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
