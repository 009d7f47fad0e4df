"""The methods by which an app writes: chat.*"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.simulator import blockkit
from bot.simulator.block_rules import readable
from bot.simulator.errors import SlackError
from bot.simulator.slack import Slack
from bot.simulator.workspace import Broadcast, Channel, Message, Unfurl, Workspace

Args = Mapping[str, Any]
Reply = dict[str, Any]

POSTED_CHARACTERS = 40_000
UPDATED_CHARACTERS = 4_000
MARKDOWN_CHARACTERS = 12_000
METADATA_BYTES = 8_192
_BROADCAST = re.compile(r"<!(?:channel|here|everyone|subteam\^[A-Z0-9]+)(?:\|[^>]*)?>")


def post_message(slack: Slack, args: Args) -> Reply:
    channel = _writable(slack, args["channel"])
    root = slack.thread_root(channel, args.get("thread_ts"))
    message = signed(slack, content(slack, args, POSTED_CHARACTERS))
    if root is not None:
        message["thread_ts"] = root
        # Such a reply is in the channel too.
        if args.get("reply_broadcast"):
            message["subtype"] = "thread_broadcast"
    record_broadcasts(slack, channel, message)
    flags = Unfurl(channel.id, message["ts"], args.get("unfurl_links"), args.get("unfurl_media"))
    slack.workspace.unfurls.append(flags)
    # A post ends the status line of its thread.
    slack.workspace.statuses.pop((channel.id, root or message["ts"]), None)
    slack.workspace.add(channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update(slack: Slack, args: Args) -> Reply:
    channel = slack.joined(args["channel"])
    old = _own_message(slack, channel, args["ts"], "cant_update_message")
    if old.get("streaming_state") == "in_progress":
        raise SlackError("streaming_state_conflict")
    message = {**old, **_changes(slack, args)}
    if "blocks" not in args and ("text" in args or "markdown_text" in args):
        if "markdown_text" not in args:
            message.pop("blocks", None)
        message["edited"] = {"user": slack.identity.bot_user_id, "ts": slack.new_ts()}
    # An empty object takes metadata away; leaving it out keeps what there was.
    if args.get("metadata") == {}:
        message.pop("metadata", None)
    record_broadcasts(slack, channel, message)
    slack.workspace.replace(channel, message)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def delete(slack: Slack, args: Args) -> Reply:
    channel = slack.joined(args["channel"])
    old = _own_message(slack, channel, args["ts"], "cant_delete_message")
    take_away(slack.workspace, channel, old)
    return {"channel": channel.id, "ts": old["ts"]}


def take_away(workspace: Workspace, channel: Channel, old: Message) -> None:
    """A message with replies leaves a tombstone, so that its thread keeps a head."""
    if not workspace.replies(channel.id, old["ts"]):
        workspace.remove(channel, old["ts"])
        return
    tombstone: Message = {key: old[key] for key in ("type", "ts", "thread_ts", "team") if key in old}
    tombstone |= {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    workspace.replace(channel, tombstone)


def post_ephemeral(slack: Slack, args: Args) -> Reply:
    channel = _writable(slack, args["channel"])
    if args["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    root = slack.thread_root(channel, args.get("thread_ts"))
    message = {**signed(slack, content(slack, args, POSTED_CHARACTERS)), "is_ephemeral": True}
    if root is not None:
        message["thread_ts"] = root
    record_broadcasts(slack, channel, message)
    slack.workspace.whisper(args["user"], channel, message)
    return {"message_ts": message["ts"]}


def permalink(slack: Slack, args: Args) -> Reply:
    channel = slack.channel(args["channel"])
    message = slack.workspace.find(channel.id, args["message_ts"])
    if message is None:
        raise SlackError("message_not_found")
    link = f"{slack.address()}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts"):
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def content(slack: Slack, args: Args, characters: int) -> Message:
    """Text, blocks and metadata of a message, or the error that Slack would answer."""
    if "markdown_text" in args:
        return {**_markdown(slack, args), **_metadata(args)}
    text, blocks = args.get("text", ""), args.get("blocks")
    if not text and not blocks and not args.get("attachments"):
        raise SlackError("no_text")
    # Slack cuts what is longer; an error is noticed before a reader misses the end.
    if len(text) > characters:
        raise SlackError("msg_too_long")
    message: Message = {"text": text, **_metadata(args)}
    if blocks:
        message["blocks"] = checked_blocks(slack, blocks)
    if args.get("attachments"):
        message["attachments"] = args["attachments"]
    return message


def checked_blocks(slack: Slack, blocks: Any) -> list[dict[str, Any]]:
    problems = blockkit.message_problems(blocks)
    if problems:
        reasons = [str(problem) for problem in problems]
        messages = [f"[ERROR] {reason}" for reason in reasons]
        raise SlackError("invalid_blocks", errors=reasons, response_metadata={"messages": messages})
    if blockkit.size(blocks) > blockkit.MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return blockkit.stamped(blocks, slack.ids)


def _markdown(slack: Slack, args: Args) -> Message:
    text = args["markdown_text"]
    if args.get("text") or args.get("blocks"):
        raise SlackError("markdown_text_conflict")
    if not text:
        raise SlackError("no_text")
    if len(text) > MARKDOWN_CHARACTERS:
        raise SlackError("msg_too_long")
    return {"text": text, "blocks": checked_blocks(slack, [{"type": "markdown", "text": text}])}


def _changes(slack: Slack, args: Args) -> Message:
    """Blocks survive an edit that sends no text; metadata survives one that sends none."""
    if not {"text", "blocks", "attachments", "markdown_text"} & args.keys():
        raise SlackError("no_text")
    return content(slack, args, UPDATED_CHARACTERS)


def _metadata(args: Args) -> Message:
    metadata = args.get("metadata")
    if not metadata:
        return {}
    if not isinstance(metadata, Mapping):
        raise SlackError("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, Mapping):
        raise SlackError("invalid_metadata_schema")
    if any(_depth(value) > 1 for value in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"metadata": dict(metadata)}


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _writable(slack: Slack, channel_id: str) -> Channel:
    """Also by the id of a person: that is the direct message with them."""
    # There is one direct message with each person, and it is always open.
    if direct := slack.workspace.dm_of(channel_id):
        return direct
    channel = slack.channel(channel_id)
    if not slack.is_member(channel) and "chat:write.public" not in slack.manifest.scopes:
        raise SlackError("not_in_channel")
    return channel


def _own_message(slack: Slack, channel: Channel, ts: str, otherwise: str) -> Message:
    message = slack.workspace.find(channel.id, ts)
    if message is None:
        raise SlackError("message_not_found")
    if not slack.is_own(message):
        raise SlackError(otherwise)
    return message


def signed(slack: Slack, message: Message) -> Message:
    """The same message with the app's name and a time on it."""
    identity = slack.identity
    return {
        "type": "message",
        "user": identity.bot_user_id,
        "bot_id": identity.bot_id,
        "app_id": identity.app_id,
        "team": identity.team_id,
        "ts": slack.new_ts(),
        **message,
    }


def record_broadcasts(slack: Slack, channel: Channel, message: Message) -> None:
    texts = [message["text"], *readable(message.get("blocks", ()))]
    # Escaped text holds no `<`, so only tokens that would ring are found.
    for token in {token for text in texts for token in _BROADCAST.findall(text)}:
        slack.workspace.broadcasts.append(Broadcast(channel.id, message["ts"], token))
