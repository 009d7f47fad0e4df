"""The methods about who is who: auth, users, usergroups, team, bots."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.conversations import paged
from bot.simulator.errors import SlackError
from bot.simulator.slack import Slack
from bot.simulator.workspace import User

Args = Mapping[str, Any]
Reply = dict[str, Any]


def auth_test(slack: Slack, args: Args) -> Reply:
    identity = slack.identity
    return {
        "url": f"{slack.address()}/",
        "team": slack.workspace.team_name,
        "user": slack.manifest.bot_name,
        "team_id": identity.team_id,
        "user_id": identity.bot_user_id,
        "bot_id": identity.bot_id,
        "app_id": identity.app_id,
        "is_enterprise_install": False,
    }


def api_test(slack: Slack, args: Args) -> Reply:
    if "error" in args:
        raise SlackError(args["error"], args=dict(args))
    return {"args": dict(args)}


def open_connection(slack: Slack, args: Args) -> Reply:
    return {"url": slack.open_socket()}


def bot_info(slack: Slack, args: Args) -> Reply:
    identity = slack.identity
    # There is one bot in this workspace.
    if args.get("bot", identity.bot_id) != identity.bot_id:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": identity.bot_id,
            "app_id": identity.app_id,
            "user_id": identity.bot_user_id,
            "name": slack.manifest.bot_name,
            "deleted": False,
        }
    }


def team_info(slack: Slack, args: Args) -> Reply:
    workspace = slack.workspace
    return {"team": {"id": workspace.team_id, "name": workspace.team_name, "domain": "demo"}}


def user_info(slack: Slack, args: Args) -> Reply:
    return {"user": described(slack, slack.user(args["user"]))}


def user_list(slack: Slack, args: Args) -> Reply:
    page, cursor = paged(list(slack.workspace.users.values()), args, 200)
    users = [described(slack, user) for user in page]
    return {"members": users, "response_metadata": {"next_cursor": cursor}}


def usergroup_users(slack: Slack, args: Args) -> Reply:
    members = slack.workspace.usergroups.get(args["usergroup"])
    if members is None:
        raise SlackError("no_such_subteam")
    return {"users": members}


def described(slack: Slack, user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "team_id": slack.identity.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.is_deleted,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": {"real_name": user.real_name, "display_name": user.name},
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
