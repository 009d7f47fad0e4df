"""HTTP mode: Slack's requests, checked before anything of them is parsed."""

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from orchestration.values.errors import OperatorError
from orchestration.values.ports import Clock

log = structlog.get_logger()

PATH = "/slack/events"
LARGEST_BODY = 1024 * 1024
MAX_AGE_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Guard:
    """Lets through what Slack signed within the last five minutes; the rest gets 401 and leaves no trace in the log."""

    def __init__(self, app: AsyncApp, signing_secret: str, clock: Clock) -> None:
        self._app = app
        self._secret = signing_secret.encode()
        self._clock = clock

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not self._is_signed(request, body):
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            asked = AsyncBoltRequest(body=body.decode(), query=request.query_string, headers=dict(request.headers))
        except (ValueError, RecursionError, AttributeError, TypeError):
            # Bolt takes it for granted that the body is a JSON object.
            return web.json_response({"error": "not readable"}, status=400, headers={"X-Slack-No-Retry": "1"})
        if asked.body.get("type") == "app_rate_limited":
            log.warning("app_rate_limited", minute=asked.body.get("minute_rate_limited"))
            return web.Response()
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
            return False
        if abs(self._clock.now().timestamp() - int(timestamp)) > MAX_AGE_SECONDS:
            return False
        signed = hmac.new(self._secret, f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={signed}", signature)


def events_server(app: AsyncApp, signing_secret: str, clock: Clock) -> web.Application:
    server = web.Application(client_max_size=LARGEST_BODY)
    server.router.add_post(PATH, Guard(app, signing_secret, clock).handle)
    return server


@asynccontextmanager
async def listening(server: web.Application, host: str, port: int, *, setting: str) -> AsyncIterator[int]:
    """The port it listens on. A taken one raises an OperatorError that names the setting."""
    runner = web.AppRunner(server, access_log=None, handle_signals=False, shutdown_timeout=3.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise OperatorError(
                f"{setting}: {host}:{port} cannot be used ({error.strerror or error}). Write another port."
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
