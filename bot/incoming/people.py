"""Who somebody is in the workspace, as Slack says, remembered for a few minutes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from orchestration.values.ports import Clock

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 10_000
SLACKBOT = "USLACKBOT"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    user_id: str
    name: str
    is_person: bool = True
    """No bot, no app, not Slack itself, and with an account that is not deactivated."""
    is_guest: bool = False
    is_external: bool = False
    """Of another organisation, over Slack Connect."""
    is_admin: bool = False

    @property
    def is_full_member(self) -> bool:
        return self.is_person and not (self.is_guest or self.is_external)


@dataclass(frozen=True, slots=True)
class Place:
    channel_id: str
    is_joined: bool
    is_private: bool
    is_shared: bool
    """Whether people of other organisations read it, or may do so any moment."""


class People:
    """Reads of users, user groups and channels; a failed read raises, an unknown person is an external one."""

    def __init__(
        self, client: AsyncWebClient, clock: Clock, *, team_id: str, open_to_others: Sequence[str] = ()
    ) -> None:
        self._client = client
        self._clock = clock
        self._team_id = team_id
        self._open_to_others = open_to_others
        self._known: dict[tuple[str, str], tuple[float, Any]] = {}

    async def person(self, user_id: str) -> Person:
        return await self._remember(("user", user_id), lambda: self._person(user_id))

    async def members(self, group_id: str) -> frozenset[str]:
        return await self._remember(("group", group_id), lambda: self._members(group_id))

    async def place(self, channel_id: str, *, seconds: float = REMEMBERED_SECONDS) -> Place:
        """As it was at most so long ago."""
        return await self._remember(("channel", channel_id), lambda: self._place(channel_id), seconds=seconds)

    def forget(self, channel_id: str) -> None:
        """The bot has been invited since, or somebody says so."""
        self._known.pop(("channel", channel_id), None)

    async def name_of(self, user_id: str) -> str:
        """For a question's text: an unreadable profile is no reason to lose the question."""
        try:
            return (await self.person(user_id)).name
        except SlackApiError:
            return user_id

    async def _remember(
        self, key: tuple[str, str], read: Callable[[], Awaitable[T]], *, seconds: float = REMEMBERED_SECONDS
    ) -> T:
        asked_at, value = self._known.get(key, (-inf, None))
        if asked_at + seconds > self._clock.monotonic():
            return value  # type: ignore[no-any-return]  # what the same key's reader returned
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        asked_at = self._clock.monotonic()
        fresh = await read()
        self._known[key] = (asked_at, fresh)
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
            is_person=not (user.get("is_bot") or user.get("deleted") or user_id == SLACKBOT),
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
                return Place(channel_id, is_joined=False, is_private=True, is_shared=True)
            raise
        is_direct = bool(channel.get("is_im") or channel.get("is_mpim"))
        return Place(
            channel_id,
            is_joined=is_direct or bool(channel.get("is_member")),
            is_private=is_direct or bool(channel.get("is_private")),
            is_shared=self._is_shared(channel),
        )

    def _is_shared(self, channel: dict[str, Any]) -> bool:
        """Where Slack does not say, it is; the person on the other side of a direct message is known by their id."""
        if channel.get("id") in self._open_to_others:
            return False  # the operator says so
        if channel.get("is_im"):
            return bool(channel.get("is_ext_shared"))
        if channel.get("is_ext_shared", True) or channel.get("is_pending_ext_shared", False):
            return True
        return bool(channel.get("is_org_shared")) and set(channel.get("internal_team_ids") or ()) != {self._team_id}
