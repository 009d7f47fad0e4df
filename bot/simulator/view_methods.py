"""The methods by which an app shows forms and Home tabs: views.*, and blocks.validate."""

from collections.abc import Mapping
from typing import Any

from bot.simulator import blockkit
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.slack import Slack

Args = Mapping[str, Any]
Reply = dict[str, Any]


def open_view(slack: Slack, args: Args) -> Reply:
    trigger = slack.triggers.redeem(args["trigger_id"])
    return {"view": slack.views.open(trigger.user_id, args["view"])}


def push_view(slack: Slack, args: Args) -> Reply:
    trigger = slack.triggers.redeem(args["trigger_id"])
    return {"view": slack.views.push(trigger.user_id, args["view"])}


def update_view(slack: Slack, args: Args) -> Reply:
    if "view_id" not in args and "external_id" not in args:
        raise invalid_arguments("missing required field: view_id or external_id")
    _, view = slack.views.find(args.get("view_id"), args.get("external_id"))
    return {"view": slack.views.update(view, args["view"], args.get("hash"))}


def publish_view(slack: Slack, args: Args) -> Reply:
    if not slack.manifest.home_tab:
        raise SlackError("not_enabled")
    slack.user(args["user_id"])
    return {"view": slack.views.publish(args["user_id"], args["view"], args.get("hash"))}


def validate(slack: Slack, args: Args) -> Reply:
    given = [name for name in ("blocks", "message", "view") if name in args]
    if len(given) != 1:
        raise invalid_arguments("exactly one of blocks, message and view is required")
    subject = args[given[0]]
    if given[0] == "view":
        problems = blockkit.view_problems(subject)
    else:
        blocks = subject.get("blocks") if isinstance(subject, Mapping) else subject
        problems = blockkit.message_problems(blocks)
    if problems:
        errors = [{"pointer": p.pointer, "code": "invalid", "message": p.message} for p in problems]
        raise SlackError("invalid_blocks", errors=errors)
    return {}
