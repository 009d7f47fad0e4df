"""Trigger ids: the right to open one form, for three seconds."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.simulator.errors import SlackError

SECONDS = 3.0


@dataclass(frozen=True)
class Trigger:
    user_id: str
    expires: float
    used: bool = False
    view_id: str | None = None
    """The form whose button was pressed, if it was one."""


class Triggers:
    def __init__(self, now: Callable[[], float], new_id: Callable[[str], str]) -> None:
        self._now = now
        self._new_id = new_id
        self._issued: dict[str, Trigger] = {}

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        trigger_id = self._new_id("13345224609.738474920.")
        self._issued[trigger_id] = Trigger(user_id, self._now() + SECONDS, view_id=view_id)
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        # A used one and an old one are different mistakes.
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._now() > trigger.expires:
            raise SlackError("expired_trigger_id")
        self._issued[trigger_id] = replace(trigger, used=True)
        return trigger
