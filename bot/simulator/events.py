"""The events that the app subscribed to and may see."""

import re
from collections.abc import Mapping
from typing import Any

from bot.simulator.delivery import Deliveries
from bot.simulator.slack import Slack
from bot.simulator.workspace import Change, Channel, Message

_MESSAGE_SCOPE = {
    "channels": "channels:history",
    "groups": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
_CHANNEL_TYPE = {"channels": "channel", "groups": "group", "im": "im", "mpim": "mpim"}
_NOT_SENT = frozenset({"stream", "is_ephemeral"})


class Events:
    def __init__(self, slack: Slack, deliveries: Deliveries) -> None:
        self._slack = slack
        self._deliveries = deliveries

    def on_change(self, change: Change) -> None:
        """Everything said in a channel of the bot, its own words included, comes back to it."""
        # What one person alone sees is no event.
        if change.user is not None:
            return
        match change.kind:
            case "message":
                self._mentioned(change.channel, change.message)
                self._message(change.channel, sent(change.message))
            case "message_changed":
                self._edited(change)
            case "message_deleted":
                self._deleted(change)

    def home_opened(self, user_id: str, channel: Channel) -> None:
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": channel.id,
            "tab": "home",
            "event_ts": self._slack.new_ts(),
        }
        if view := self._slack.views.homes.get(user_id):
            event["view"] = view
        self._send("app_home_opened", None, event)

    def channel_changed(self, channel: Channel, kind: str) -> None:
        """`channel_shared` or `channel_unshared`."""
        if self._slack.is_member(channel):
            event: dict[str, Any] = {"type": kind, "channel": channel.id, "event_ts": self._slack.new_ts()}
            event |= {"connected_team_id": "T0OTHER"} if kind == "channel_shared" else {"is_ext_shared": False}
            self._send(kind, f"{channel.kind}:read", event)

    def _mentioned(self, channel: Channel, message: Message) -> None:
        mention = re.compile(rf"<@{self._slack.identity.bot_user_id}(\|[^>]*)?>")
        # In a direct message there is no app_mention, and a bot does not mention itself awake.
        if channel.is_im or "bot_id" in message or not mention.search(message["text"]):
            return
        event = {k: v for k, v in sent(message).items() if k not in ("subtype", "channel_type")}
        event |= {"type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}
        if self._slack.is_member(channel):
            self._send("app_mention", "app_mentions:read", event)

    def _message(self, channel: Channel, event: Mapping[str, Any]) -> None:
        if not self._slack.is_member(channel):
            return
        place = {"channel": channel.id, "channel_type": _CHANNEL_TYPE[channel.kind]}
        event = {"event_ts": event["ts"], **event, **place}
        self._send(f"message.{channel.kind}", _MESSAGE_SCOPE[channel.kind], event)

    def _edited(self, change: Change) -> None:
        ts = self._slack.new_ts()
        self._message(
            change.channel,
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "ts": ts,
                "message": sent(change.message),
                "previous_message": sent(change.previous or {}),
            },
        )

    def _deleted(self, change: Change) -> None:
        self._message(
            change.channel,
            {
                "type": "message",
                "subtype": "message_deleted",
                "hidden": True,
                "ts": self._slack.new_ts(),
                "deleted_ts": change.message["ts"],
                "previous_message": sent(change.previous or {}),
            },
        )

    def _send(self, subscription: str, scope: str | None, event: Mapping[str, Any]) -> None:
        manifest, identity = self._slack.manifest, self._slack.identity
        if subscription not in manifest.events or (scope and scope not in manifest.scopes):
            return
        bot = {"enterprise_id": None, "team_id": identity.team_id, "user_id": identity.bot_user_id}
        payload = {
            "token": identity.verification_token,
            "team_id": identity.team_id,
            "context_team_id": identity.team_id,
            "context_enterprise_id": None,
            "api_app_id": identity.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self._slack.ids.new("Ev"),
            "event_time": int(self._slack.clock.now()),
            "authorizations": [{**bot, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": self._slack.ids.new("4-"),
        }
        self._deliveries.send_event(payload)


def sent(message: Message) -> dict[str, Any]:
    """A message without what the simulator notes on it for itself."""
    return {key: value for key, value in message.items() if key not in _NOT_SENT}
