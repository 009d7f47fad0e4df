"""What Slack sends the app when a person runs a command, presses a button or sends a form."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.slack import Slack
from bot.simulator.workspace import Channel, Message

Payload = dict[str, Any]


def command(slack: Slack, user_id: str, channel: Channel, *, name: str, text: str) -> Payload:
    identity, user = slack.identity, slack.workspace.users[user_id]
    return {
        "token": identity.verification_token,
        "team_id": identity.team_id,
        "team_domain": "demo",
        "channel_id": channel.id,
        "channel_name": _name(channel),
        "user_id": user_id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": identity.app_id,
        "is_enterprise_install": "false",
        "response_url": slack.address() + slack.response_urls.issue(user_id, channel),
        "trigger_id": slack.triggers.issue(user_id),
    }


def message_action(slack: Slack, user_id: str, channel: Channel, *, message: Message, action: Any) -> Payload:
    ephemeral = bool(message.get("is_ephemeral"))
    thread_ts = message.get("thread_ts")
    url = slack.response_urls.issue(user_id, channel, message_ts=message["ts"], thread_ts=thread_ts)
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if thread_ts:
        container["thread_ts"] = thread_ts
    payload = {
        **_common(slack, "block_actions", user_id),
        "container": container,
        "trigger_id": slack.triggers.issue(user_id),
        "channel": {"id": channel.id, "name": _name(channel)},
        "state": {"values": {}},
        "response_url": slack.address() + url,
        "actions": [action],
    }
    # The text of an ephemeral message does not come along.
    return payload if ephemeral else {**payload, "message": _plain(message)}


def view_action(slack: Slack, user_id: str, *, view: Mapping[str, Any], action: Any) -> Payload:
    return {
        **_common(slack, "block_actions", user_id),
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": slack.triggers.issue(user_id, view["id"]),
        "view": view,
        "actions": [action],
    }


def shortcut(slack: Slack, user_id: str, channel: Channel, *, message: Message, callback_id: str) -> Payload:
    url = slack.response_urls.issue(user_id, channel, thread_ts=message.get("thread_ts"))
    return {
        **_common(slack, "message_action", user_id),
        "callback_id": callback_id,
        "action_ts": slack.new_ts(),
        "trigger_id": slack.triggers.issue(user_id),
        "response_url": slack.address() + url,
        "message_ts": message["ts"],
        "channel": {"id": channel.id, "name": _name(channel)},
        "message": _plain(message),
    }


def submission(slack: Slack, user_id: str, *, view: Mapping[str, Any]) -> Payload:
    return {
        **_common(slack, "view_submission", user_id),
        "trigger_id": slack.triggers.issue(user_id, view["id"]),
        "view": view,
        "response_urls": [],
    }


def closing(slack: Slack, user_id: str, *, view: Mapping[str, Any], is_cleared: bool) -> Payload:
    return {**_common(slack, "view_closed", user_id), "view": view, "is_cleared": is_cleared}


def action(slack: Slack, block_id: str, element: Mapping[str, Any], value: Mapping[str, Any]) -> Payload:
    kept = {key: element[key] for key in ("text", "value", "style") if key in element}
    place = {"action_id": element["action_id"], "block_id": block_id, "type": element["type"]}
    return {**kept, **value, **place, "action_ts": slack.new_ts()}


def _common(slack: Slack, kind: str, user_id: str) -> Payload:
    identity, user = slack.identity, slack.workspace.users[user_id]
    return {
        "type": kind,
        "user": {
            "id": user_id,
            "username": user.name,
            "name": user.name,
            "team_id": identity.team_id,
        },
        "api_app_id": identity.app_id,
        "token": identity.verification_token,
        "team": {"id": identity.team_id, "domain": "demo"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _name(channel: Channel) -> str:
    if channel.is_mpim:
        return f"mpdm-{channel.name}"
    return "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name


def _plain(message: Message) -> Message:
    return {key: value for key, value in message.items() if key not in ("metadata", "stream")}
