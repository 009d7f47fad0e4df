"""How long a server that fails is left alone, so that it cannot cost every run its timeout again."""

from orchestration.values.errors import ToolFailed
from orchestration.values.ports import Clock

PAUSES_SECONDS = (0.0, 1.0, 5.0, 30.0, 120.0, 600.0)
"""After the first, second … failure in a row; the last for all that follow."""


class Breaker:
    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0

    def check(self) -> None:
        """Raises ToolFailed while the server is left alone."""
        left = self._open_until - self._clock.monotonic()
        if left > 0:
            raise ToolFailed(
                f"{self._name} failed {self._failures} times in a row and is not called for another {left:.0f} s. "
                "Answer without it, and name what you could not look up."
            )

    def failed(self) -> int:
        """How often in a row it did by now."""
        self._failures += 1
        pause = PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS)) - 1]
        self._open_until = self._clock.monotonic() + pause
        return self._failures

    def succeeded(self) -> None:
        self._failures, self._open_until = 0, 0.0
