"""An OpenAI-compatible HTTP server for tests and benchmarks: real HTTP, with latency and faults to order.

Its brain is the offline model, so that whole conversations run over the wire; `replies` put a script before it.
As a program: `python tests/support/model_server.py --port 8089 --latency 0.05`.
"""

import argparse
import asyncio
import json
import re
import socket
import zlib
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from orchestration.llm.offline.model import OfflineModel
from orchestration.values.ports import ChatRequest, OutputSchema

DIMENSIONS = 64
Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Received:
    agent: str
    run_id: str
    body: dict[str, Any]


@dataclass
class ModelServer:
    """`await start()`; `base_url` is what OPENAI_BASE_URL takes."""

    latency_seconds: float = 0.0
    port: int = 0
    received: list[Received] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    """By role, each used once, before anything else."""
    replies: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    """Texts by role, each used once, in place of the offline model's."""
    weather: Callable[[Received], Fault | None] | None = None
    """A fault for this request, or none; asked where no fault is ordered."""
    shaped: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None = None
    """The reply in another shape, from the plain one and the request."""
    meanings: dict[str, str] = field(default_factory=dict)
    """Words that `/embeddings` takes for another one; it knows nothing else of meaning."""
    before_reply: Callable[[Received], Awaitable[None]] | None = None
    """Called once a request is here and nothing of its reply is written."""
    after_reply: Callable[[Received], Awaitable[None]] | None = None
    """Called once the whole reply is on its way."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        self._brain = OfflineModel()
        # Bound and never listened on: while the server is away nobody else is given its port.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._place.bind(("127.0.0.1", self.port))
        self.port = self._place.getsockname()[1]
        await self.come_back()

    async def stop(self) -> None:
        await self.go_away()
        self._place.close()

    async def go_away(self) -> None:
        """From here on connections are refused."""
        await self._runner.cleanup()

    async def come_back(self) -> None:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/v1/embeddings", self._embed)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_port=True).start()

    async def __aenter__(self) -> "ModelServer":
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    def calls(self, agent: str) -> int:
        return sum(received.agent == agent for received in self.received)

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "test-model", "object": "model"}]})

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        received = Received(
            request.headers.get("X-Threadwork-Agent", ""), request.headers.get("X-Threadwork-Run", ""), body
        )
        self.received.append(received)
        if self.before_reply:
            await self.before_reply(received)
        if self.faults["embeddings"]:
            return await self.faults["embeddings"].popleft()(request)
        if self.weather and (fault := self.weather(received)):
            return await fault(request)
        return web.json_response(embeddings(body, self.meanings))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        agent = request.headers.get("X-Threadwork-Agent", "")
        received = Received(agent, request.headers.get("X-Threadwork-Run", ""), body)
        self.received.append(received)
        if self.before_reply:
            await self.before_reply(received)
        if self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        if self.faults[agent]:
            return await self.faults[agent].popleft()(request)
        if self.weather and (fault := self.weather(received)):
            return await fault(request)
        scripted = self.replies[agent]
        answer = reply(scripted.popleft(), body) if scripted else await self._offline(received)
        response = web.json_response(self.shaped(answer, body) if self.shaped else answer)
        if self.after_reply:
            await response.prepare(request)
            await response.write_eof()
            await self.after_reply(received)
        return response

    async def _offline(self, received: Received) -> dict[str, Any]:
        body = received.body
        completion = await self._brain.complete(
            ChatRequest(
                run_id=received.run_id,
                agent=received.agent,
                model=body["model"],
                messages=body["messages"],
                tools=body.get("tools", ()),
                output=OutputSchema("output", {}),
                max_output_tokens=answer_cap(body),
            )
        )
        calls = [
            {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in completion.tool_calls
        ]
        answer = reply(completion.text, body, finish_reason=completion.finish_reason or "stop")
        answer["choices"][0]["message"]["tool_calls"] = calls or None
        return answer


class Gate:
    """A `before_reply` that holds the replies to one role back until it is opened."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._arrived = asyncio.Semaphore(0)
        self.opened = asyncio.Event()

    async def __call__(self, received: Received) -> None:
        if received.agent == self._agent:
            self._arrived.release()
            await self.opened.wait()

    async def reached(self, times: int = 1) -> None:
        """That many more requests of the role are here."""
        async with asyncio.timeout(30):
            for _ in range(times):
                await self._arrived.acquire()


def reply(text: str, body: dict[str, Any], *, finish_reason: str = "stop") -> dict[str, Any]:
    """A complete answer of the wire format; usage by the length of the text."""
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion",
        "model": body["model"],
        "choices": [
            {"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": text or None}}
        ],
        "usage": {
            "prompt_tokens": len(json.dumps(body["messages"])) // 4 + 1,
            "completion_tokens": len(text) // 4 + 1,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }


def embeddings(body: dict[str, Any], meanings: Mapping[str, str]) -> dict[str, Any]:
    """A vector a text: each word adds one to a place of its own. Usage by the length of the texts."""
    texts: list[str] = body["input"]
    data = []
    for number, each in enumerate(texts):
        vector = [0.01] * DIMENSIONS
        for word in re.findall(r"\w+", each.casefold()):
            vector[zlib.crc32(meanings.get(word, word).encode()) % DIMENSIONS] += 1
        data.append({"object": "embedding", "index": number, "embedding": vector})
    tokens = sum(len(each) for each in texts) // 4 + 1
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data[::-1], "model": body["model"], "usage": usage}


def status(code: int, body: Any = None, *, headers: dict[str, str] | None = None) -> Fault:
    async def fault(request: web.Request) -> web.StreamResponse:
        return web.json_response(body or {"error": {"message": "fault"}}, status=code, headers=headers)

    return fault


def text(body: str, *, content_type: str = "text/html") -> Fault:
    """HTTP 200 with something that is no completion."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type=content_type)

    return fault


def payload(value: Any) -> Fault:
    """HTTP 200 with this JSON."""

    async def fault(request: web.Request) -> web.StreamResponse:
        return web.json_response(value)

    return fault


def ends(finish_reason: str | None, said: str | None = "", **message: Any) -> Fault:
    """A complete answer with this finish reason, text and more fields of the message; `length` has used its cap."""

    async def fault(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        answer = reply(said or "", body)
        answer["choices"][0]["finish_reason"] = finish_reason
        answer["choices"][0]["message"].update(message)
        if finish_reason == "length":
            answer["usage"]["completion_tokens"] = answer_cap(body)
        return web.json_response(answer)

    return fault


def answer_cap(body: dict[str, Any]) -> int:
    """Under either of its names."""
    return int(body.get("max_tokens") or body["max_completion_tokens"])


def counts(prompt_tokens: int, said: str) -> Fault:
    """An answer whose usage says that so much of the prompt was read."""

    async def fault(request: web.Request) -> web.StreamResponse:
        answer = reply(said, await request.json())
        answer["usage"]["prompt_tokens"] = prompt_tokens
        return web.json_response(answer)

    return fault


def cut() -> Fault:
    """Headers and half of a reply, then the connection breaks."""

    async def fault(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "5000"})
        await response.prepare(request)
        await response.write(b'{"choices": [{"message": {"content": "')
        if request.transport:
            request.transport.abort()
        return response

    return fault


def hang(seconds: float) -> Fault:
    async def fault(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.json_response({})

    return fault


def reset() -> Fault:
    """The connection breaks before a byte of the reply."""

    async def fault(request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.abort()
        return web.Response()

    return fault


def trickle(seconds: float) -> Fault:
    """A byte now and then, for ever: no single read times out."""

    async def fault(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(int(seconds / 0.05)):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    return fault


async def _serve(server: ModelServer) -> None:
    await server.start()
    print(server.base_url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    asyncio.run(_serve(ModelServer(latency_seconds=options.latency, port=options.port)))
