"""The Sources button of an answer: a form with claim, quote and place, for the one who clicked."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incoming.answering import pressed
from bot.incoming.click import Click
from bot.incoming.door import Door
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.proof import sources_form
from bot.outgoing.blocks.sources import sources, unfounded
from bot.outgoing.outbox import NotSent
from bot.outgoing.view.folding import fold
from bot.outgoing.view.proof import Proofs, assembled, proofs
from orchestration.values.domain import Draft, Run

Body = dict[str, Any]

NONE = "This answer names no sources."
SHOWN = ""
"""A form that opened, or turned, is its own answer."""
PLACES_SECONDS = 1.0
"""Of the three in which a form has to open."""


def register(app: AsyncApp, door: Door) -> None:
    button = SourcesButton(door)
    app.action("sources")(pressed(door, button.open))
    for turn in ("sources_next", "sources_previous"):
        app.action(turn)(pressed(door, button.turn))


class SourcesButton:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def open(self, body: Body) -> str:
        click = Click.of_button(body)
        run, draft = await self._draft(click)
        if draft is None:
            return NONE
        form = sources_form(run.run_id, draft.version, await self._proofs(draft))
        try:
            await self._door.outbox.open_view(click.trigger_id, form)
        except NotSent:
            await self._whisper(run, click.user_id, draft)
        return SHOWN

    async def turn(self, body: Body) -> str:
        """To the page that the button names, in the form that is open."""
        run, draft = await self._draft(Click.of_form(body))
        if draft is not None:
            page = int(body["actions"][0]["value"])
            form = sources_form(run.run_id, draft.version, await self._proofs(draft), page=page)
            await self._door.outbox.update_view(body["view"]["id"], form)
        return SHOWN

    async def _draft(self, click: Click) -> tuple[Run, Draft | None]:
        run = await click.run(self._door.services.runs)
        view = fold(run.run_id, await self._door.services.events.of(run.run_id))
        version = view.of_version(click.version or run.draft_version)
        draft = version.draft if version else None
        return run, draft if draft and (draft.sources or draft.claims) else None

    async def _proofs(self, draft: Draft) -> Proofs:
        """Without the places in very long documents, rather than too late."""
        try:
            async with asyncio.timeout(PLACES_SECONDS):
                return await proofs(self._door.services.database, draft)
        except TimeoutError:
            return assembled(draft, {})

    async def _whisper(self, run: Run, user_id: str, draft: Draft) -> None:
        """The short form, where Slack opens none."""
        text = "\n".join(f"[{n}] {s.title} {s.url}".rstrip() for n, s in enumerate(draft.sources, start=1))
        message = SlackMessage(text or NONE, [*sources(draft.sources, limit=40), *unfounded(draft)])
        place = run.question.conversation
        await self._door.outbox.ephemeral(place.channel_id, user_id, message, thread_ts=place.thread_ts)
