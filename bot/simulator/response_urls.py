"""Addresses to which an app may answer a command or a click: five times within half an hour."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.workspace import Channel

USES = 5
SECONDS = 1800.0


@dataclass
class ResponseUrl:
    user_id: str
    channel: Channel
    expires: float
    message_ts: str | None = None
    """The message whose button was pressed."""
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    def __init__(self, now: Callable[[], float], new_id: Callable[[str], str]) -> None:
        self._now = now
        self._new_id = new_id
        self._issued: dict[str, ResponseUrl] = {}

    def issue(
        self,
        user_id: str,
        channel: Channel,
        *,
        message_ts: str | None = None,
        thread_ts: str | None = None,
    ) -> str:
        """The path under the simulator's address."""
        key = self._new_id("R")
        self._issued[key] = ResponseUrl(user_id, channel, self._now() + SECONDS, message_ts, thread_ts)
        return f"/hooks/{key}"

    def use(self, key: str) -> ResponseUrl | None:
        """None when it is unknown, used up or too old."""
        found = self._issued.get(key)
        if found is None or found.uses >= USES or self._now() > found.expires:
            return None
        found.uses += 1
        return found
