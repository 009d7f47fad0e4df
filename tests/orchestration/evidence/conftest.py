from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from orchestration.evidence.independence import sketch
from orchestration.values.domain import Source


@pytest.fixture
def source_of() -> Callable[..., Source]:
    """A source with that text, read at some time."""

    def make(source_id: str, text: str, url: str = "") -> Source:
        return Source(source_id, f"Page {source_id}", url, datetime(2026, 1, 2, tzinfo=UTC), text, sketch(text))

    return make
