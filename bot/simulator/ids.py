"""Ids and message timestamps."""

import itertools
import time
from decimal import Decimal

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Ids that never repeat, also not after a restart: a bot remembers the event ids it has seen."""

    def __init__(self, start: int | None = None) -> None:
        self._numbers = itertools.count(time.time_ns() // 1000 if start is None else start)
        self._last_ts = 0

    def new(self, prefix: str) -> str:
        number, digits = next(self._numbers), ""
        while number:
            number, digit = divmod(number, 36)
            digits = _DIGITS[digit] + digits
        return prefix + digits.rjust(9, "0")

    def uuid(self) -> str:
        digits = f"{next(self._numbers):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def ts(self, now: float) -> str:
        """A message's name: its time in microseconds, moved on where two would be equal."""
        # Two messages of one moment still need two names.
        self._last_ts = max(self._last_ts + 1, int(Decimal(repr(now)) * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"
