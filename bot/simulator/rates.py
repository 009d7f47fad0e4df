"""Slack's rate limits: calls a minute by tier, posts a minute by channel."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator.errors import SlackError

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
POSTS_PER_MINUTE = 60
"""About one a second and channel; short bursts pass."""


class RateLimited(SlackError):
    def __init__(self, retry_after: float) -> None:
        super().__init__("ratelimited", retry_after=round(retry_after))


class Rates:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._recent: dict[tuple[str, str], deque[float]] = {}

    def count(self, method: str, tier: int, args: Mapping[str, Any]) -> None:
        """Raises RateLimited where the call is one too many."""
        if method == "chat.postMessage":
            self._count((method, str(args.get("channel"))), POSTS_PER_MINUTE)
        elif tier in PER_MINUTE:
            self._count((method, ""), PER_MINUTE[tier])

    def _count(self, key: tuple[str, str], most: int) -> None:
        now, recent = self._now(), self._recent.setdefault(key, deque())
        # A sliding minute: Slack says `per minute` and no more.
        while recent and recent[0] <= now - 60:
            recent.popleft()
        if len(recent) >= most:
            raise RateLimited(max(1.0, recent[0] + 60 - now))
        recent.append(now)
