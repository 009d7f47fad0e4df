"""What a team was answered before: the values and the port."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.values.domain import Draft, Source, Strategy, Subtask
from orchestration.values.ports import Audience, Shelf


@dataclass(frozen=True, slots=True)
class Remembered:
    """A final answer of the team."""

    run_id: str
    question: str
    answer: str
    channel_id: str
    answered_at: datetime
    approved: bool
    """By a person."""
    public: bool
    """Whether its run read nothing that is not public."""


@dataclass(frozen=True, slots=True)
class EarlierDraft:
    """What a run that reuses an answer starts from."""

    run_id: str
    draft: Draft
    subtasks: tuple[Subtask, ...]
    strategy: Strategy
    private: bool = True
    """Whether its run read what is not public: who takes it over knows that too."""


class Memory(Shelf, Protocol):
    """The team's final answers, each as far as everyone in the conversation may read it; as a source by its run id."""

    async def search(self, query: str, audience: Audience, limit: int) -> Sequence[Remembered]:
        """Best first. No query text raises."""

    async def cost(self, run_id: str) -> int:
        """Nano-USD that the run has cost."""

    async def draft(self, run_id: str, audience: Audience) -> EarlierDraft | None: ...

    async def changed(self, sources: Sequence[Source]) -> Sequence[Source]:
        """Those whose text is another by now or is gone, and pages from the web read before today."""
