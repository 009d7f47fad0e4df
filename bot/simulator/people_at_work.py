"""What people can do, by id: the same for tests and for the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.files import File
from bot.simulator.human import ClickOutcome, CommandOutcome, HumanSide, NotPossible, SubmitOutcome
from bot.simulator.slack import Slack
from bot.simulator.workspace import Channel, Message

NewFile = tuple[str, bytes]


class PeopleAtWork:
    """Raises NotPossible where the person could not do that in Slack's own client either."""

    def __init__(self, slack: Slack, human: HumanSide) -> None:
        self._slack = slack
        self._human = human

    async def post(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        *,
        thread_ts: str | None = None,
        files: Sequence[str | NewFile] = (),
    ) -> str:
        """The ts of the message. A file is the id of an uploaded one, or its name and bytes."""
        channel = self.channel(user_id, channel_id)
        attached = [self._file(user_id, file) for file in files]
        return self._human.post(user_id, channel, text, thread_ts=thread_ts, along=attached)

    async def forward(
        self, user_id: str, channel_id: str, text: str, *, message: tuple[str, str], thread_ts: str | None = None
    ) -> str:
        """`message` is the channel and the ts of what goes along with the text."""
        channel, shared = self.channel(user_id, channel_id), self._shared(user_id, *message)
        return self._human.post(user_id, channel, text, thread_ts=thread_ts, along=[shared])

    def app_posts(self, channel_id: str, name: str, content: Message) -> str:
        """What another app of the workspace posts, an alert for example; its ts."""
        message = {"type": "message", "subtype": "bot_message", "bot_id": "B0OTHER", "username": name, "text": ""}
        message |= {**content, "ts": self._slack.new_ts()}
        self._slack.workspace.add(self._slack.workspace.channels[channel_id], message)
        return str(message["ts"])

    async def edit(self, user_id: str, channel_id: str, ts: str, text: str) -> None:
        channel = self.channel(user_id, channel_id)
        self._human.edit(user_id, channel, self._message(user_id, channel, ts), text)

    async def delete(self, user_id: str, channel_id: str, ts: str) -> None:
        channel = self.channel(user_id, channel_id)
        self._human.delete(user_id, channel, self._message(user_id, channel, ts))

    def share(self, channel_id: str, *, shared: bool = True) -> None:
        """What an admin does: the channel is read by another organisation from now on, or no longer."""
        self._human.share(self._slack.workspace.channels[channel_id], shared=shared)

    async def command(self, user_id: str, channel_id: str, command: str, text: str) -> CommandOutcome:
        """What the person saw at once."""
        channel = self.channel(user_id, channel_id)
        return await self._human.command(user_id, channel, name=command, text=text)

    async def click(
        self,
        user_id: str,
        channel_id: str,
        message_ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
    ) -> ClickOutcome:
        """Presses a button in a message that the person sees."""
        return await self.act(user_id, channel_id, message_ts, place=(block_id, action_id))

    async def act(
        self, user_id: str, channel_id: str, message_ts: str, *, place: tuple[str | None, str], raw: Any = None
    ) -> ClickOutcome:
        """`place` is (block id or None, action id); `raw` is what was chosen, where it is a menu."""
        channel = self.channel(user_id, channel_id)
        message = self._message(user_id, channel, message_ts)
        return await self._human.click(user_id, channel, message, place=place, raw=raw)

    async def act_in_view(
        self, user_id: str, view_id: str, *, place: tuple[str | None, str], raw: Any = None
    ) -> ClickOutcome:
        """The same in a form or on the Home tab."""
        return await self._human.click_in_view(user_id, self._view(user_id, view_id), place=place, raw=raw)

    async def shortcut(self, user_id: str, channel_id: str, message_ts: str, callback_id: str) -> ClickOutcome:
        channel = self.channel(user_id, channel_id)
        message = self._message(user_id, channel, message_ts)
        return await self._human.shortcut(user_id, channel, message, callback_id=callback_id)

    async def submit_view(self, user_id: str, view_id: str, values: Mapping[str, Mapping[str, Any]]) -> SubmitOutcome:
        """`values` by block id and action id: a text, an option's value, or a list of those."""
        return await self._human.submit(user_id, self._view(user_id, view_id), values)

    async def close_view(self, user_id: str, view_id: str) -> None:
        await self._human.close(user_id, self._view(user_id, view_id))

    async def open_home(self, user_id: str) -> dict[str, Any] | None:
        """The Home tab once the app has published it, or as it was before."""
        direct = self._slack.workspace.dm_of(user_id)
        if direct is None:
            raise NotPossible(f"There is no person {user_id}.")
        return await self._human.open_home(user_id, direct)

    def upload(self, user_id: str, name: str, data: bytes) -> str:
        """The id of a file that can be posted."""
        return self._keep(user_id, name, data).id

    def thread(self, channel_id: str, thread_ts: str) -> list[Message]:
        """Oldest first, as they read now."""
        root = self._slack.workspace.find(channel_id, thread_ts)
        replies = self._slack.workspace.replies(channel_id, thread_ts)
        return [root, *replies] if root else replies

    def ephemerals(self, user_id: str) -> list[Message]:
        """Oldest first; each also names its `channel`."""
        return [{**m, "channel": c} for u, c, m in self._slack.workspace.whispers if u == user_id]

    def open_views(self, user_id: str) -> list[dict[str, Any]]:
        """The form that is on top is the last one."""
        return list(self._slack.views.stacks.get(user_id, ()))

    def channel(self, user_id: str, channel_id: str) -> Channel:
        channel = self._slack.workspace.channels.get(channel_id)
        if channel is None or user_id not in channel.members:
            raise NotPossible(f"{user_id} is in no channel {channel_id}.")
        return channel

    def _shared(self, user_id: str, channel_id: str, ts: str) -> Message:
        """As an attachment of the message that forwards it."""
        message = self._message(user_id, self.channel(user_id, channel_id), ts)
        author = self._slack.workspace.users.get(message.get("user", ""))
        kept: Message = {key: message[key] for key in ("ts", "text", "files") if key in message}
        blocks = [{"team": self._slack.identity.team_id, "channel": channel_id, "ts": ts, "message": message}]
        named = {"author_id": author.id, "author_name": author.real_name} if author else {}
        return {
            **kept,
            **named,
            "channel_id": channel_id,
            "channel_team": self._slack.identity.team_id,
            "is_msg_unfurl": True,
            "is_share": True,
            "message_blocks": blocks,
            "fallback": f"[{ts}] {message['text']}",
            "from_url": f"{self._slack.address()}/archives/{channel_id}/p{ts.replace('.', '')}",
        }

    def _message(self, user_id: str, channel: Channel, ts: str) -> Message:
        whispered = self._slack.workspace.whispers_for(user_id, channel.id)
        message = next((m for m in whispered if m["ts"] == ts), None)
        message = message or self._slack.workspace.find(channel.id, ts)
        if message is None:
            raise NotPossible(f"{user_id} sees no message {ts} in {channel.id}.")
        return message

    def _view(self, user_id: str, view_id: str) -> dict[str, Any]:
        home = self._slack.views.homes.get(user_id)
        shown = [*self.open_views(user_id), *([home] if home else [])]
        view = next((view for view in shown if view["id"] == view_id), None)
        if view is None:
            raise NotPossible(f"{user_id} has no view {view_id} open.")
        return view

    def _file(self, user_id: str, file: str | NewFile) -> File:
        if not isinstance(file, str):
            return self._keep(user_id, *file)
        found = self._slack.files.find(file)
        if found is None or found.user_id != user_id:
            raise NotPossible(f"{user_id} has no file {file}.")
        return found

    def _keep(self, user_id: str, name: str, data: bytes) -> File:
        if user_id not in self._slack.workspace.users:
            raise NotPossible(f"There is no person {user_id}.")
        # Browsers and hostile pages may send a path.
        safe = name.replace("\\", "/").rpartition("/")[2] or "file"
        return self._slack.files.keep(user_id, safe, data, created=int(self._slack.clock.now()))
