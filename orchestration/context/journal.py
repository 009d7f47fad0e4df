"""What one run writes down, in its order: the steps that were paid for, and what is announced."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from orchestration.context.services import Services
from orchestration.values.domain import Run
from orchestration.values.errors import StoredStepUnreadable
from orchestration.values.events import Event
from orchestration.values.ports import Settlement, Step
from orchestration.values.uninterrupted import uninterrupted

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class RunJournal:
    run: Run
    """As it was taken up: its epoch fences every write."""
    services: Services
    steps: dict[str, Step] = field(default_factory=dict)
    """What this run has already paid for, by key; loaded once, then kept up to date."""
    handed_in: list[asyncio.Future[None]] = field(default_factory=list)
    """Writes that nobody has waited for yet. A run's writes keep their order: none is committed before these."""

    async def step(
        self,
        key: str,
        call: Callable[[], Awaitable[T]],
        *,
        returns: type[T],
        operation: str,
        request: Any = "",
    ) -> T:
        """The stored result where `key` was done with the same request; else does it and hands it in to be stored.

        A failure is not stored. A crash between the call and the record repeats the call. Nothing was paid for, so
        the commit is not waited for: the next hold, before which nothing leaves, comes after it.
        """
        digest = sha256(adapter(type(request)).dump_json(request)).hexdigest()
        known = self.recall(key, digest, returns)
        if known is not None:
            return known
        begun = self.services.clock.monotonic()
        result = await call()
        seconds = self.services.clock.monotonic() - begun
        step = Step(
            run_id=self.run.run_id,
            epoch=self.run.epoch,
            key=key,
            agent=key.split("/")[1],
            operation=operation,
            request_hash=digest,
            result=adapter(returns).dump_json(result).decode(),
            seconds=seconds,
        )
        await self._hand_in(self.services.journal.record(step))
        self.steps[key] = step
        return result

    def recall(self, key: str, digest: str, returns: type[T]) -> T | None:
        stored = self.steps.get(key)
        if stored is None:
            return None
        if stored.request_hash != digest and not _of_version_0_1(stored):
            log.warning(
                "a stored step's request differs, it is run again", extra={"run_id": self.run.run_id, "key": key}
            )
            return None
        try:
            return adapter(returns).validate_json(stored.result)
        except ValidationError:
            raise StoredStepUnreadable from None

    async def record(self, step: Step, *, settlement: Settlement | None = None, events: Sequence[Event] = ()) -> None:
        await uninterrupted(self.services.journal.record(step, settlement=settlement, events=events))
        self.steps[step.key] = step
        await self.confirmed()

    async def emit(self, *events: Event) -> None:
        """Committed when it returns, with all that was handed in before."""
        await self.services.run_log.emit(self.run, events)
        await self.confirmed()

    async def emit_with_next(self, *events: Event) -> None:
        """Committed with what this run writes next, most often the hold of its next call: saves a commit."""
        await self._hand_in(self.services.run_log.emit(self.run, events, patient=True))

    async def _hand_in(self, write: Coroutine[Any, Any, None]) -> None:
        self.handed_in.append(asyncio.ensure_future(write))
        await asyncio.sleep(0)  # it begins now, before anything that the caller writes next

    async def confirmed(self) -> None:
        """Returns once everything that was handed in is committed; raises what kept it from that."""
        while self.handed_in:
            write = self.handed_in[0]
            if not write.done():
                await asyncio.wait([write])
            if write in self.handed_in:
                self.handed_in.remove(write)
            write.result()


def _of_version_0_1(step: Step) -> bool:
    """Its hash of a model call counts the instructions in, which are others by now: known by its place alone.

    Not what was cut off or refused: another setting may have been made against just that.
    """
    return step.operation == "chat" and not step.prompt and '"outcome":"ok"' in step.result


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Built once a type: building one costs more than a whole step."""
    return _adapter(kind)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
