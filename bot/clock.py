"""The real clock and the real source of ids; tests pass their own."""

import asyncio
import os
import time
from datetime import UTC, datetime

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without characters that look alike, since people type run ids."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RandomIds:
    """Ten characters: about 49 bits, unguessable and short enough to type; uniqueness is the database's business."""

    def new(self, prefix: str) -> str:
        number = int.from_bytes(os.urandom(10))  # one look for all ten: 31 bits to spare, so none is likelier
        letters = []
        for _ in range(10):
            number, letter = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[letter])
        return f"{prefix}_{''.join(letters)}"
