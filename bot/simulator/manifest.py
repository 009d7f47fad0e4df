"""What the app declares: everything else is refused or not delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    command: str
    description: str
    usage_hint: str


@dataclass(frozen=True)
class Shortcut:
    name: str
    callback_id: str
    kind: str


@dataclass(frozen=True)
class Manifest:
    name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    home_tab: bool
    messages_tab: bool
    interactive: bool

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Manifest":
        """From the parsed manifest file; what is left out counts as not declared."""
        features, settings = _part(document, "features"), _part(document, "settings")
        name = str(_part(document, "display_information").get("name", "app"))
        home = _part(features, "app_home")
        scopes = frozenset(_part(document, "oauth_config", "scopes").get("bot") or ())
        # Slack installs commands and shortcuts only with this scope.
        called = features if "commands" in scopes else {}
        return cls(
            name=name,
            bot_name=str(_part(features, "bot_user").get("display_name", name)),
            scopes=scopes,
            events=frozenset(_part(settings, "event_subscriptions").get("bot_events") or ()),
            commands=tuple(_commands(called.get("slash_commands") or ())),
            shortcuts=tuple(_shortcuts(called.get("shortcuts") or ())),
            home_tab=bool(home.get("home_tab_enabled")),
            messages_tab=bool(home.get("messages_tab_enabled")),
            interactive=bool(_part(settings, "interactivity").get("is_enabled")),
        )


def _part(document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    for key in path:
        document = document.get(key) or {}
    return document


def _commands(rows: Sequence[Mapping[str, Any]]) -> list[Command]:
    return [Command(r["command"], r.get("description", ""), r.get("usage_hint", "")) for r in rows]


def _shortcuts(rows: Sequence[Mapping[str, Any]]) -> list[Shortcut]:
    return [Shortcut(r["name"], r["callback_id"], r.get("type", "global")) for r in rows]
