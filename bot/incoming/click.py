"""A pressed button or a sent form, and the run it is about. Who did it is in `body.user` and nowhere else."""

import re
from dataclasses import dataclass
from typing import Any

from orchestration.values.domain import Run
from orchestration.values.errors import AskerError
from storage.runs.runs import Runs

_VALUE = re.compile(r"(r_\w{1,64})(?::(\d{1,6}))?")


class NotHere(AskerError):
    """That button belongs to another conversation. Use the one in the run's own thread."""


@dataclass(frozen=True, slots=True)
class Click:
    user_id: str
    team_id: str
    channel_id: str | None
    """None in a form, which belongs to no channel."""
    thread_ts: str | None
    trigger_id: str
    run_id: str
    version: int | None

    @classmethod
    def of_button(cls, body: dict[str, Any]) -> "Click":
        message = body.get("message") or {}
        channel = body.get("channel") or {}
        thread_ts = message.get("thread_ts") or message.get("ts")
        return cls._read(body, body["actions"][0].get("value"), channel.get("id"), thread_ts)

    @classmethod
    def of_form(cls, body: dict[str, Any]) -> "Click":
        return cls._read(body, body["view"].get("private_metadata"), None, None)

    @classmethod
    def _read(cls, body: dict[str, Any], value: str | None, channel_id: str | None, thread_ts: str | None) -> "Click":
        found = _VALUE.fullmatch(value or "")
        if found is None:
            raise AskerError("That button is from a different version of Threadwork. Ask again in the thread.")
        user = body["user"]
        team = (body.get("team") or {}).get("id") or user.get("team_id") or ""
        version = int(found[2]) if found[2] else None
        return cls(user["id"], team, channel_id, thread_ts, body.get("trigger_id") or "", found[1], version)

    async def run(self, runs: Runs) -> Run:
        """The run, if it is one of this conversation."""
        run = await runs.get(self.run_id)
        conversation = run.question.conversation
        if conversation.team_id != self.team_id or self.channel_id not in (None, conversation.channel_id):
            raise NotHere
        return run
