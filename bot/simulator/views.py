"""Forms and Home tabs as they are on each person's screen."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator import blockkit
from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.identity import Identity
from bot.simulator.ids import Ids
from bot.simulator.inputs import initial_values

STACK = 3
View = dict[str, Any]


class Views:
    def __init__(self, identity: Identity, ids: Ids) -> None:
        self._identity = identity
        self._ids = ids
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.listeners: list[Callable[[str, str, View | None], None]] = []
        """Receives (user id, `open`, `update`, `close` or `home`, the view that is now on the screen)."""

    def open(self, user_id: str, draft: Any) -> View:
        """Puts a first form before the user, in place of whatever was there."""
        view = self._new(draft, "modal")
        view["root_view_id"] = view["id"]
        self.stacks[user_id] = [view]
        self._tell(user_id, "open", view)
        return view

    def push(self, user_id: str, draft: Any) -> View:
        # Pushing onto nothing is an error; the first form has to be opened.
        stack = self.stacks.get(user_id) or []
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        view = self._new(draft, "modal")
        view["root_view_id"], view["previous_view_id"] = stack[0]["id"], stack[-1]["id"]
        stack.append(view)
        self._tell(user_id, "open", view)
        return view

    def update(self, view: View, draft: Any, view_hash: str | None = None) -> View:
        """Changes a form in place; what the user has typed stays where the block and action ids stay."""
        _check_hash(view, view_hash)
        new = self._new(draft, view["type"], replacing=view)
        kept = {key: view[key] for key in ("id", "root_view_id", "previous_view_id")}
        # Slack keeps a field's content only where both of its ids are unchanged.
        typed = view["state"]["values"]
        for block_id, values in new["state"]["values"].items():
            values.update({a: v for a, v in typed.get(block_id, {}).items() if a in values})
        view.clear()
        view.update(new, **kept)
        user_id, _ = self.find(view["id"])
        self._tell(user_id, "home" if view["type"] == "home" else "update", view)
        return view

    def publish(self, user_id: str, draft: Any, view_hash: str | None = None) -> View:
        if user_id in self.homes:
            return self.update(self.homes[user_id], draft, view_hash)
        view = self._new(draft, "home")
        view["root_view_id"] = view["id"]
        self.homes[user_id] = view
        self._tell(user_id, "home", view)
        return view

    def close(self, user_id: str, view_id: str | None = None) -> list[View]:
        """Takes one form away, or all of them where no id is given."""
        stack = self.stacks.pop(user_id, [])
        kept = [view for view in stack if view_id is not None and view["id"] != view_id]
        if kept:
            self.stacks[user_id] = kept
        self._tell(user_id, "close", kept[-1] if kept else None)
        return [view for view in stack if view not in kept]

    def find(self, view_id: str | None, external_id: str | None = None) -> tuple[str, View]:
        """Whose it is, and the view."""
        for user_id, view in self._all():
            if view_id == view["id"] or (external_id and external_id == view["external_id"]):
                return user_id, view
        raise SlackError("not_found")

    def _tell(self, user_id: str, action: str, view: View | None) -> None:
        for listener in self.listeners:
            listener(user_id, action, view)

    def _all(self) -> list[tuple[str, View]]:
        forms = [(user_id, view) for user_id, stack in self.stacks.items() for view in stack]
        return forms + list(self.homes.items())

    def _new(self, draft: Any, kind: str, replacing: View | None = None) -> View:
        problems = blockkit.view_problems(draft)
        if problems:
            raise invalid_arguments(*map(str, problems))
        if draft["type"] != kind:
            raise invalid_arguments(f"must be one of: {kind} [json-pointer:/view/type]")
        if len(json.dumps(draft)) > blockkit.VIEW_BYTES:
            raise SlackError("view_too_large")
        self._check_external_id(draft.get("external_id", ""), replacing)
        return self._complete(draft)

    def _check_external_id(self, external_id: str, replacing: View | None) -> None:
        taken = [v for _, v in self._all() if external_id and v["external_id"] == external_id]
        if any(view is not replacing for view in taken):
            raise SlackError("duplicate_external_id")

    def _complete(self, draft: Mapping[str, Any]) -> View:
        blocks = blockkit.stamped(draft["blocks"], self._ids)
        identity, view_id = self._identity, self._ids.new("V")
        return {
            "id": view_id,
            "team_id": identity.team_id,
            "app_id": identity.app_id,
            "app_installed_team_id": identity.team_id,
            "bot_id": identity.bot_id,
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "previous_view_id": None,
            "root_view_id": view_id,
            "hash": self._ids.new("1."),
            **draft,
            "blocks": blocks,
            "state": {"values": initial_values(blocks)},
        }


def _check_hash(view: View, view_hash: str | None) -> None:
    if view_hash and view_hash != view["hash"]:
        raise SlackError("hash_conflict")
