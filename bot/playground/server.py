"""The playground over HTTP: a page, what it asks for, and a stream of pictures."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.bootstrap import Services
from bot.playground.playground import Playground, Wanted
from bot.simulator.page_files import page_file
from bot.simulator.security import PAGE_HEADERS, only_from_here
from orchestration.values.errors import AskerError, ThreadworkError

_PAGE = Path(__file__).with_name("page")
_QUIET_SECONDS = 15.0
_MOST_AT_ONCE = 10
Json = dict[str, Any]


class PlaygroundServer:
    """Its routes are there before there is anything to run on: the demo's page opens first, its bot follows."""

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id
        self._playground: Playground | None = None
        self._open: set[asyncio.Task[Any]] = set()

    def use(self, services: Services) -> None:
        self._playground = Playground(services, self._user_id)

    def close(self) -> None:
        """Ends the streams, which nobody has to wait for."""
        self._playground = None
        for task in self._open:
            task.cancel()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/playground", self._page),
            web.get("/playground/page/{name}", self._page),
            web.get("/playground/state", self._state),
            web.get("/playground/events", self._events),
            web.post("/playground/start", _guarded(self._start)),
            web.post("/playground/stop", _guarded(self._stop)),
        ]

    async def _page(self, request: web.Request) -> web.StreamResponse:
        path = _PAGE / request.match_info.get("name", "playground.html")
        if path.parent != _PAGE or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=PAGE_HEADERS)

    async def _state(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(await self._running().state())

    async def _start(self, body: Json) -> Json:
        return {"runs": await self._running().start(Wanted.read(body))}

    async def _stop(self, body: Json) -> Json:
        await self._running().stop(_named(body.get("runs")))
        return {}

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """One event a picture, then `end`; a page that reconnects gets the newest picture of each run again."""
        run_ids = _named(request.query.get("runs", "").split(","))
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._stream(response, run_ids)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
        return response

    async def _stream(self, response: web.StreamResponse, run_ids: Sequence[str]) -> None:
        pictures: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        playground = self._running()

        async def follow(run_id: str) -> None:
            try:
                async for one in playground.follow(run_id):
                    pictures.put_nowait(("run", one))
            except ThreadworkError as error:
                pictures.put_nowait(("problem", {"run_id": run_id, "error": error.sentence}))
            pictures.put_nowait(("over", {}))

        async with asyncio.TaskGroup() as group:
            for run_id in run_ids:
                group.create_task(follow(run_id))
            left = len(run_ids)
            while left:
                try:
                    kind, data = await asyncio.wait_for(pictures.get(), _QUIET_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                left -= kind == "over"
                if kind != "over":
                    await response.write(_event(kind, data))
        await response.write(_event("end", {"past": await playground.past()}))

    def _running(self) -> Playground:
        if self._playground is None:
            raise web.HTTPServiceUnavailable(text="The playground is starting. Try again in a moment.")
        return self._playground


def application(playground: PlaygroundServer) -> web.Application:
    """The playground alone; in the demo its routes are part of the workspace."""
    app = web.Application(middlewares=[only_from_here])
    app.add_routes([web.get("/", _to_the_page), web.get("/page/{name}", page_file), *playground.routes()])
    return app


async def _to_the_page(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/playground")


def _guarded(answer: Callable[[Json], Awaitable[Json]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Only a script of the page itself can send the header, so no foreign form gets in."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers.get("X-Requested-With") != "threadwork":
            return web.json_response({"ok": False, "error": "X-Requested-With is missing."}, status=403)
        try:
            body = json.loads(await request.read())
            if not isinstance(body, dict):
                raise AskerError("The request is not a JSON object.")
            return web.json_response({"ok": True, **await answer(body)})
        except ValueError:
            return web.json_response({"ok": False, "error": "The request is not JSON."}, status=400)
        except ThreadworkError as error:
            return web.json_response({"ok": False, "error": error.sentence})

    return handle


def _named(run_ids: Any) -> list[str]:
    named = [one for one in run_ids if isinstance(one, str) and one] if isinstance(run_ids, list) else []
    if not named or len(named) > _MOST_AT_ONCE:
        raise web.HTTPBadRequest(text=f"Name 1 to {_MOST_AT_ONCE} runs.")
    return named


def _event(kind: str, data: Json) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
