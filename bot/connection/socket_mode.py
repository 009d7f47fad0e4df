"""Socket Mode with a watchdog: Slack's client can lose its connection and go on as if nothing had happened."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from orchestration.values.errors import OperatorError
from orchestration.values.ports import Clock

log = structlog.get_logger()

PING_SECONDS = 10.0
LOOK_SECONDS = 5.0
STALE_SECONDS = 40.0
GIVE_UP_SECONDS = 300.0


class Socket:
    def __init__(self, handler: AsyncSocketModeHandler, clock: Clock) -> None:
        self._client = handler.client
        self._clock = clock

    async def is_alive(self) -> bool:
        """Connected, and Slack has answered a ping not long ago."""
        heard = self._client.last_ping_pong_time
        return await self._client.is_connected() and (heard is None or time.time() - heard < STALE_SECONDS)

    async def watch(self) -> None:
        """Reconnects what is dead; raises OperatorError where that does not help for five minutes."""
        last_alive = self._clock.monotonic()
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            if await self.is_alive():
                last_alive = self._clock.monotonic()
                continue
            dead_for = self._clock.monotonic() - last_alive
            if dead_for > GIVE_UP_SECONDS:
                raise OperatorError("Slack cannot be reached over Socket Mode. Check the network, then start again.")
            # The client notices most losses by itself and is given the time for it.
            if dead_for > STALE_SECONDS:
                log.warning("socket_dead", seconds=round(dead_for))
                await self._reconnect()

    async def _reconnect(self) -> None:
        with suppress(SlackApiError, aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(STALE_SECONDS):
                await self._client.connect_to_new_endpoint(force=True)


def socket_handler(app: AsyncApp, client: AsyncWebClient, app_token: str) -> AsyncSocketModeHandler:
    return AsyncSocketModeHandler(app, app_token, web_client=client, ping_interval=PING_SECONDS)


@asynccontextmanager
async def socket_mode(handler: AsyncSocketModeHandler, clock: Clock) -> AsyncIterator[Socket]:
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no hints here
        yield Socket(handler, clock)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
