"""Owners pause all work of a channel, the team or the installation, and resume it."""

from bot.incoming.door import Door
from bot.outgoing.blocks.amounts import counted
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.pausing import paused
from orchestration.values.errors import AskerError
from storage.money.pauses import EVERYWHERE

NAMES = {"channel": "this channel", "team": "the whole workspace", "all": "all workspaces of this installation"}


class Pausing:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def pause(self, where: str, channel_id: str, user_id: str) -> SlackMessage:
        await self._owner(user_id)
        pause, stopped = await self._door.services.pauses.pause(self._scope(where, channel_id), user_id)
        runs = f"{counted(stopped, 'run')} {'waits' if stopped == 1 else 'wait'}" if stopped else "No run was at work"
        already = "" if pause.by == user_id else f" It had been paused by <@{pause.by}> already."
        said = f"Paused in {NAMES[where]}: no new call is made. {runs}; new questions wait too.{already}"
        return paused(said, where=f"{where} {channel_id}", pause_id=pause.pause_id)

    async def resume(self, where: str, channel_id: str, user_id: str) -> str:
        await self._owner(user_id)
        scope = self._scope(where, channel_id)
        runs = await self._door.services.pauses.resume(scope, user_id)
        others = [pause.scope for pause in await self._door.services.pauses.list() if self._counts(pause.scope, scope)]
        still = f" Still paused: {', '.join(map(self._written, others))}." if others else ""
        if runs is None:
            return f"Work is not paused in {NAMES[where]}.{still}"
        return f"Work is resumed in {NAMES[where]}: {counted(runs, 'run')} can go on.{still}"

    async def because(self, pause_id: str, reason: str, user_id: str) -> str:
        await self._owner(user_id)
        if not reason:
            raise AskerError("Write why work is paused.")
        if not await self._door.services.pauses.because(pause_id, reason):
            raise AskerError("Work was resumed meanwhile, so there is no reason to add.")
        return "Added. The threads that wait show it."

    async def _owner(self, user_id: str) -> None:
        if not await self._door.permissions.owns_budgets(user_id):
            who = await self._door.permissions.budget_owners()
            raise AskerError(f"You may not pause or resume all work: {who} can. `/research stop` ends a run of yours.")

    def _scope(self, where: str, channel_id: str) -> str:
        team = self._door.bot.team_id
        return {"channel": f"channel:{team}/{channel_id}", "team": f"team:{team}", "all": EVERYWHERE}[where]

    def _counts(self, scope: str, resumed: str) -> bool:
        team = self._door.bot.team_id
        ours = scope in (EVERYWHERE, f"team:{team}") or scope.startswith(f"channel:{team}/")
        return ours and scope != resumed

    def _written(self, scope: str) -> str:
        kind, _, name = scope.partition(":")
        if kind == "channel":
            return f"the channel {name.partition('/')[2]} (`/research resume channel` there)"
        where = "all" if scope == EVERYWHERE else kind
        return f"{NAMES[where]} (`/research resume {where}`)"
