"""The human side over HTTP, for the page."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator.feed import Feed, shown
from bot.simulator.human import NotPossible
from bot.simulator.people_at_work import PeopleAtWork
from bot.simulator.security import FILE_HEADERS
from bot.simulator.slack import Slack
from bot.simulator.workspace import Channel, User

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows besides the workspace."""

    suggestions: Sequence[Mapping[str, str]]
    notice: str
    links: Sequence[Mapping[str, str]]


class ClientApi:
    def __init__(self, slack: Slack, people: PeopleAtWork, feed: Feed, page: Shown) -> None:
        self._slack = slack
        self._people = people
        self._feed = feed
        self._page = page

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/client/workspace", self._workspace),
            web.get("/client/messages", self._messages),
            web.get("/client/events", self._events),
            web.get("/client/files/{id}", self._file),
            *(web.post(f"/client/{path}", _guarded(answer)) for path, answer in self._posts().items()),
        ]

    def _posts(self) -> dict[str, Callable[[web.Request], Awaitable[dict[str, Any]]]]:
        return {
            "messages": self._post,
            "commands": self._command,
            "actions": self._act,
            "shortcuts": self._shortcut,
            "views/submit": self._submit,
            "views/close": self._close,
            "home": self._home,
            "files": self._upload,
        }

    async def _workspace(self, request: web.Request) -> web.StreamResponse:
        slack = self._slack
        commands = [
            {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
            for c in slack.manifest.commands
        ]
        shortcuts = [{"name": s.name, "callback_id": s.callback_id} for s in slack.manifest.shortcuts]
        return web.json_response(
            {
                "team": {"id": slack.workspace.team_id, "name": slack.workspace.team_name},
                "users": [_person(user) for user in slack.workspace.users.values()],
                "channels": [_place(channel) for channel in slack.workspace.channels.values()],
                "commands": commands,
                "shortcuts": shortcuts,
                "bot_user_id": slack.identity.bot_user_id,
                "suggestions": list(self._page.suggestions),
                "notice": self._page.notice,
                "links": list(self._page.links),
            }
        )

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        try:
            channel = self._people.channel(_query(request, "user"), _query(request, "channel"))
        except NotPossible as error:
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        workspace = self._slack.workspace
        rows = [*workspace.in_channel(channel.id), *workspace.whispers_for(request.query["user"], channel.id)]
        rows.sort(key=lambda message: str(message["ts"]))
        return web.json_response({"messages": [shown(message) for message in rows]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        user_id = _query(request, "user")
        if user_id not in self._slack.workspace.users:
            raise web.HTTPNotFound(text=f"There is no person {user_id}.")
        return await self._feed.handle(request, user_id)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._slack.files.find(request.match_info["id"])
        seen = {channel.id for channel in self._slack.workspace.seen_by(_query(request, "user"))}
        if file is None or file.data is None:
            raise web.HTTPNotFound
        if file.user_id != request.query["user"] and not seen.intersection(file.channels):
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type=file.mimetype, headers=FILE_HEADERS)

    async def _post(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        ts = await self._people.post(
            body["user"],
            body["channel"],
            body.get("text", ""),
            thread_ts=body.get("thread_ts"),
            files=body.get("file_ids") or (),
        )
        return {"ok": True, "ts": ts}

    async def _command(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        text = body.get("text", "")
        outcome = await self._people.command(body["user"], body["channel"], body["command"], text)
        return _outcome(outcome.ok, outcome.error)

    async def _act(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        place = (body.get("block_id"), body["action_id"])
        # The page sends what it would show as chosen; the element decides what of it is reported.
        raw = {key: body[key] for key in body if key == "value" or key.startswith("selected")}
        if body.get("view_id"):
            acted = await self._people.act_in_view(body["user"], body["view_id"], place=place, raw=raw)
        else:
            channel, ts = body["channel"], body["message_ts"]
            acted = await self._people.act(body["user"], channel, ts, place=place, raw=raw)
        return _outcome(acted.ok, acted.error)

    async def _shortcut(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        outcome = await self._people.shortcut(body["user"], body["channel"], body["message_ts"], body["callback_id"])
        return _outcome(outcome.ok, outcome.error)

    async def _submit(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        outcome = await self._people.submit_view(body["user"], body["view_id"], body.get("values") or {})
        answer = _outcome(outcome.ok, outcome.error)
        return {**answer, "errors": dict(outcome.errors)} if outcome.errors else answer

    async def _close(self, request: web.Request) -> dict[str, Any]:
        body = await _body(request)
        await self._people.close_view(body["user"], body["view_id"])
        return {"ok": True}

    async def _home(self, request: web.Request) -> dict[str, Any]:
        view = await self._people.open_home((await _body(request))["user"])
        return {"ok": True, "view": view} if view else {"ok": True}

    async def _upload(self, request: web.Request) -> dict[str, Any]:
        user_id, name, data = "", "file", b""
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "user":
                user_id = await part.text()
            elif part.name == "file":
                name, data = part.filename or name, bytes(await part.read())
        file_id = self._people.upload(user_id, name, data)
        return {"ok": True, "file": {"id": file_id, "name": name, "size": len(data)}}


def _guarded(answer: Callable[[web.Request], Awaitable[dict[str, Any]]]) -> Handler:
    """Only a script of the page itself can send the header, so no foreign form gets in."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers.get("X-Requested-With") != "threadwork":
            return web.json_response({"ok": False, "error": "X-Requested-With is missing."}, status=403)
        try:
            return web.json_response(await answer(request))
        except NotPossible as error:
            return web.json_response({"ok": False, "error": str(error)})
        except KeyError as error:
            return web.json_response({"ok": False, "error": f"missing field {error}"}, status=400)

    return handle


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise NotPossible("The request is not JSON.") from error
    if not isinstance(body, dict):
        raise NotPossible("The request is not a JSON object.")
    return body


def _query(request: web.Request, name: str) -> str:
    if name not in request.query:
        raise web.HTTPBadRequest(text=f"missing {name}")
    return request.query[name]


def _outcome(ok: bool, error: str | None) -> dict[str, Any]:
    return {"ok": ok, "error": error} if error else {"ok": ok}


def _person(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_guest": user.is_guest,
    }


def _place(channel: Channel) -> dict[str, Any]:
    place = {
        "id": channel.id,
        "name": channel.name,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "members": channel.members,
    }
    return {**place, "user": channel.user} if channel.is_im else place
