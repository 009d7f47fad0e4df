"""The methods for messages that grow while they are read: chat.startStream, appendStream, stopStream."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.errors import SlackError
from bot.simulator.posts import checked_blocks, record_broadcasts, signed
from bot.simulator.slack import Slack
from bot.simulator.workspace import Channel, Message

Args = Mapping[str, Any]
Reply = dict[str, Any]

LIFE_SECONDS = 306.0  # found by others; appending does not make it longer
TEXT_CHARACTERS = 12_000


def start(slack: Slack, args: Args) -> Reply:
    channel = slack.joined(args["channel"])
    for wanted in ("recipient_user_id", "recipient_team_id"):
        if wanted not in args:
            raise SlackError(f"missing_{wanted}")
    root = slack.thread_root(channel, args.get("thread_ts"))
    message = {**signed(slack, {"text": ""}), "streaming_state": "in_progress"}
    message["stream"] = {"until": slack.clock.now() + LIFE_SECONDS, "tasks": {}, "title": None}
    if root is not None:
        message["thread_ts"] = root
    message = _grown(slack, message, args)
    record_broadcasts(slack, channel, message)
    slack.workspace.add(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def append(slack: Slack, args: Args) -> Reply:
    channel, message = _streaming(slack, args)
    if "markdown_text" not in args and not args.get("chunks"):
        raise SlackError("no_text")
    _replace(slack, channel, _grown(slack, message, args))
    return {"channel": channel.id, "ts": message["ts"]}


def stop(slack: Slack, args: Args) -> Reply:
    channel, message = _streaming(slack, args)
    message = _grown(slack, message, args)
    message["streaming_state"] = "completed"
    message["blocks"] = [*message["blocks"], *checked_blocks(slack, args.get("blocks") or [])]
    if args.get("metadata"):
        message["metadata"] = args["metadata"]
    _replace(slack, channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _streaming(slack: Slack, args: Args) -> tuple[Channel, Message]:
    channel = slack.joined(args["channel"])
    message = slack.workspace.find(channel.id, args["ts"])
    if message is None:
        raise SlackError("message_not_found")
    if not slack.is_own(message):
        raise SlackError("message_not_owned_by_app")
    # After its five minutes a stream can be neither continued nor ended.
    alive = slack.clock.now() <= message.get("stream", {}).get("until", 0.0)
    if message.get("streaming_state") != "in_progress" or not alive:
        raise SlackError("message_not_in_streaming_state")
    return channel, message


def _grown(slack: Slack, message: Message, args: Args) -> Message:
    """With the new chunks in it: text is added, a task of the same id is changed."""
    if args.get("markdown_text") and args.get("chunks"):
        raise SlackError("invalid_arguments")
    chunks = args.get("chunks") or []
    if args.get("markdown_text"):
        chunks = [{"type": "markdown_text", "text": args["markdown_text"]}]
    stream = {**message["stream"], "tasks": {**message["stream"]["tasks"]}}
    text, extra = message["text"], list(stream.get("extra", ()))
    for chunk in chunks:
        match chunk:
            case {"type": "markdown_text", "text": str(more)} if len(more) <= TEXT_CHARACTERS:
                text += more
            case {"type": "task_update", "id": str(task_id)}:
                stream["tasks"][task_id] = _task(stream["tasks"].get(task_id, {}), chunk)
            case {"type": "plan_update", "title": str(title)}:
                stream["title"] = title
            case {"type": "blocks", "blocks": list(blocks)}:
                extra += checked_blocks(slack, blocks)
            case _:
                raise SlackError("invalid_chunks")
    grown = {**message, "text": text, "stream": {**stream, "extra": extra}}
    return {**grown, "blocks": _as_blocks(slack, grown)}


def _task(old: Mapping[str, Any], chunk: Mapping[str, Any]) -> dict[str, Any]:
    details = old.get("details", "") + chunk.get("details", "")
    new = {"title": old.get("title", ""), "status": "in_progress", **old, **chunk, "details": details}
    return {key: value for key, value in new.items() if value and key not in ("type", "id")}


def _as_blocks(slack: Slack, message: Message) -> list[dict[str, Any]]:
    stream, blocks = message["stream"], []
    tasks = [_task_card(task_id, task) for task_id, task in stream["tasks"].items()]
    if tasks and stream["title"]:
        blocks.append({"type": "plan", "title": stream["title"], "tasks": tasks})
    else:
        blocks += tasks
    if message["text"]:
        blocks.append({"type": "markdown", "text": message["text"]})
    if sum(len(block.get("text", "")) for block in blocks) > TEXT_CHARACTERS:
        raise SlackError("msg_too_long")
    return [*checked_blocks(slack, blocks), *stream.get("extra", ())]


def _task_card(task_id: str, task: Mapping[str, Any]) -> dict[str, Any]:
    card = {"type": "task_card", "task_id": task_id, "title": task["title"], "status": task["status"]}
    for key in ("details", "output"):
        if task.get(key):
            section = {"type": "rich_text_section", "elements": [{"type": "text", "text": task[key]}]}
            card[key] = {"type": "rich_text", "elements": [section]}
    if task.get("sources"):
        card["sources"] = task["sources"]
    return card


def _replace(slack: Slack, channel: Channel, message: Message) -> None:
    record_broadcasts(slack, channel, message)
    slack.workspace.replace(channel, message)
