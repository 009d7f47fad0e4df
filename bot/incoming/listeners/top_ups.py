"""The button *Top up* of a paused run, and its form."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incoming.amounts import nano_usd
from bot.incoming.answering import outcome, pressed, whisper_at
from bot.incoming.click import Click
from bot.incoming.door import Door
from bot.outgoing.blocks.amounts import money
from bot.outgoing.blocks.room import named, top_up_form
from orchestration.values.domain import Run, RunStatus
from orchestration.values.errors import AskerError
from storage.runs.top_ups import Needed

Body = dict[str, Any]


def register(app: AsyncApp, door: Door) -> None:
    top_up = TopUp(door)
    app.action("top_up")(pressed(door, top_up.pressed))
    app.view("top_up_form")(top_up.submitted)


class TopUp:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def pressed(self, body: Body) -> str:
        click = Click.of_button(body)
        needed, most = await self._may(click)
        await self._door.outbox.open_view(click.trigger_id, top_up_form(needed, most=most))
        return ""

    async def submitted(self, ack: AsyncAck, body: Body) -> None:
        place: list[Run] = []

        async def give() -> str:
            click = Click.of_form(body)
            needed, most = await self._may(click)
            said = await self._give(click, needed, _amount(body), most)
            place.append(needed.run)
            return said

        said = await outcome(give())
        if not place:
            await ack(response_action="errors", errors={"other": said})
            return
        await ack()
        thread = place[0].question.conversation
        await whisper_at(self._door, thread.channel_id, body["user"]["id"], said, thread_ts=thread.thread_ts)

    async def _may(self, click: Click) -> tuple[Needed, int | None]:
        """What is lacking, and how far this person may raise it: None is without end."""
        run = await click.run(self._door.services.runs)
        needed = await self._door.services.top_ups.needed(run.run_id)
        if needed is None or click.version not in (None, run.epoch):
            raise AskerError(_nothing_to_top_up(run))
        if await self._door.permissions.owns_budgets(click.user_id):
            return needed, None
        most = self._door.services.settings.run_budget_nano_usd
        if needed.is_own and click.user_id == run.question.user_id and most > (needed.bound.cap.limit or 0):
            return needed, most
        cap = named(needed.bound.cap.scope)
        who = await self._door.permissions.budget_owners()
        raise AskerError(f"{cap} stopped this run. You may not raise it: {who} can.")

    async def _give(self, click: Click, needed: Needed, amount: int, most: int | None) -> str:
        limit = needed.bound.cap.limit or 0
        if most is not None and limit + amount > most:
            raise AskerError(f"You may add {money(most - limit)} at most. A budget owner can add more.")
        if amount < needed.least_nano_usd:
            raise AskerError(f"Add {money(needed.least_nano_usd)} or more: the next call has no room otherwise.")
        given = await self._door.services.top_ups.give(needed, amount, click.user_id, most=most)
        if not given:
            raise AskerError("Somebody was faster: the run is no longer paused. The thread shows how it is doing.")
        return f"Topped up: {money(amount)} more. The run goes on where it stopped; nothing is paid twice."


def _nothing_to_top_up(run: Run) -> str:
    if run.status is RunStatus.PAUSED:
        return "The budget that stopped this run has no limit any more. *Go on* continues from here."
    status = run.status.replace("_", " ")
    return f"There is nothing to top up: the run is {status}. The thread shows how it is doing."


def _amount(body: Body) -> int:
    values = body["view"]["state"]["values"]
    written = ((values.get("other") or {}).get("other") or {}).get("value") or ""
    if written.strip():
        amount = nano_usd(written)
        if amount is None or amount <= 0:
            raise AskerError(f"{written.strip()[:40]} is not an amount in dollars. Write for example 0.50.")
        return amount
    picked = ((values.get("amount") or {}).get("amount") or {}).get("selected_option") or {}
    return int(picked.get("value") or 0)
