"""What the Web API's methods work on, and the checks they share."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.clock import Clock
from bot.simulator.errors import SlackError
from bot.simulator.files import FileStore
from bot.simulator.identity import Identity
from bot.simulator.ids import Ids
from bot.simulator.manifest import Manifest
from bot.simulator.response_urls import ResponseUrls
from bot.simulator.triggers import Triggers
from bot.simulator.views import Views
from bot.simulator.workspace import Channel, Message, User, Workspace


@dataclass
class Slack:
    manifest: Manifest
    identity: Identity
    workspace: Workspace
    clock: Clock
    ids: Ids
    views: Views
    files: FileStore
    triggers: Triggers
    response_urls: ResponseUrls
    address: Callable[[], str]
    """Where the simulator listens, known once it does."""
    open_socket: Callable[[], str]
    """Mints the address of a Socket Mode connection."""

    def new_ts(self) -> str:
        return self.ids.ts(self.clock.now())

    def need(self, *any_of: str) -> None:
        if any_of and not self.manifest.scopes.intersection(any_of):
            provided = ",".join(sorted(self.manifest.scopes))
            raise SlackError("missing_scope", needed=",".join(any_of), provided=provided)

    def channel(self, channel_id: str) -> Channel:
        """One that the bot may know of: a private one only as a member."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or (channel.is_private and not self.is_member(channel)):
            raise SlackError("channel_not_found")
        return channel

    def joined(self, channel_id: str) -> Channel:
        channel = self.channel(channel_id)
        if not self.is_member(channel):
            raise SlackError("not_in_channel")
        return channel

    def is_member(self, channel: Channel) -> bool:
        return self.identity.bot_user_id in channel.members

    def user(self, user_id: str) -> User:
        user = self.workspace.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user

    def thread_root(self, channel: Channel, thread_ts: str | None) -> str | None:
        """The thread a reply belongs to; a reply's own ts opens no thread."""
        if thread_ts is None:
            return None
        root = self.workspace.find(channel.id, thread_ts)
        if root is None:
            raise SlackError("thread_not_found")
        if root.get("thread_ts", thread_ts) != thread_ts:
            raise SlackError("cannot_reply_to_message")
        return thread_ts

    def is_own(self, message: Message) -> bool:
        return message.get("bot_id") == self.identity.bot_id
