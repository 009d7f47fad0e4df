"""The model server of the benchmarks, in a process of its own: canned replies after a fixed latency."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

TASKS = [{"title": name, "instructions": f"Find out how {name} is tested."} for name in ("FastAPI", "Flask", "Django")]
PLAN = json.dumps({"subtasks": TASKS})
CLAIMS = 3
"""How many a worker states, each a sentence of a passage that it found."""
SHIP = json.dumps({"verdict": "ship", "notes": []})
PACES = {"FastAPI": 1.0, "Flask": 1.5, "Django": 2.0}
"""How many latencies a call of each worker takes where they are uneven."""
SEARCH = [
    {"id": "call_1", "type": "function", "function": {"name": "search_docs", "arguments": '{"query": "Flask testing"}'}}
]


def message(agent: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """What a model would say: a plan, first a tool call and then findings, a verdict."""
    if agent == "supervisor":
        return {"role": "assistant", "content": PLAN}
    if agent == "critic":
        return {"role": "assistant", "content": SHIP}
    if messages[-1]["role"] == "tool":
        return {"role": "assistant", "content": findings(json.loads(messages[-1]["content"])["passages"])}
    return {"role": "assistant", "content": None, "tool_calls": SEARCH}


def findings(passages: list[dict[str, Any]]) -> str:
    """True claims: of each of the first passages its first sentence, word for word."""
    said = [(re.split(r"(?<=[.:])\s", p["text"].strip())[0], p["source_id"]) for p in passages[:CLAIMS]]
    summary = " ".join(f"{text} [{source_id}]" for text, source_id in said)
    claims = [{"text": text, "source_id": source_id, "quote": text} for text, source_id in said]
    return json.dumps({"summary": summary, "claims": claims})


def pace(agent: str, messages: list[dict[str, Any]]) -> float:
    return PACES[json.loads(messages[1]["content"])["subtask"]["title"]] if agent == "worker" else 1.0


def app(latency_seconds: float, *, uneven: bool) -> web.Application:
    async def complete(request: web.Request) -> web.Response:
        body = await request.json()
        agent = request.headers["X-Threadwork-Agent"]
        if latency_seconds:
            await asyncio.sleep(latency_seconds * (pace(agent, body["messages"]) if uneven else 1.0))
        said = message(agent, body["messages"])
        choice = {"index": 0, "finish_reason": "stop", "message": said}
        usage = {"prompt_tokens": 900, "completion_tokens": 120, "total_tokens": 1020}
        reply = {"id": "c", "object": "chat.completion", "created": 0, "model": body["model"]}
        return web.json_response({**reply, "choices": [choice], "usage": usage})

    application = web.Application(client_max_size=50_000_000)
    application.router.add_post("/v1/chat/completions", complete)
    return application


@contextmanager
def serving(latency_seconds: float, *, uneven: bool = False) -> Iterator[str]:
    """The base URL of a server that lives as long as the block."""
    command = [sys.executable, __file__, str(latency_seconds), *(["uneven"] if uneven else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


async def _main(latency_seconds: float, *, uneven: bool) -> None:
    runner = web.AppRunner(app(latency_seconds, uneven=uneven), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/v1", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1]), uneven="uneven" in sys.argv[2:]))
