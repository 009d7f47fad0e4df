"""Spend, budget and history as far as one viewer may see them."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.incoming.door import Door
from storage.runs.show import head

HISTORY = 20
Json = Mapping[str, Any]


class MoneyReport:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._services = door.services

    async def spend(self, user_id: str, channel_id: str, *, period: str | None, by: str | None) -> Json:
        """Owners see the team; other full members a public channel they are in, else their own runs."""
        team_id = self._door.bot.team_id
        seen: dict[str, str] = {}
        if not await self._door.permissions.owns_budgets(user_id):
            may_see = await self._sees_spend_of(channel_id, user_id)
            seen = {"channel_id": channel_id} if may_see else {"user_id": user_id}
        report = await self._services.spend.report(team_id, self._period(period), by or "agent", **seen)
        return report.to_json()

    async def own_or_team(self, user_id: str) -> Json:
        """For the App Home, which belongs to no channel."""
        seen = {} if await self._door.permissions.owns_budgets(user_id) else {"user_id": user_id}
        report = await self._services.spend.report(self._door.bot.team_id, self._period(None), "agent", **seen)
        return report.to_json()

    async def history(self, user_id: str, channel_id: str | None) -> list[Json]:
        """The viewer's own runs and, where they asked in a channel, those of that channel."""
        team_id = self._door.bot.team_id
        heads = await self._services.runs.list(team_id=team_id, user_id=user_id, limit=HISTORY)
        if channel_id is not None:
            heads += await self._services.runs.list(team_id=team_id, channel_id=channel_id, limit=HISTORY)
        runs = {line.run.run_id: line for line in heads}
        newest = sorted(runs.values(), key=lambda line: line.run.created_at, reverse=True)
        return [head(line) for line in newest[:HISTORY]]

    async def _sees_spend_of(self, channel_id: str, user_id: str) -> bool:
        people, place = self._door.people, await self._door.people.place(channel_id)
        return (await people.person(user_id)).is_full_member and not (place.is_private or place.is_shared)

    def owners(self) -> str:
        owners = self._services.settings.budget_owners
        return "A workspace admin" if owners == ("admins",) else "A budget owner"

    def _period(self, named: str | None) -> str:
        today = self._services.clock.now().astimezone(ZoneInfo(self._services.settings.timezone)).date().isoformat()
        return today if named == "today" else named or today[:7]
