"""What no other listener takes: acknowledged, so that Slack neither repeats it nor shows an error of its own."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incoming.answering import whisper
from bot.incoming.door import Door

ANYTHING = re.compile(".*", re.DOTALL)
OUTDATED = "That button is from another version of me and does nothing any more. Ask again in the thread."


def register(app: AsyncApp, door: Door) -> None:
    async def event() -> None:
        """The middleware has stored what matters; Bolt acknowledges the rest by itself."""

    async def action(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        # A link button and the boxes of a form report their use too; they need no answer.
        if body["actions"][0].get("value") and not body["actions"][0].get("url"):
            await whisper(door, body, OUTDATED)

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    app.event(ANYTHING)(event)
    app.action(ANYTHING)(action)
    app.view(ANYTHING)(nothing)
    app.view_closed(ANYTHING)(nothing)
    app.shortcut(ANYTHING)(nothing)
