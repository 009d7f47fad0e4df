"""Values of the domain to JSON text and back, by their declared type and never by pickle."""

import base64
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from orchestration.values.errors import StoredStepUnreadable

T = TypeVar("T")

LONG_CHARACTERS = 700
"""A longer text is packed: a draft or a tool's result takes a third of the room."""
_PACKED = "z:"
"""What no JSON begins with."""


def to_json(value: object) -> str:
    kind: Any = type(value)
    return _adapter(kind).dump_json(value).decode()


def from_json(kind: type[T], text: str) -> T:
    """A row of an older shape fails with a sentence, so that one run stops and not the process."""
    declared: Any = kind
    try:
        value: T = _adapter(declared).validate_json(unpacked(text))
    except ValidationError as error:
        raise StoredStepUnreadable from error
    return value


def packed(text: str, *, findable: Iterable[str] = ()) -> str:
    """The text itself where it is short. What of `findable` it contains follows in the clear, for a look in SQL."""
    if len(text) < LONG_CHARACTERS:
        return text
    found = "".join(f" {part}" for part in findable if part in text)
    return f"{_PACKED}{base64.b64encode(zlib.compress(text.encode(), 1)).decode()}{found}"


def unpacked(text: str) -> str:
    if not text.startswith(_PACKED):
        return text
    return zlib.decompress(base64.b64decode(text[len(_PACKED) :].partition(" ")[0])).decode()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
