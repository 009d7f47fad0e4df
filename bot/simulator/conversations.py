"""The methods about channels and what is in them: conversations.* and reactions.*"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.errors import SlackError
from bot.simulator.slack import Slack
from bot.simulator.workspace import Channel, Message

Args = Mapping[str, Any]
Reply = dict[str, Any]

_KIND = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
_MOST = 999


def info(slack: Slack, args: Args) -> Reply:
    channel = slack.channel(args["channel"])
    slack.need(f"{channel.kind}:read")
    return {"channel": described(slack, channel)}


def list_all(slack: Slack, args: Args) -> Reply:
    slack_kinds = _kinds(slack, args)
    known = [c for c in slack.workspace.channels.values() if not c.is_private or slack.is_member(c)]
    return _listed(slack, args, [c for c in known if c.kind in slack_kinds])


def list_of_user(slack: Slack, args: Args) -> Reply:
    kinds, user_id = _kinds(slack, args), args.get("user", slack.identity.bot_user_id)
    slack.user(user_id)
    shared = [c for c in slack.workspace.seen_by(user_id) if not c.is_private or slack.is_member(c)]
    return _listed(slack, args, [c for c in shared if c.kind in kinds])


def members(slack: Slack, args: Args) -> Reply:
    channel = slack.channel(args["channel"])
    slack.need(f"{channel.kind}:read")
    page, cursor = paged(channel.members, args, 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def open_direct(slack: Slack, args: Args) -> Reply:
    """Only one person: the simulator has no group messages."""
    user_id = args.get("users")
    channel = slack.channel(args["channel"]) if user_id is None else slack.workspace.dm_of(user_id)
    if channel is None:
        raise SlackError("user_not_found" if user_id not in slack.workspace.users else "cannot_dm_bot")
    brief = {"id": channel.id}
    return {"channel": described(slack, channel) if args.get("return_im") else brief, "already_open": True}


def history(slack: Slack, args: Args) -> Reply:
    """Newest first; replies only where they were also sent to the channel."""
    channel = _readable(slack, args["channel"])
    rows = [m for m in slack.workspace.in_channel(channel.id) if _top_level(m)]
    page, cursor = paged([m for m in reversed(rows) if _in_time(m, args)], args, 100)
    return _messages(slack, channel, args, page, cursor)


def replies(slack: Slack, args: Args) -> Reply:
    """Oldest first, the message that opened the thread at the head of every page."""
    channel = _readable(slack, args["channel"])
    found = slack.workspace.find(channel.id, args["ts"])
    if found is None:
        raise SlackError("thread_not_found")
    root = slack.workspace.find(channel.id, str(found.get("thread_ts", found["ts"]))) or found
    rows = slack.workspace.replies(channel.id, root["ts"])
    # Slack counts the first message as one of the page, whatever the limit.
    page, cursor = paged([m for m in rows if _in_time(m, args)], args, 1000, extra=1)
    return _messages(slack, channel, args, [root, *page], cursor)


def add_reaction(slack: Slack, args: Args) -> Reply:
    channel, message = _reactable(slack, args)
    name, bot = args["name"].strip(":"), slack.identity.bot_user_id
    reactions = {r["name"]: r["users"] for r in message.get("reactions", ())}
    if bot in reactions.get(name, ()):
        raise SlackError("already_reacted")
    reactions[name] = [*reactions.get(name, ()), bot]
    _react(slack, channel, message, reactions)
    return {}


def remove_reaction(slack: Slack, args: Args) -> Reply:
    channel, message = _reactable(slack, args)
    name, bot = args["name"].strip(":"), slack.identity.bot_user_id
    reactions = {r["name"]: r["users"] for r in message.get("reactions", ())}
    if bot not in reactions.get(name, ()):
        raise SlackError("no_reaction")
    reactions[name] = [user for user in reactions[name] if user != bot]
    _react(slack, channel, message, reactions)
    return {}


def get_reactions(slack: Slack, args: Args) -> Reply:
    channel, message = _reactable(slack, args)
    return {"type": "message", "channel": channel.id, "message": message}


def described(slack: Slack, channel: Channel) -> dict[str, Any]:
    common = {
        "id": channel.id,
        "created": 1700000000,
        "is_im": channel.is_im,
        "is_archived": False,
        "is_shared": channel.is_ext_shared or channel.is_org_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "is_org_shared": channel.is_org_shared,
        "context_team_id": slack.identity.team_id,
    }
    if channel.is_im:
        return {**common, "user": channel.user, "is_open": True}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private and not channel.is_mpim,
        "is_private": channel.is_private,
        "is_mpim": channel.is_mpim,
        "is_member": slack.is_member(channel),
        "num_members": len(channel.members),
    }


def paged(rows: Sequence[Any], args: Args, default: int, extra: int = 0) -> tuple[list[Any], str]:
    """One page and the cursor of the next; `extra` is what the caller adds to each page."""
    limit = args.get("limit") or default
    if limit < 1:
        raise SlackError("invalid_limit")
    # Cursors are opaque to clients; base64 keeps them from being guessed at by eye.
    start, size = _position(args.get("cursor")), max(1, min(limit, _MOST) - extra)
    page = list(rows[start : start + size])
    more = start + size < len(rows)
    return page, base64.b64encode(f"next:{start + size}".encode()).decode() if more else ""


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError) as error:
        raise SlackError("invalid_cursor") from error


def _kinds(slack: Slack, args: Args) -> set[str]:
    names = [name.strip() for name in (args.get("types") or "public_channel").split(",")]
    if any(name not in _KIND for name in names):
        raise SlackError("invalid_types")
    for name in names:
        slack.need(f"{_KIND[name]}:read")
    return {_KIND[name] for name in names}


def _listed(slack: Slack, args: Args, channels: Sequence[Channel]) -> Reply:
    page, cursor = paged(channels, args, 100)
    return {
        "channels": [described(slack, channel) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


def _readable(slack: Slack, channel_id: str) -> Channel:
    channel = slack.joined(channel_id)
    slack.need(f"{channel.kind}:history")
    return channel


def _top_level(message: Message) -> bool:
    in_thread = message.get("thread_ts", message["ts"]) != message["ts"]
    return not in_thread or message.get("subtype") == "thread_broadcast"


def _in_time(message: Message, args: Args) -> bool:
    ts, oldest, latest = _seconds(message["ts"], ""), args.get("oldest"), args.get("latest")
    # Without `inclusive` both ends are left out.
    equal = bool(args.get("inclusive")) and message["ts"] in (oldest, latest)
    after = oldest is None or ts > _seconds(oldest, "invalid_ts_oldest")
    before = latest is None or ts < _seconds(latest, "invalid_ts_latest")
    return equal or (after and before)


def _seconds(ts: str, error: str) -> float:
    try:
        return float(ts)
    except ValueError as cause:
        raise SlackError(error) from cause


def _messages(slack: Slack, channel: Channel, args: Args, rows: Sequence[Message], cursor: str) -> Reply:
    keep = args.get("include_all_metadata")
    reply: Reply = {"messages": [as_read(slack, channel, m, bool(keep)) for m in rows]}
    reply["has_more"] = bool(cursor)
    if cursor:
        reply["response_metadata"] = {"next_cursor": cursor}
    return reply


def as_read(slack: Slack, channel: Channel, message: Message, metadata: bool) -> Message:
    """As history shows it: a thread's first message carries the count of replies."""
    shown = {key: value for key, value in message.items() if metadata or key != "metadata"}
    answers = slack.workspace.replies(channel.id, message["ts"])
    if answers:
        users = list(dict.fromkeys(m["user"] for m in answers if "user" in m))
        counts = {"reply_count": len(answers), "reply_users_count": len(users), "reply_users": users[:5]}
        shown |= {"thread_ts": message["ts"], "latest_reply": answers[-1]["ts"], **counts}
    return shown


def _reactable(slack: Slack, args: Args) -> tuple[Channel, Message]:
    channel = slack.joined(args["channel"])
    message = slack.workspace.find(channel.id, args["timestamp"])
    if message is None:
        raise SlackError("message_not_found")
    return channel, message


def _react(slack: Slack, channel: Channel, message: Message, reactions: Mapping[str, list[str]]) -> None:
    rows = [{"name": n, "users": users, "count": len(users)} for n, users in reactions.items() if users]
    bare = {key: value for key, value in message.items() if key != "reactions"}
    slack.workspace.replace(channel, {**bare, "reactions": rows} if rows else bare)
