"""What goes wrong on demand, in exactly the order it was asked for."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`kind` is one of rate_limit, fail, drop_reply, http_status, delay."""

    kind: str
    number: float = 0
    error: str = ""


class Faults:
    """Each fault is used up by the next calls of its method, first asked first served."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {}
        self._duplicates = 0

    def rate_limit(self, method: str, times: int = 1, retry_after: float = 2) -> None:
        self._add(method, times, Fault("rate_limit", retry_after))

    def fail(self, method: str, error: str, times: int = 1) -> None:
        self._add(method, times, Fault("fail", error=error))

    def drop_reply(self, method: str, times: int = 1) -> None:
        """The call takes effect, but the connection closes without an answer."""
        self._add(method, times, Fault("drop_reply"))

    def http_status(self, method: str, status: int, times: int = 1) -> None:
        self._add(method, times, Fault("http_status", status))

    def delay(self, method: str, seconds: float, times: int = 1) -> None:
        self._add(method, times, Fault("delay", seconds))

    def duplicate_events(self, n: int = 1) -> None:
        """The next n events go out twice, with the same event id."""
        self._duplicates += n

    def clear(self) -> None:
        """Whatever was asked for and did not happen yet will not."""
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        waiting = self._waiting.get(method)
        return waiting.popleft() if waiting else None

    def take_duplicate(self) -> bool:
        self._duplicates -= (doubled := self._duplicates > 0)
        return doubled

    def _add(self, method: str, times: int, fault: Fault) -> None:
        self._waiting.setdefault(method, deque()).extend([fault] * times)
