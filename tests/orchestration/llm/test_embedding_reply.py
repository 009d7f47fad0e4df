"""Replies of an `/embeddings` endpoint: what is taken, and everything that is not."""

import json
import math
import struct
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.embedding_reply import MOST_DIMENSIONS, read
from orchestration.values.domain import Outcome, Usage
from orchestration.values.ports import ModelCallFailed


def reply(*embeddings: Any, usage: Any = None, **changed: Any) -> bytes:
    data = [{"object": "embedding", "index": n, "embedding": each} for n, each in enumerate(embeddings)]
    return json.dumps({"object": "list", "model": "m-1", "data": data, "usage": usage, **changed}).encode()


def numbers(vector: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(vector) // 4}f", vector)


def test_vectors_come_back_in_the_order_of_the_texts_and_with_length_one() -> None:
    data = [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 4]}]
    embeddings = read(reply(data=data, usage={"prompt_tokens": 7, "total_tokens": 7}), 2)
    assert [(pytest.approx(0.6), pytest.approx(0.8)), (0.0, 1.0)] == [numbers(v) for v in embeddings.vectors]
    assert ("m-1", Usage(7), {"prompt_tokens": 7, "total_tokens": 7}) == (
        embeddings.model,
        embeddings.usage,
        embeddings.raw_usage,
    )


def test_without_numbers_of_their_own_the_order_of_the_entries_counts() -> None:
    embeddings = read(reply(data=[{"embedding": [1, 0]}, {"embedding": [0, 1]}]), 2)
    assert [(1.0, 0.0), (0.0, 1.0)] == [numbers(vector) for vector in embeddings.vectors]


def test_base64_is_read_as_the_same_floats() -> None:
    packed = b64encode(struct.pack("<2f", 3, 4)).decode()
    assert read(reply([3, 4]), 1).vectors == read(reply(packed), 1).vectors


@pytest.mark.parametrize(
    "body",
    [
        b"<html>busy</html>",
        b"[1, 2]",
        b'{"data": null}',
        b'{"error": {"message": "in a 200"}}',
        b"[" * 100_000,
        reply([1, 2]),
        reply([1, 2], [1, 2], [1, 2]),
        reply(data=[{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]),
        reply(data=[{"index": 0, "embedding": [1]}, {"index": 2, "embedding": [1]}]),
        reply([1, 2], []),
        reply([1, 2], [0, 0]),
        reply([1, 2], [1, 2, 3]),
        reply([1, 2], [float("nan"), 1]),
        reply([1, 2], [float("inf"), 1]),
        reply([1, 2], [1e300, 1]),
        reply([1, 2], ["a", 1]),
        reply([1, 2], "not base64!"),
        reply([1, 2], b64encode(b"12345").decode()),
        reply([1] * (MOST_DIMENSIONS + 1), [1] * (MOST_DIMENSIONS + 1)),
    ],
)
def test_what_is_not_one_finite_vector_for_each_text_is_a_failure_with_its_billing(body: bytes) -> None:
    with pytest.raises(ModelCallFailed, match="not 2 vectors of finite numbers") as caught:
        read(body, 2)
    assert ("unknown", True, Outcome.MALFORMED) == (caught.value.billing, caught.value.transient, caught.value.outcome)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": 0}, {"prompt_tokens": -1}, {"prompt_tokens": "7"}])
def test_usage_that_says_nothing_is_none(usage: Any) -> None:
    assert read(reply([1, 2], usage=usage), 1).usage is None


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=50).filter(lambda v: math.hypot(*v) > 1e-3))
def test_every_vector_has_length_one(values: list[float]) -> None:
    assert pytest.approx(1.0, rel=1e-5) == math.hypot(*numbers(read(reply(values), 1).vectors[0]))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with pytest.raises(ModelCallFailed):
        read(body, 1)
