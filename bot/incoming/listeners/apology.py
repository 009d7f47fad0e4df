"""A stored row that was given up: its asker gets a message."""

from bot.incoming.asking import message_run_key
from bot.incoming.door import Door
from bot.incoming.inbox import Payload
from bot.outgoing.blocks.notice import sentence
from orchestration.values.domain import Conversation

GIVEN_UP = "I failed to read that message several times; the log has the reason. Send it again, perhaps in other words."


class Apologies:
    def __init__(self, door: Door) -> None:
        self._outbox = door.outbox

    async def apologise(self, kind: str, payload: Payload) -> None:
        """Best effort: whatever kept the row from its work may keep this from its thread."""
        if kind == "message":
            event = payload["event"]
            thread_ts = event.get("thread_ts") or event["ts"]
            key = message_run_key(Conversation(payload["team_id"], event["channel"], thread_ts), event["ts"])
            await self._outbox.reply(event["channel"], sentence(GIVEN_UP), key=f"sorry/{key}", thread_ts=thread_ts)
        elif "channel_id" in payload:
            await self._outbox.ephemeral(payload["channel_id"], payload["user_id"], sentence(GIVEN_UP))
