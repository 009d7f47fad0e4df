"""`search_runs`: what the team was answered before, as far as everyone in the conversation may read it."""

import json
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from orchestration.tools.tool import Tool, ToolResult
from orchestration.values.memory import Memory, Remembered
from orchestration.values.ports import Audience

HITS = 4
SHOWN_CHARACTERS = 4_000
"""Of one answer; quotes are looked up in the whole text, so the beginning is enough to quote from."""


class PastAnswers:
    """The team's memory as one run may see it: its own answer, which it may be revising, proves nothing."""

    def __init__(self, memory: Memory, audience: Audience, run_id: str) -> None:
        self._memory = memory
        self._audience = audience
        self._run_id = run_id

    @property
    def tools(self) -> tuple[Tool]:
        return (Tool(self.search_runs),)

    async def search_runs(
        self, query: Annotated[str, Field(description="A few specific words from the earlier question or its answer")]
    ) -> ToolResult:
        """Search the team's earlier answers. Cite each by its source_id; look up again what may have changed since."""
        found = await self._memory.search(query, self._audience, HITS + 1)
        return _shown([past for past in found if past.run_id != self._run_id][:HITS])


def _shown(found: Sequence[Remembered]) -> ToolResult:
    answers = [
        {
            "source_id": past.run_id,
            "question": past.question,
            "answer": past.answer[:SHOWN_CHARACTERS],
            "answered_at": past.answered_at.isoformat(timespec="seconds"),
            "approved": past.approved,
        }
        for past in found
    ]
    shown: dict[str, object] = {"answers": answers}
    if not found:
        shown["note"] = "No earlier answer of the team has these words."
    return ToolResult(
        json.dumps(shown, ensure_ascii=False),
        source_ids=tuple(past.run_id for past in found),
        private=not all(past.public for past in found),
    )
