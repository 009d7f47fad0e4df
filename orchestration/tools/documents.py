"""`search_docs` and `fetch_chunk`: the team's library, as far as everyone in the conversation may see it."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from pydantic import Field

from orchestration.tools.fit import fits
from orchestration.tools.tool import Tool, ToolResult
from orchestration.values.domain import Passage
from orchestration.values.errors import ToolFailed
from orchestration.values.ports import Audience, Library, Vector

HITS = 6
NOTHING = "Nothing in the library matches. Try other words, or say that you found nothing."
WEAK = (
    "Nothing matches well: no passage has even half of the words in the query. Quote one only if it really answers the "
    "question; otherwise try other words, or say that you found nothing."
)


Embed = Callable[[str], Awaitable[Vector | None]]
"""A query's vector, or None where only words are searched."""


async def _words_alone(_query: str) -> None:
    return None


class Documents:
    """The library as one conversation sees it."""

    def __init__(self, library: Library, audience: Audience, embed: Embed = _words_alone) -> None:
        self._library = library
        self._audience = audience
        self._embed = embed

    @property
    def tools(self) -> tuple[Tool, Tool]:
        return Tool(self.search_docs), Tool(self.fetch_chunk)

    async def search_docs(
        self, query: Annotated[str, Field(description="A few specific words; name the entity and the aspect")]
    ) -> ToolResult:
        """Search the library. Returns passages, best first, each with chunk_id, source_id, breadcrumb, text, score."""
        vector = await self._embed(query)
        passages = await self._library.search(query, self._audience, HITS, vector=vector)
        return _result(passages, _note(query, passages, by_words=vector is None))

    async def fetch_chunk(
        self, chunk_id: Annotated[str, Field(description="A chunk_id that search_docs returned")]
    ) -> ToolResult:
        """Fetch one passage with the text around it."""
        passage = await self._library.fetch(chunk_id, self._audience)
        if passage is None:
            raise ToolFailed(f"There is no chunk {chunk_id[:80]!r}. Use a chunk_id that search_docs returned.")
        return _result([passage], "")


def _note(query: str, passages: Sequence[Passage], *, by_words: bool) -> str:
    """A passage that was found by meaning may fit without sharing a word with the query."""
    if not passages:
        return NOTHING
    return WEAK if by_words and not fits(query, passages) else ""


def _result(passages: Sequence[Passage], note: str) -> ToolResult:
    shown: dict[str, object] = {
        "passages": [
            {
                "chunk_id": p.chunk_id,
                "source_id": p.source_id,
                "breadcrumb": p.breadcrumb,
                "text": p.text,
                "score": round(p.score, 3),
            }
            for p in passages
        ]
    }
    if note:
        shown["note"] = note
    return ToolResult(
        json.dumps(shown, ensure_ascii=False),
        source_ids=tuple(dict.fromkeys(p.source_id for p in passages)),
        private=not all(p.public for p in passages),
    )
