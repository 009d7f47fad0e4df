"""Envelopes on their way to the app, and what happens when nobody acknowledges them."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.simulator.clock import Clock
from bot.simulator.faults import Faults
from bot.simulator.pulse import Pulse

ACK_SECONDS = 3.0
RETRY_SECONDS = (0.0, 60.0, 300.0)
"""At once, after a minute, after five."""


@dataclass(frozen=True)
class Envelope:
    kind: str
    """`events_api`, `slash_commands` or `interactive`."""
    payload: Mapping[str, Any]
    accepts_response: bool = False
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    acknowledged: bool
    payload: Mapping[str, Any] | None = None
    reason: str = ""
    final: bool = False
    """The app said that no retry is wanted."""


@dataclass(frozen=True)
class Delivery:
    """One attempt, for checkers."""

    envelope: Envelope
    answer: Answer
    at: float
    seconds: float
    """From sending it to the answer."""


class Transport(Protocol):
    async def send(self, envelope: Envelope) -> Answer:
        """To one receiver, waiting for the acknowledgement as long as Slack does."""

    async def close(self) -> None: ...


class Deliveries:
    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        faults: Faults,
        pulse: Pulse,
        *,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._faults = faults
        self._pulse = pulse
        self._retry_seconds = retry_seconds
        self._tasks: set[asyncio.Task[Any]] = set()
        self.log: list[Delivery] = []

    def send_event(self, payload: Mapping[str, Any]) -> None:
        """Goes out next to everything else on its way; the order of arrival is not promised."""
        envelope = Envelope("events_api", payload)
        # Both copies retry on their own, as two of Slack's servers would.
        for _ in range(2 if self._faults.take_duplicate() else 1):
            self._start(self._send_until_acknowledged(envelope))

    async def ask(self, envelope: Envelope) -> Answer:
        """A command or a click: tried once, because a person waits for the answer."""
        started = self._clock.now()
        answer = await self._transport.send(envelope)
        now = self._clock.now()
        self.log.append(Delivery(envelope, answer, now, now - started))
        self._pulse.beat()
        return answer

    @property
    def under_way(self) -> int:
        """Events that are being delivered or wait for their next try."""
        return len(self._tasks)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send_until_acknowledged(self, envelope: Envelope) -> None:
        for wait in (*self._retry_seconds, None):
            started = self._clock.now()
            answer = await self.ask(envelope)
            if answer.acknowledged or answer.final or wait is None:
                return
            # An app that is not there fails no faster than one that does not answer.
            early = started + ACK_SECONDS - self._clock.now()
            await self._clock.sleep(wait + max(0.0, early))
            # The payload stays the same object: event id and time do not change from try to try.
            envelope = replace(envelope, attempt=envelope.attempt + 1, reason=answer.reason)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        # The loop holds tasks weakly: without the set a waiting delivery could vanish.
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
