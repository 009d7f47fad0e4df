"""What each person's page receives while it is open, by server-sent events."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator.workspace import Change, Message

_NOT_SHOWN = frozenset({"metadata", "stream", "is_ephemeral"})
_QUIET_SECONDS = 15.0


class Feed:
    def __init__(self) -> None:
        self._open: list[tuple[str, asyncio.Queue[bytes | None]]] = []

    def on_change(self, change: Change) -> None:
        for user_id in change.channel.members if change.user is None else [change.user]:
            self.tell(user_id, change.kind, _data(change))

    def on_view(self, user_id: str, action: str, view: Mapping[str, Any] | None) -> None:
        if action == "home":
            self.tell(user_id, "home", {"view": view})
        else:
            self.tell(user_id, "view", {"view": view, "action": action})

    def tell(self, user_id: str, kind: str, data: Mapping[str, Any]) -> None:
        text = f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
        for reader, queue in self._open:
            if reader == user_id:
                # A slow page never holds up the workspace.
                queue.put_nowait(text)

    async def handle(self, request: web.Request, user_id: str) -> web.StreamResponse:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        entry = (user_id, queue)
        self._open.append(entry)
        try:
            await response.prepare(request)
            await response.write(b": open\n\n")
            while (text := await _next(queue)) is not None:
                await response.write(text)
        except ConnectionError:
            pass
        finally:
            self._open.remove(entry)
        return response

    def close(self) -> None:
        for _, queue in self._open:
            queue.put_nowait(None)


def shown(message: Message) -> dict[str, Any]:
    """A message as the page gets it."""
    visible = {key: value for key, value in message.items() if key not in _NOT_SHOWN}
    return {**visible, "ephemeral": True} if message.get("is_ephemeral") else visible


async def _next(queue: asyncio.Queue[bytes | None]) -> bytes | None:
    try:
        return await asyncio.wait_for(queue.get(), _QUIET_SECONDS)
    except TimeoutError:
        return b": still here\n\n"


def _data(change: Change) -> dict[str, Any]:
    match change.kind:
        case "message_deleted":
            return {"channel": change.channel.id, "ts": change.message["ts"]}
        case "problem":
            return {"channel": change.channel.id, "text": change.message["text"]}
        case _:
            return {"channel": change.channel.id, "message": shown(change.message)}
