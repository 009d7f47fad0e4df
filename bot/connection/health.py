"""/healthz, /readyz and /metrics on a port of their own, in both modes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

CHECK_SECONDS = 2.0

Check = Callable[[], Awaitable[bool]]
Metrics = Callable[[], Awaitable[Mapping[str, float]]]


def health_server(checks: Mapping[str, Check], metrics: Metrics) -> web.Application:
    """Alive is who answers; ready is who passes every check, named in the body where it does not."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        failing = [name for name, check in checks.items() if not await _passes(check)]
        return web.Response(
            text=f"not ready: {', '.join(failing)}\n" if failing else "ok\n", status=503 if failing else 200
        )

    async def shown(_: web.Request) -> web.Response:
        values = await metrics()
        text = "".join(f"# TYPE {name} gauge\n{name} {value:g}\n" for name, value in values.items())
        return web.Response(text=text, content_type="text/plain")

    server = web.Application()
    server.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", shown)])
    return server


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception:
        # A check that cannot be made has not passed, whatever prevented it.
        return False
