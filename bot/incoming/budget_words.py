"""`/research budget …`: owners set, remove and list budgets; everybody sees what binds them."""

import re
from collections.abc import Mapping

from bot.incoming.amounts import nano_usd
from bot.incoming.door import Door
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.notice import sentence
from bot.outgoing.blocks.room import budget_list, limit_words, named
from orchestration.values.errors import AskerError
from storage.money.budgets import Bound, BudgetRow
from storage.money.periods import DAY, MONTH

CHANGES = 5
_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")


class BudgetWords:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._budgets = door.services.budgets

    async def answer(self, channel_id: str, user_id: str, given: Mapping[str, str]) -> SlackMessage:
        if "list" in given:
            return await self._list(channel_id, user_id)
        await self._owner(user_id)
        scope = self._scope(given.get("who") or given["whose"], channel_id)
        if "who" in given:
            return await self._set(scope, user_id, given)
        return await self._remove(scope, user_id)

    async def binding(self, channel_id: str, user_id: str) -> list[Bound]:
        return list(await self._budgets.binding(self._door.bot.team_id, channel_id, user_id))

    async def _set(self, scope: str, user_id: str, given: Mapping[str, str]) -> SlackMessage:
        limit, period = _limit(given["amount"]), given.get("period", MONTH)
        if period not in (DAY, MONTH):
            raise AskerError(f"A budget is for a `day` or a `month`, not for `{period[:40]}`. Nothing was changed.")
        before = await self._row(scope)
        await self._budgets.set(scope, limit, period, user_id)
        was = f" (it was {limit_words(before)})" if before else ""
        now = limit_words(await self._row(scope))
        return sentence(f"{await self._named(scope)} is now {now}{was}. It holds from the next call on.")

    async def _remove(self, scope: str, user_id: str) -> SlackMessage:
        before = await self._row(scope)
        if not await self._budgets.remove(scope, user_id):
            return sentence(f"{await self._named(scope)} was not set, so there is nothing to remove.")
        rest = "THREADWORK_TEAM_BUDGET_USD holds again" if scope.startswith("team:") else "the budgets above it hold"
        return sentence(f"{await self._named(scope)} is removed (it was {limit_words(before)}): {rest}.")

    async def _list(self, channel_id: str, user_id: str) -> SlackMessage:
        bounds = await self.binding(channel_id, user_id)
        if not await self._door.permissions.owns_budgets(user_id):
            return budget_list(bounds, owners=await self._door.permissions.budget_owners())
        mine = [row for row in await self._budgets.list() if self._is_ours(row.scope)]
        changes = [change for change in await self._budgets.changes(50) if self._is_ours(change.scope)]
        return budget_list(bounds, rows=mine, changes=changes[:CHANGES])

    async def _named(self, scope: str) -> str:
        kind, _, name = scope.partition(":")
        if kind != "user":
            return named(scope)
        return f"The budget of @{await self._door.people.name_of(name.partition('/')[2])}"

    async def _row(self, scope: str) -> BudgetRow | None:
        return next((row for row in await self._budgets.list() if row.scope == scope), None)

    def _is_ours(self, scope: str) -> bool:
        team = self._door.bot.team_id
        return scope in ("global", f"team:{team}") or scope.partition(":")[2].startswith(f"{team}/")

    async def _owner(self, user_id: str) -> None:
        if not await self._door.permissions.owns_budgets(user_id):
            who = await self._door.permissions.budget_owners()
            raise AskerError(f"You may not set budgets: {who} can. `/research budget list` shows what holds for you.")

    def _scope(self, who: str, channel_id: str) -> str:
        team = self._door.bot.team_id
        if who == "team":
            return f"team:{team}"
        if who == "channel":
            return f"channel:{team}/{channel_id}"
        mention = _MENTION.fullmatch(who)
        if mention is None:
            raise AskerError(f"I do not know {who[:80]}. Pick the person from the list that opens after @.")
        return f"user:{team}/{mention[1].upper()}"


def _limit(amount: str) -> int | None:
    if amount == "unlimited":
        return None
    nano = nano_usd(amount)
    if nano is None or nano < 0:
        raise AskerError(f"`{amount[:40]}` is not an amount in dollars. Write for example `20`, `0.50` or `unlimited`.")
    return nano
