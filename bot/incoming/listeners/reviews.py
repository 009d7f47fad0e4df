"""The buttons of a run: Approve, Request revisions and its form, Discard, Stop, Go on."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incoming.answering import outcome, pressed, whisper_at
from bot.incoming.click import Click
from bot.incoming.decisions import Decisions
from bot.incoming.door import Door
from bot.outgoing.blocks.mrkdwn import without_hidden
from bot.outgoing.blocks.revision import revision_form
from orchestration.values.domain import Decision, Run
from orchestration.values.errors import AskerError

Body = dict[str, Any]
Work = Callable[[Body], Awaitable[str]]

LONGEST_COMMENT = 3000
OPENED = ""
"""A form that opened is its own answer."""


def register(app: AsyncApp, door: Door) -> None:
    buttons = Buttons(door)
    for action_id, work in buttons.table().items():
        app.action(action_id)(pressed(door, work))
    app.view("revision_form")(RevisionForm(door).submitted)


class Buttons:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._decisions = Decisions(door)

    def table(self) -> dict[str, Work]:
        return {
            "approve": self.approve,
            "request_revisions": self.request_revisions,
            "discard": self.discard,
            "stop": self.stop,
            "retry": self.retry,
        }

    async def approve(self, body: Body) -> str:
        return await self._decisions.decide(Click.of_button(body), Decision.APPROVE)

    async def discard(self, body: Body) -> str:
        return await self._decisions.decide(Click.of_button(body), Decision.DISCARD)

    async def request_revisions(self, body: Body) -> str:
        click = Click.of_button(body)
        run = await self._decisions.may(click, Decision.REQUEST_REVISIONS)
        view = await self._decisions.view(run.run_id)
        version = view.of_version(run.draft_version)
        if version is None:
            raise AskerError("That version no longer exists. Ask again in the thread.")
        await self._door.outbox.open_view(click.trigger_id, revision_form(view, version))
        return OPENED

    async def stop(self, body: Body) -> str:
        click = Click.of_button(body)
        run = await click.run(self._door.services.runs)
        if refusal := await self._door.permissions.stopping(click.user_id, run):
            raise AskerError(refusal)
        if await self._door.services.runs.cancel(run.run_id, click.user_id):
            return "Stopped. What was paid for is kept; *Go on* in the thread continues from there."
        return f"It had already ended: {await self._status(run)}."

    async def retry(self, body: Body) -> str:
        click = Click.of_button(body)
        services = self._door.services
        run = await click.run(services.runs)
        if refusal := await self._door.permissions.stopping(click.user_id, run):
            raise AskerError(refusal)
        cap = services.settings.run_budget_nano_usd
        if await services.runs.retry(run.run_id, click.user_id, budget_nano_usd=cap):
            return "Resumed. What was already paid for is not paid again."
        return f"There is nothing to resume: the run is {await self._status(run)}."

    async def _status(self, run: Run) -> str:
        """Read again: somebody else may have been first a moment ago."""
        return (await self._door.services.runs.get(run.run_id)).status.replace("_", " ")


class RevisionForm:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._decisions = Decisions(door)

    async def submitted(self, ack: AsyncAck, body: Body) -> None:
        note_ids, comment = _filled_in(body["view"]["state"]["values"])
        if not note_ids and not comment:
            await ack(response_action="errors", errors=_at_a_field(body, "Select a note, or write what to change."))
            return
        decided: list[str] = []

        async def decide() -> str:
            click = Click.of_form(body)
            said = await self._decisions.decide(click, Decision.REQUEST_REVISIONS, note_ids=note_ids, comment=comment)
            decided.append(click.run_id)
            return said

        said = await outcome(decide())
        if not decided:
            await ack(response_action="errors", errors=_at_a_field(body, said))
            return
        await ack()
        run = await self._door.services.runs.get(decided[0])
        place = run.question.conversation
        await whisper_at(self._door, place.channel_id, body["user"]["id"], said, thread_ts=place.thread_ts)


def _filled_in(values: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    ticked = (values.get("notes") or {}).get("notes") or {}
    written = (values.get("comment") or {}).get("comment") or {}
    note_ids = tuple(option["value"] for option in ticked.get("selected_options") or ())
    return note_ids, without_hidden(written.get("value") or "").strip()[:LONGEST_COMMENT]


def _at_a_field(body: Body, text: str) -> dict[str, str]:
    """Slack shows an error only at an input block that the form has."""
    inputs = [block["block_id"] for block in body["view"]["blocks"] if block.get("type") == "input"]
    return {"comment" if "comment" in inputs else inputs[-1]: text}
