"""The endpoints besides the Web API: response_url, uploads, private downloads."""

import json
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator import posts
from bot.simulator.errors import SlackError
from bot.simulator.human import post_answer
from bot.simulator.response_urls import ResponseUrl
from bot.simulator.security import FILE_HEADERS
from bot.simulator.slack import Slack
from bot.simulator.workspace import Message


class Hooks:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def respond(self, request: web.Request) -> web.StreamResponse:
        target = self._slack.response_urls.use(request.match_info["key"])
        if target is None:
            return web.Response(status=404, text="used_url")
        try:
            said = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        try:
            self._answer(target, said)
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.code}, status=400)
        return web.Response(text="ok")

    async def upload(self, request: web.Request) -> web.StreamResponse:
        data = await _uploaded(request)
        refused = self._slack.files.receive(request.match_info["ticket"], data)
        if refused:
            return web.Response(status=400, text=refused)
        return web.Response(text=f"OK - {len(data)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """`url_private`: without the bot's token one is sent to the front page, as Slack does."""
        if request.headers.get("Authorization") != f"Bearer {self._slack.identity.bot_token}":
            raise web.HTTPFound("/")
        if "files:read" not in self._slack.manifest.scopes:
            raise web.HTTPForbidden(text="missing_scope")
        file = self._slack.files.find(request.match_info["key"].rpartition("-")[2])
        if file is None or file.data is None:
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type=file.mimetype, headers=FILE_HEADERS)

    def _answer(self, target: ResponseUrl, said: dict[str, Any]) -> None:
        if said.get("delete_original"):
            self._replace(target, None)
        elif said.get("replace_original"):
            self._replace(target, posts.content(self._slack, said, posts.POSTED_CHARACTERS))
        else:
            answer = posts.content(self._slack, said, posts.POSTED_CHARACTERS)
            post_answer(self._slack, target.user_id, target.channel, said=said, answer=answer)

    def _replace(self, target: ResponseUrl, content: Message | None) -> None:
        workspace, channel, ts = self._slack.workspace, target.channel, target.message_ts or ""
        # Only the person it was shown to can replace an ephemeral message.
        whispered = next((m for m in workspace.whispers_for(target.user_id) if m["ts"] == ts), None)
        if whispered:
            workspace.unwhisper(target.user_id, channel, ts)
            if content is not None:
                workspace.whisper(target.user_id, channel, {**_bare(whispered), **content})
            return
        message = workspace.find(channel.id, ts)
        if message is None:
            raise SlackError("message_not_found")
        if content is None:
            workspace.remove(channel, ts)
        else:
            workspace.replace(channel, {**_bare(message), **content})


def _bare(message: Message) -> Message:
    return {key: value for key, value in message.items() if key != "blocks"}


async def _uploaded(request: web.Request) -> bytes:
    """The body as it is, or the first part of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read())
    return b""
