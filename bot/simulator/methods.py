"""The table of all Web API methods: arguments, scopes, rate and what answers them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import conversations, file_methods, people, posts, streams, view_methods
from bot.simulator.slack import Slack

Handler = Callable[[Slack, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Argument:
    name: str
    kind: str
    required: bool


@dataclass(frozen=True)
class Method:
    """`spec` lists the arguments: `name`, `name:json`, with `!` where it is required."""

    answer: Handler
    spec: str = ""
    scopes: tuple[str, ...] = ()
    tier: int = 3
    """Of Slack's rate limits; 0 where a special one applies."""
    token: str = "bot"
    open_ended: bool = False
    arguments: dict[str, Argument] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "arguments", {a.name: a for a in map(_argument, self.spec.split())})


def _argument(word: str) -> Argument:
    name, _, kind = word.rstrip("!").partition(":")
    return Argument(name, kind or "text", word.endswith("!"))


_WRITE = ("chat:write",)
_CONTENT = (
    "text blocks:json attachments:json markdown_text as_user:bool link_names:bool parse username icon_emoji icon_url"
)
_PAGE = "cursor limit:int"
_HISTORY = f"channel! {_PAGE} oldest latest inclusive:bool include_all_metadata:bool"
_LISTING = f"{_PAGE} types exclude_archived:bool"
_STREAM = "channel! markdown_text chunks:json"

METHODS: dict[str, Method] = {
    "api.test": Method(people.api_test, "error", tier=4, token="any", open_ended=True),
    "apps.connections.open": Method(people.open_connection, token="app"),
    "assistant.threads.setStatus": Method(
        file_methods.set_status,
        "channel_id! thread_ts! status! loading_messages:json icon_emoji icon_url username",
        ("chat:write", "assistant:write"),
        tier=0,
    ),
    "auth.test": Method(people.auth_test, tier=0, token="any"),
    "blocks.validate": Method(view_methods.validate, "blocks:json message:json view:json", tier=0),
    "bots.info": Method(people.bot_info, "bot", ("users:read",)),
    "chat.appendStream": Method(streams.append, f"{_STREAM} ts!", _WRITE, tier=4),
    "chat.delete": Method(posts.delete, "channel! ts! as_user:bool", _WRITE),
    "chat.getPermalink": Method(posts.permalink, "channel! message_ts!", tier=0),
    "chat.postEphemeral": Method(posts.post_ephemeral, f"channel! user! thread_ts {_CONTENT}", _WRITE, tier=4),
    "chat.postMessage": Method(
        posts.post_message,
        f"channel! thread_ts reply_broadcast:bool unfurl_links:bool unfurl_media:bool unfurl_app_links:bool "
        f"mrkdwn:bool container_id metadata:json {_CONTENT}",
        _WRITE,
        tier=0,
    ),
    "chat.startStream": Method(
        streams.start,
        f"{_STREAM} thread_ts recipient_team_id recipient_user_id task_display_mode icon_emoji icon_url username",
        _WRITE,
        tier=2,
    ),
    "chat.stopStream": Method(streams.stop, f"{_STREAM} ts! blocks:json metadata:json session_status", _WRITE, tier=2),
    "chat.update": Method(posts.update, f"channel! ts! reply_broadcast:bool metadata:json file_ids {_CONTENT}", _WRITE),
    "conversations.history": Method(conversations.history, _HISTORY),
    "conversations.info": Method(conversations.info, "channel! include_locale:bool include_num_members:bool"),
    "conversations.list": Method(conversations.list_all, _LISTING, tier=2),
    "conversations.members": Method(conversations.members, f"channel! {_PAGE}", tier=4),
    "conversations.open": Method(conversations.open_direct, "channel users return_im:bool", ("im:write",)),
    "conversations.replies": Method(conversations.replies, f"{_HISTORY} ts!"),
    "files.completeUploadExternal": Method(
        file_methods.complete_upload,
        "files:json! channel_id channels initial_comment thread_ts blocks:json",
        ("files:write",),
        tier=4,
    ),
    "files.getUploadURLExternal": Method(
        file_methods.get_upload_url,
        "filename! length:int! alt_txt snippet_type",
        ("files:write",),
        tier=4,
    ),
    "files.info": Method(file_methods.file_info, f"file! count:int page:int {_PAGE}", ("files:read",), tier=4),
    "reactions.add": Method(conversations.add_reaction, "channel! name! timestamp!", ("reactions:write",)),
    "reactions.get": Method(conversations.get_reactions, "channel! timestamp! full:bool", ("reactions:read",)),
    "reactions.remove": Method(
        conversations.remove_reaction, "channel! name! timestamp!", ("reactions:write",), tier=2
    ),
    "team.info": Method(people.team_info, "team domain", ("team:read",)),
    "usergroups.users.list": Method(
        people.usergroup_users, "usergroup! include_disabled:bool", ("usergroups:read",), tier=2
    ),
    "users.conversations": Method(conversations.list_of_user, f"{_LISTING} user"),
    "users.info": Method(people.user_info, "user! include_locale:bool", ("users:read",), tier=4),
    "users.list": Method(people.user_list, f"{_PAGE} include_locale:bool", ("users:read",), tier=2),
    "views.open": Method(view_methods.open_view, "trigger_id! view:json!", tier=4),
    "views.publish": Method(view_methods.publish_view, "user_id! view:json! hash", tier=4),
    "views.push": Method(view_methods.push_view, "trigger_id! view:json!", tier=4),
    "views.update": Method(view_methods.update_view, "view:json! view_id external_id hash", tier=4),
}
