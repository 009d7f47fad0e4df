"""A small web on this machine: any host name leads to it, and it writes down every request that arrives."""

import socket
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from orchestration.tools.web.guard import Reach

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
LONG = "It is a sentence of a page that is long enough to be read as an article by whoever looks for one. " * 3


@dataclass
class Visit:
    host: str
    path: str
    """With the query."""
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Website:
    """`answers` by host and path, or by path alone; everything else is 404, which lets robots in."""

    answers: dict[str, Answer] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    faults: dict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    """By path, each used once, before anything else."""
    port: int = 0

    async def __aenter__(self) -> "Website":
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, auto_decompress=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._runner.cleanup()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def reach(self) -> Reach:
        """Every name is this machine's, and this machine's port is admitted: by value, for this test alone."""

        async def resolve(host: str, port: int) -> Sequence[str]:
            return ["127.0.0.1"]

        return Reach(resolve, frozenset({("127.0.0.1", self.port)}))

    @property
    def seen(self) -> list[str]:
        """Host and path of what was asked for, robots.txt left out."""
        return [visit.host.partition(":")[0] + visit.path for visit in self.visits if visit.path != "/robots.txt"]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.visits.append(Visit(request.host, request.path_qs, dict(request.headers), await request.read()))
        if self.faults[request.path]:
            return await self.faults[request.path].popleft()(request)
        host = request.host.partition(":")[0]
        answer = self.answers.get(host + request.path) or self.answers.get(request.path)
        return await answer(request) if answer else web.Response(status=404)


def html(text: str, *, title: str = "A page", date: str = "", links: Sequence[str] = ()) -> Answer:
    """An article of one paragraph, with links below it."""
    dated = f'<meta property="article:published_time" content="{date}">' if date else ""
    anchors = "".join(f'<a href="{link}">more</a> ' for link in links)
    body = f"<h1>{title}</h1><p>{text} {LONG}</p><p>{anchors}</p>"
    page = (
        f"<!doctype html><html><head><title>{title}</title>{dated}</head><body><article>{body}</article></body></html>"
    )
    return sends(page.encode(), "text/html; charset=utf-8")


def sends(
    body: bytes, content_type: str | None, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        declared = {"Content-Type": content_type} if content_type is not None else {}
        response = web.Response(body=body, status=status, headers={**declared, **(headers or {})})
        if content_type is None:
            response.headers.popall("Content-Type", None)
        return response

    return answer


def leads_to(location: str, *, status: int = 302) -> Answer:
    return sends(b"", "text/plain", status=status, headers={"Location": location})


def json_reply(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(value, status=status, headers=headers)

    return answer


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])
