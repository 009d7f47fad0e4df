"""Gives every chunk of the library its vector: in the background, batch by batch, within the library's share."""

import logging
from dataclasses import dataclass, field

from orchestration.money.embedding import BATCH_SECONDS, Embedding
from orchestration.values.errors import BudgetRefused, UnknownPrice
from orchestration.values.ports import (
    Clock,
    Embeddings,
    ModelCallFailed,
    Settlement,
    Unembedded,
    VectorIndex,
)

log = logging.getLogger(__name__)

BATCH = 64
"""Chunks of a request: below every endpoint's limit, and all that a kill can make one pay again."""
IDLE_SECONDS = 600.0
"""A look without a change: a new month opens a used-up share."""
PAUSE_SECONDS = 1.0
"""Between two looks, so that a burst of commits elsewhere costs one."""
LONGEST_PAUSE_SECONDS = 300.0
REFUSED_IN_A_ROW = 3
REFUSED_IN_ALL = 1000
"""Single chunks: from either on it is the endpoint that refuses, not what they say."""

ENDPOINT = ""


@dataclass(slots=True)
class Indexer:
    """`run` it as a task of the one process that drives runs.

    A batch's vectors and its settlement are one commit: a kill makes only the batch in flight be paid again. A text
    that the endpoint refuses is left to words until the next start; a team whose share is used up waits for more.
    """

    embedding: Embedding
    index: VectorIndex
    clock: Clock
    _failures: int = 0
    _size: int = BATCH
    _left_out: set[str] = field(default_factory=set)
    """Ids of chunks whose text was refused."""
    _refused_in_a_row: int = 0
    _told: dict[str, str] = field(default_factory=dict)
    """By team, and under ENDPOINT, what the log says already."""

    async def run(self) -> None:
        while True:
            pause = await self.catch_up()
            if pause:
                await self.clock.sleep(pause)
            else:
                await self.clock.sleep(PAUSE_SECONDS)
                await self.index.changed(IDLE_SECONDS)

    async def catch_up(self) -> float:
        """Embeds until nothing is left that it may pay for. Seconds to wait where the endpoint failed, else 0."""
        spent: set[str] = set()
        while True:
            batch = await self.index.unembedded(self._size, without=spent | self._left_out)
            if batch is None:
                return 0.0
            try:
                await self._embed(batch)
            except (BudgetRefused, UnknownPrice) as refusal:
                spent.add(batch.team_id)
                self._tell(batch.team_id, f"the library of {batch.team_id} waits: {refusal.sentence}")
            except ModelCallFailed as error:
                if not self._is_about_the_text(error, batch):
                    return self._back_off(error)

    async def _embed(self, batch: Unembedded) -> None:
        async def keep(embeddings: Embeddings, settlement: Settlement) -> None:
            await self.index.keep(batch, embeddings.vectors, settlement)

        await self.embedding.of_team(batch.team_id, tuple(batch.texts.values()), seconds=BATCH_SECONDS, keep=keep)
        self._failures = self._refused_in_a_row = 0
        self._size = min(2 * self._size, BATCH)
        for name in (batch.team_id, ENDPOINT):
            self._told.pop(name, None)

    def _is_about_the_text(self, error: ModelCallFailed, batch: Unembedded) -> bool:
        """Halves a batch that the endpoint refuses, down to the chunk whose text it is."""
        if error.refusal is None or error.refusal.part != "input":
            return False
        if len(batch.texts) > 1:
            self._size = len(batch.texts) // 2
            return True
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= REFUSED_IN_A_ROW or len(self._left_out) >= REFUSED_IN_ALL:
            self._left_out.clear()
            return False
        self._left_out.update(batch.texts)
        log.warning("the endpoint refuses the text of %s, which is left to words: %s", *batch.texts, error.sentence)
        return True

    def _back_off(self, error: ModelCallFailed) -> float:
        self._failures += 1
        pause = min(2.0**self._failures, LONGEST_PAUSE_SECONDS)
        pause = max(pause, min(error.retry_after or 0.0, LONGEST_PAUSE_SECONDS))
        self._tell(ENDPOINT, f"indexing waits and goes on by itself: {error.sentence}")
        return pause

    def _tell(self, name: str, sentence: str) -> None:
        """Once, until it works again: otherwise a closed endpoint fills the log."""
        if self._told.get(name) != sentence:
            self._told[name] = sentence
            log.warning(sentence)
