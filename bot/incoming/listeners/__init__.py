"""The listeners: the table of all, in the order in which Bolt asks them."""

from slack_bolt.async_app import AsyncApp

from bot.incoming.door import Door
from bot.incoming.listeners import (
    changes,
    channels,
    commands,
    consents,
    home,
    leftovers,
    mentions,
    note_words,
    opened,
    pauses,
    reviews,
    shortcuts,
    sources,
    top_ups,
    undelivered,
)

LISTENERS = (
    *(mentions, changes, channels, reviews, note_words, sources, opened, consents, commands, shortcuts, home),
    *(top_ups, pauses, undelivered),
    leftovers,
)


def register(app: AsyncApp, door: Door) -> None:
    app.middleware(door.intake.keep)
    for listener in LISTENERS:
        listener.register(app, door)
