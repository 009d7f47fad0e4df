"""The real clock and the real source of ids; tests pass their own."""

import asyncio
import secrets
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
        return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(10))}"
