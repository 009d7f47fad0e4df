"""Servers over HTTP: the declared headers reach them, redirects and endless answers do not reach us."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from mcp_house import PROGRAM, House, declared

from orchestration.tools.mcp.web import ANSWER_BYTES
from orchestration.values.errors import ToolFailed

Handler = Callable[[web.Request], Coroutine[None, None, web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/mcp"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def program(*options: str) -> AsyncIterator[str]:
    """The test server over HTTP, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), "--http", *options), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}/mcp"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize("options", [(), ("--json",)])
async def test_a_server_is_asked_over_http_and_its_death_is_said(house: House, options: tuple[str, ...]) -> None:
    async with program("--only", "search_notes,die,hang", *options) as url:
        servers = house.of(declared(command=(), url=url, timeout_seconds=5.0))
        await house.approve(servers)
        offers = {offer.tool: offer for offer in (await servers.usable(["notes"])).tools}
        assert "4 March" in await servers.call(offers["search_notes"], {"query": "launch"})
        with pytest.raises(ToolFailed, match="notes did not answer within 5 s") as failed:
            await servers.call(offers["hang"], {})
        with pytest.raises(ToolFailed) as failed:
            await servers.call(offers["die"], {})
        assert failed.value.sentence.startswith("notes ")
    await servers.close()


async def test_the_declared_headers_are_sent_and_a_refusal_shows_none_of_them(house: House) -> None:
    seen: list[str] = []

    async def refuse(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return web.Response(status=401, text="not you")

    async with serving(refuse) as url:
        headers = {"Authorization": "Bearer s3cret-token"}
        servers = house.of(declared(command=(), url=url, headers=headers, secrets=("s3cret-token",)))
        trouble = (await servers.usable(["notes"])).troubles["notes"]
    assert {"Bearer s3cret-token"} == set(seen)
    assert "s3cret" not in trouble
    assert "s3cret" not in repr(declared(headers=headers, secrets=("s3cret-token",)))


async def test_redirects_are_not_followed(house: House) -> None:
    paths: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        paths.append(request.path)
        raise web.HTTPTemporaryRedirect("/other")

    async with serving(elsewhere) as url:
        offers = await house.of(declared(command=(), url=url)).usable(["notes"])
    assert ["notes"] == list(offers.troubles)
    assert {"/mcp"} == set(paths)


@pytest.mark.parametrize("compressed", [False, True])
async def test_an_endless_or_compressed_answer_ends_its_request(house: House, compressed: bool) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        if compressed:
            response.headers["Content-Encoding"] = "gzip"
        await response.prepare(request)
        for _ in range(100):
            await response.write(b" " * 100_000)
            sent += 100_000
        return response

    async with serving(endless) as url:
        offers = await house.of(declared(command=(), url=url)).usable(["notes"])
    assert ["notes"] == list(offers.troubles)
    assert sent < 3 * ANSWER_BYTES
