"""Who somebody is in the workspace, as Slack says, remembered for a few minutes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from orchestration.values.ports import Clock

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 10_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    user_id: str
    name: str
    is_bot: bool = False
    is_guest: bool = False
    is_external: bool = False
    """Of another organisation, over Slack Connect."""
    is_admin: bool = False

    @property
    def is_full_member(self) -> bool:
        return not (self.is_bot or self.is_guest or self.is_external)


@dataclass(frozen=True, slots=True)
class Place:
    channel_id: str
    is_joined: bool
    is_private: bool


class People:
    """Reads of users, user groups and channels; a failed read raises, an unknown person is an external one."""

    def __init__(self, client: AsyncWebClient, clock: Clock, *, team_id: str) -> None:
        self._client = client
        self._clock = clock
        self._team_id = team_id
        self._known: dict[tuple[str, str], tuple[float, Any]] = {}

    async def person(self, user_id: str) -> Person:
        return await self._remember(("user", user_id), lambda: self._person(user_id))

    async def members(self, group_id: str) -> frozenset[str]:
        return await self._remember(("group", group_id), lambda: self._members(group_id))

    async def place(self, channel_id: str) -> Place:
        return await self._remember(("channel", channel_id), lambda: self._place(channel_id))

    def forget(self, channel_id: str) -> None:
        """The bot has been invited since, or somebody says so."""
        self._known.pop(("channel", channel_id), None)

    async def name_of(self, user_id: str) -> str:
        """For a question's text: an unreadable profile is no reason to lose the question."""
        try:
            return (await self.person(user_id)).name
        except SlackApiError:
            return user_id

    async def _remember(self, key: tuple[str, str], read: Callable[[], Awaitable[T]]) -> T:
        until, value = self._known.get(key, (0.0, None))
        if until > self._clock.monotonic():
            return value  # type: ignore[no-any-return]  # what the same key's reader returned
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        fresh = await read()
        self._known[key] = (self._clock.monotonic() + REMEMBERED_SECONDS, fresh)
        return fresh

    async def _person(self, user_id: str) -> Person:
        try:
            user: dict[str, Any] = (await self._client.users_info(user=user_id))["user"]
        except SlackApiError as error:
            if error.response["error"] in ("user_not_found", "user_not_visible"):
                return Person(user_id, user_id, is_external=True)
            raise
        profile = user.get("profile") or {}
        home = user.get("team_id") or self._team_id
        return Person(
            user_id=user_id,
            name=profile.get("display_name") or user.get("real_name") or user.get("name") or user_id,
            is_bot=bool(user.get("is_bot")),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            is_external=bool(user.get("is_stranger")) or (home != self._team_id and "enterprise_user" not in user),
            is_admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
        )

    async def _members(self, group_id: str) -> frozenset[str]:
        return frozenset((await self._client.usergroups_users_list(usergroup=group_id))["users"])

    async def _place(self, channel_id: str) -> Place:
        try:
            channel: dict[str, Any] = (await self._client.conversations_info(channel=channel_id))["channel"]
        except SlackApiError as error:
            if error.response["error"] in ("channel_not_found", "missing_scope"):
                return Place(channel_id, is_joined=False, is_private=True)
            raise
        is_direct = bool(channel.get("is_im"))
        private = bool(channel.get("is_private") or is_direct or channel.get("is_mpim"))
        return Place(channel_id, is_joined=is_direct or bool(channel.get("is_member")), is_private=private)
