"""The buttons of a run that asks: Start, Cheaper, Deeper, Change and its form, the answers to a question back, an
earlier answer, and more workers for a price."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incoming.answering import outcome, pressed, whisper_at
from bot.incoming.click import Click
from bot.incoming.consents import Consents
from bot.incoming.door import Door
from bot.outgoing.blocks.inquiry import OPTIONS, route_form
from orchestration.values.domain import Strategy
from orchestration.values.inquiry import Choice, Reuse

Body = dict[str, Any]

OPENED = ""


def register(app: AsyncApp, door: Door) -> None:
    buttons = ConsentButtons(door)
    for choice in (Choice.START, Choice.CHEAPER, Choice.DEEPER):
        app.action(f"consent_{choice}")(pressed(door, buttons.choose))
    for number in range(1, OPTIONS + 1):
        app.action(f"clarify_{number}")(pressed(door, buttons.clarify))
    for reuse in Reuse:
        app.action(f"reuse_{reuse}")(pressed(door, buttons.reuse))
    app.action("consent_change")(pressed(door, buttons.change))
    app.action("clarify_thread")(pressed(door, buttons.in_the_thread))
    app.action("escalate")(pressed(door, buttons.escalate))
    app.view("route_form")(RouteForm(door).submitted)


class ConsentButtons:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._consents = Consents(door)

    async def choose(self, body: Body) -> str:
        choice = Choice(_action(body).removeprefix("consent_"))
        return await self._consents.consent(Click.of_button(body), choice)

    async def change(self, body: Body) -> str:
        click = Click.of_button(body)
        run, asked = await self._consents.may_consent(click)
        view = await self._consents.view(run.run_id)
        await self._door.outbox.open_view(click.trigger_id, route_form(view, asked))
        return OPENED

    async def clarify(self, body: Body) -> str:
        return await self._consents.option(Click.of_button(body), int(_action(body).removeprefix("clarify_")))

    async def reuse(self, body: Body) -> str:
        return await self._consents.reuse(Click.of_button(body), Reuse(_action(body).removeprefix("reuse_")))

    async def in_the_thread(self, body: Body) -> str:
        return await self._consents.in_own_words(Click.of_button(body))

    async def escalate(self, body: Body) -> str:
        return await self._consents.escalate(Click.of_button(body))


class RouteForm:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._consents = Consents(door)

    async def submitted(self, ack: AsyncAck, body: Body) -> None:
        decided: list[str] = []

        async def decide() -> str:
            click = Click.of_form(body)
            picked = body["view"]["state"]["values"]["strategy"]["strategy"]["selected_option"]["value"]
            said = await self._consents.consent(click, Choice.CHANGE, Strategy(picked))
            decided.append(click.run_id)
            return said

        said = await outcome(decide())
        if not decided:
            await ack(response_action="errors", errors={"strategy": said})
            return
        await ack()
        place = (await self._door.services.runs.get(decided[0])).question.conversation
        await whisper_at(self._door, place.channel_id, body["user"]["id"], said, thread_ts=place.thread_ts)


def _action(body: Body) -> str:
    return str(body["actions"][0]["action_id"])
