"""A channel gets other readers or another id: what was known of it is asked again at once."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incoming.door import Door

NAMES = ("channel", "old_channel_id", "new_channel_id")


def register(app: AsyncApp, door: Door) -> None:
    async def changed(event: dict[str, Any]) -> None:
        for name in NAMES:
            if channel_id := event.get(name):
                door.people.forget(str(channel_id))

    for kind in ("channel_shared", "channel_unshared", "channel_id_changed"):
        app.event(kind)(changed)
