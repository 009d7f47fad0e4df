"""What an `/embeddings` endpoint answered: read once, checked whole, every vector of length 1."""

import json
import math
import sys
from array import array
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.values.domain import Outcome, Usage
from orchestration.values.ports import Embeddings, ModelCallFailed, Vector

MOST_DIMENSIONS = 16_384
MOST_TOKENS = 1_000_000_000
"""No request uses so many: a number beyond it is no count."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore")
    embedding: list[float] | str
    index: int | None = None


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")
    data: list[_Entry]
    model: str | None = None
    usage: dict[str, Any] | None = None


def read(body: bytes, count: int) -> Embeddings:
    """Raises ModelCallFailed where it is not one usable vector for each of `count` texts."""
    try:
        reply = _Reply.model_validate(json.loads(body))
        vectors = _alike([_vector(entry.embedding) for entry in _in_order(reply.data, count)])
    except (ValueError, ValidationError, OverflowError, RecursionError) as error:
        raise ModelCallFailed(
            f"The embedding endpoint answered something that is not {count} vectors of finite numbers.",
            billing="unknown",
            transient=True,
            outcome=Outcome.MALFORMED,
        ) from error
    return Embeddings(tuple(vectors), reply.model or "", _usage(reply.usage), reply.usage or {})


def _in_order(entries: Sequence[_Entry], count: int) -> list[_Entry]:
    places = [n if entry.index is None else entry.index for n, entry in enumerate(entries)]
    if sorted(places) != list(range(count)):
        raise ValueError("not one entry for each text")
    return [entry for _, entry in sorted(zip(places, entries, strict=True), key=lambda pair: pair[0])]


def _alike(vectors: list[Vector]) -> list[Vector]:
    if len({len(vector) for vector in vectors}) > 1:
        raise ValueError("not all of as many dimensions")
    return vectors


def _vector(embedding: list[float] | str) -> Vector:
    """A string is base64 of the same floats, as some endpoints answer without being asked."""
    numbers = array("f")
    if isinstance(embedding, str):
        numbers.frombytes(b64decode(embedding, validate=True))
        _little_endian(numbers)
    else:
        numbers.extend(embedding)
    length = math.hypot(*numbers)
    if not (1 <= len(numbers) <= MOST_DIMENSIONS and 0 < length < math.inf):
        raise ValueError("no direction")
    unit = array("f", [number / length for number in numbers])
    _little_endian(unit)
    return unit.tobytes()


def _little_endian(numbers: "array[float]") -> None:
    if sys.byteorder == "big":
        numbers.byteswap()


def _usage(raw: dict[str, Any] | None) -> Usage | None:
    """None where it is missing or nonsense: then the call is priced by its text."""
    tokens = (raw or {}).get("prompt_tokens", (raw or {}).get("total_tokens"))
    if not isinstance(tokens, int) or isinstance(tokens, bool) or not 0 < tokens <= MOST_TOKENS:
        return None
    return Usage(input_tokens=tokens)
