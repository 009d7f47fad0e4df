"""What every listener works with."""

from dataclasses import dataclass
from typing import Any, Protocol

from bot.bootstrap import Services
from bot.incoming.inbox import Intake
from bot.incoming.people import People
from bot.incoming.permissions import Permissions
from bot.incoming.shared_files import SharedFiles
from bot.incoming.threads import Threads
from bot.outgoing.blocks.message import SlackMessage


@dataclass(frozen=True, slots=True)
class Bot:
    """Who the bot is in its workspace."""

    team_id: str
    user_id: str
    bot_id: str
    name: str


class Outgoing(Protocol):
    """The part of the outbox that answers people; `key` makes an answer one, however often it is asked for."""

    async def reply(self, channel_id: str, message: SlackMessage, *, key: str, thread_ts: str | None = None) -> str:
        """The ts of the message."""

    async def ephemeral(
        self, channel_id: str, user_id: str, message: SlackMessage, *, thread_ts: str | None = None
    ) -> None: ...

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> None: ...

    async def update_view(self, view_id: str, view: dict[str, Any]) -> None: ...

    async def publish_home(self, user_id: str, view: dict[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Door:
    bot: Bot
    services: Services
    outbox: Outgoing
    intake: Intake
    people: People
    permissions: Permissions
    files: SharedFiles
    threads: Threads
