"""The buttons of paused work: Resume, and Add a reason with its form."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incoming.answering import outcome, pressed
from bot.incoming.door import Door
from bot.incoming.pausing import Pausing
from bot.outgoing.blocks.mrkdwn import without_hidden
from bot.outgoing.blocks.pausing import reason_form

Body = dict[str, Any]


def register(app: AsyncApp, door: Door) -> None:
    pausing = Pausing(door)

    async def resume(body: Body) -> str:
        where, _, channel_id = body["actions"][0]["value"].partition(" ")
        return await pausing.resume(where, channel_id, body["user"]["id"])

    async def ask_why(body: Body) -> str:
        await door.outbox.open_view(body["trigger_id"], reason_form(body["actions"][0]["value"]))
        return ""

    async def because(ack: AsyncAck, body: Body) -> None:
        written = body["view"]["state"]["values"]["reason"]["reason"].get("value") or ""
        done: list[str] = []

        async def add() -> str:
            pause_id = body["view"]["private_metadata"]
            done.append(await pausing.because(pause_id, without_hidden(written).strip(), body["user"]["id"]))
            return ""

        failed = await outcome(add())
        await ack() if done else await ack(response_action="errors", errors={"reason": failed})

    app.action("resume_work")(pressed(door, resume))
    app.action("pause_reason")(pressed(door, ask_why))
    app.view("reason_form")(because)
