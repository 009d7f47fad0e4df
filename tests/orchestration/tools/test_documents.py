"""What agents read when they search."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from orchestration.tools.documents import NOTHING, WEAK, Documents
from orchestration.values.domain import Passage, Source
from orchestration.values.ports import Audience

HERE = Audience("T1", "C1")


class Shelf:
    """A library of one passage."""

    async def search(self, query: str, audience: Audience, limit: int, *, vector: object = None) -> Sequence[Passage]:
        return [Passage("d_1#1", "d_1", "Flask › Deployment", "Run it behind a server.", 7.12345)][: len(query)]

    async def fetch(self, chunk_id: str, audience: Audience) -> Passage | None:
        return None

    async def sources(self, source_ids: Sequence[str], audience: Audience) -> Sequence[tuple[Source, str]]:
        return []


@pytest.mark.parametrize(
    ("query", "note"),
    [("deployment of Flask", None), ("solar panel subsidies in Norway", WEAK), ("", NOTHING)],
    ids=["what fits", "words in passing", "nothing"],
)
async def test_a_search_says_plainly_when_nothing_matches_well(query: str, note: str | None) -> None:
    result = await Documents(Shelf(), HERE).search_docs(query)
    said: dict[str, Any] = json.loads(result.content)
    assert note == said.get("note")
    for passage in said["passages"]:
        assert {"chunk_id", "source_id", "breadcrumb", "text", "score"} == set(passage)
