"""The methods for files, and the status line of a thread: files.*, assistant.threads.setStatus."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.files import File
from bot.simulator.posts import checked_blocks, record_broadcasts, signed
from bot.simulator.slack import Slack
from bot.simulator.workspace import Channel

Args = Mapping[str, Any]
Reply = dict[str, Any]


def get_upload_url(slack: Slack, args: Args) -> Reply:
    if args["length"] < 1:
        raise invalid_arguments("must be more than 0 [json-pointer:/length]")
    file = File(
        id=slack.ids.new("F"),
        name=args["filename"],
        size=args["length"],
        user_id=slack.identity.bot_user_id,
        alt_text=args.get("alt_txt", ""),
        created=int(slack.clock.now()),
    )
    return {"upload_url": slack.address() + slack.files.announce(file), "file_id": file.id}


def complete_upload(slack: Slack, args: Args) -> Reply:
    rows = args["files"]
    if not isinstance(rows, list) or not all(isinstance(r, Mapping) and "id" in r for r in rows):
        raise invalid_arguments("must be an array of objects with an id [json-pointer:/files]")
    files = slack.files.arrived([row["id"] for row in rows])
    if not files:
        raise SlackError("file_not_found")
    for file, row in zip(files, rows, strict=True):
        file.title = row.get("title") or file.title
    for channel in _targets(slack, args):
        _share(slack, args, channel, files)
    return {"files": [_described(slack, file) for file in files]}


def file_info(slack: Slack, args: Args) -> Reply:
    file = slack.files.find(args["file"])
    if file is None or file.data is None:
        raise SlackError("file_not_found")
    # A file is visible where it was shared, to those who are there.
    if file.channels and not any(slack.is_member(slack.workspace.channels[c]) for c in file.channels):
        raise SlackError("file_not_found")
    return {"file": _described(slack, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def set_status(slack: Slack, args: Args) -> Reply:
    channel = slack.joined(args["channel_id"])
    if slack.workspace.find(channel.id, args["thread_ts"]) is None:
        raise SlackError("invalid_thread_ts")
    if len(args.get("loading_messages") or ()) > 10:
        raise invalid_arguments("no more than 10 items allowed [json-pointer:/loading_messages]")
    slack.workspace.statuses[(channel.id, args["thread_ts"])] = args["status"]
    return {}


def _targets(slack: Slack, args: Args) -> list[Channel]:
    named = [args["channel_id"]] if args.get("channel_id") else (args.get("channels") or "").split(",")
    channels = [slack.joined(channel_id) for channel_id in named if channel_id]
    if args.get("thread_ts") and len(channels) != 1:
        raise invalid_arguments("thread_ts needs exactly one channel")
    return channels


def _share(slack: Slack, args: Args, channel: Channel, files: list[File]) -> None:
    root = slack.thread_root(channel, args.get("thread_ts"))
    for file in files:
        file.channels.append(channel.id)
    content: dict[str, Any] = {"text": args.get("initial_comment", "")}
    # Slack ignores the blocks where a comment is given.
    if args.get("blocks") and not content["text"]:
        content["blocks"] = checked_blocks(slack, args["blocks"])
    message = {**signed(slack, content), "upload": True, "files": [_described(slack, f) for f in files]}
    if root is not None:
        message["thread_ts"] = root
    record_broadcasts(slack, channel, message)
    slack.workspace.add(channel, message)


def _described(slack: Slack, file: File) -> dict[str, Any]:
    return file.described(slack.address(), slack.identity.team_id)
