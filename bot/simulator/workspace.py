"""The state of the workspace: people, channels and what was said in them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


@dataclass(frozen=True)
class User:
    id: str
    name: str
    real_name: str
    is_bot: bool = False
    is_admin: bool = False
    is_guest: bool = False
    is_deleted: bool = False


@dataclass
class Channel:
    id: str
    name: str
    members: list[str]
    is_private: bool = False
    user: str | None = None
    """The person on the other side of a direct message; None for a channel."""
    is_mpim: bool = False
    """A direct message of several people."""
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_org_shared: bool = False

    @property
    def is_im(self) -> bool:
        return self.user is not None

    @property
    def kind(self) -> str:
        """The word in scopes and in the names of message events."""
        return "im" if self.is_im else "mpim" if self.is_mpim else "groups" if self.is_private else "channels"


@dataclass(frozen=True)
class Change:
    """Something that people in the channel see; `user` is set where one person alone sees it."""

    kind: str
    channel: Channel
    message: Message
    previous: Message | None = None
    user: str | None = None


@dataclass(frozen=True)
class Broadcast:
    """A token in a bot's text that would ring a whole channel."""

    channel: str
    ts: str
    token: str


@dataclass(frozen=True)
class Unfurl:
    """Which link previews a post asked for; None where it left the choice to Slack."""

    channel: str
    ts: str
    links: bool | None
    media: bool | None


@dataclass
class Workspace:
    team_id: str
    team_name: str
    users: dict[str, User]
    channels: dict[str, Channel]
    usergroups: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)
    whispers: list[tuple[str, str, Message]] = field(default_factory=list)
    """Ephemeral messages: (user, channel, message)."""
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    broadcasts: list[Broadcast] = field(default_factory=list)
    unfurls: list[Unfurl] = field(default_factory=list)
    listeners: list[Callable[[Change], None]] = field(default_factory=list)
    _threads: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def find(self, channel_id: str, ts: str) -> Message | None:
        return self.messages.get(channel_id, {}).get(ts)

    def in_channel(self, channel_id: str) -> list[Message]:
        return list(self.messages.get(channel_id, {}).values())

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """Without the message that opened the thread, oldest first."""
        said = self.messages.get(channel_id, {})
        return [said[ts] for ts in self._threads.get((channel_id, thread_ts), ())]

    def dm_of(self, user_id: str) -> Channel | None:
        return next((c for c in self.channels.values() if c.user == user_id), None)

    def seen_by(self, user_id: str) -> Iterable[Channel]:
        return (c for c in self.channels.values() if user_id in c.members)

    def whispers_for(self, user_id: str, channel_id: str | None = None) -> list[Message]:
        return [m for u, c, m in self.whispers if u == user_id and channel_id in (None, c)]

    def add(self, channel: Channel, message: Message) -> None:
        self.messages.setdefault(channel.id, {})[message["ts"]] = message
        if "thread_ts" in message:
            self._threads.setdefault((channel.id, message["thread_ts"]), []).append(message["ts"])
        self._tell(Change("message", channel, message))

    def replace(self, channel: Channel, message: Message) -> None:
        previous = self.messages[channel.id][message["ts"]]
        self.messages[channel.id][message["ts"]] = message
        self._tell(Change("message_changed", channel, message, previous))

    def remove(self, channel: Channel, ts: str) -> None:
        previous = self.messages[channel.id].pop(ts)
        if "thread_ts" in previous:
            self._threads[(channel.id, previous["thread_ts"])].remove(ts)
        self._tell(Change("message_deleted", channel, {"ts": ts}, previous))

    def whisper(self, user_id: str, channel: Channel, message: Message) -> None:
        self.whispers.append((user_id, channel.id, message))
        self._tell(Change("ephemeral", channel, message, user=user_id))

    def unwhisper(self, user_id: str, channel: Channel, ts: str) -> None:
        self.whispers = [w for w in self.whispers if (w[0], w[2]["ts"]) != (user_id, ts)]
        self._tell(Change("message_deleted", channel, {"ts": ts}, user=user_id))

    def report_problem(self, user_id: str, channel: Channel, text: str) -> None:
        self._tell(Change("problem", channel, {"text": text}, user=user_id))

    def _tell(self, change: Change) -> None:
        for listener in self.listeners:
            listener(change)
