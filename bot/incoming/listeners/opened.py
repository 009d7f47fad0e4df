"""What a board or an answer opens for the one who clicked: the workers' reports, other ways, the bill in detail."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incoming.answering import pressed
from bot.incoming.click import Click
from bot.incoming.door import Door
from bot.outgoing.blocks.board import ways_form
from bot.outgoing.blocks.receipt import bill_of, details_form
from bot.outgoing.blocks.report import reports_form
from bot.outgoing.outbox import NotSent
from bot.outgoing.view.folding import fold
from bot.outgoing.view.run_view import RunView
from orchestration.values.states import AT_WORK

Body = dict[str, Any]

SHOWN = ""
"""A form that opened, or turned, is its own answer."""
NO_FORM = "Slack did not open the form. Click again, or run `threadwork show {run_id}` in a terminal."


def register(app: AsyncApp, door: Door) -> None:
    buttons = Opened(door)
    app.action("reports")(pressed(door, buttons.reports))
    app.action("other_ways")(pressed(door, buttons.other_ways))
    app.action("details")(pressed(door, buttons.details))
    for turn in ("reports_next", "reports_previous"):
        app.action(turn)(pressed(door, buttons.turn))


class Opened:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def reports(self, body: Body) -> str:
        click = Click.of_button(body)
        return await self._open(click, reports_form(await self._view(click), 1))

    async def other_ways(self, body: Body) -> str:
        click = Click.of_button(body)
        return await self._open(click, ways_form(await self._view(click)))

    async def details(self, body: Body) -> str:
        """The bill of the run as it is now, all its versions."""
        click = Click.of_button(body)
        view = await self._view(click)
        services = self._door.services
        bill = bill_of(await services.spend.receipt(view.run_id), services.settings)
        final = view.status not in AT_WORK
        form = details_form(view.run_id, bill, budget_nano_usd=view.budget_nano_usd, final=final)
        return await self._open(click, form)

    async def turn(self, body: Body) -> str:
        """To the page that the button names, in the form that is open."""
        view = await self._view(Click.of_form(body))
        place = int(body["actions"][0]["value"])
        await self._door.outbox.update_view(body["view"]["id"], reports_form(view, place))
        return SHOWN

    async def _open(self, click: Click, form: dict[str, Any]) -> str:
        try:
            await self._door.outbox.open_view(click.trigger_id, form)
        except NotSent:
            return NO_FORM.format(run_id=click.run_id)
        return SHOWN

    async def _view(self, click: Click) -> RunView:
        run = await click.run(self._door.services.runs)
        return fold(run.run_id, await self._door.services.events.of(run.run_id))
