"""A simulator that listens, and a real Bolt app that is connected to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator

ROOT = Path(__file__).parents[3]


@pytest.fixture
def manifest() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    return document


@pytest.fixture
async def run(manifest: dict[str, Any]) -> AsyncIterator[Callable[..., Awaitable[Simulator]]]:
    """Starts a simulator with the options of the test; it is stopped afterwards."""
    async with AsyncExitStack() as stack:

        async def start(document: dict[str, Any] | None = None, **options: Any) -> Simulator:
            simulator = Simulator(document or manifest, **options)
            await simulator.start()
            stack.push_async_callback(simulator.stop)
            return simulator

        yield start


@pytest.fixture
async def slack(run: Callable[..., Awaitable[Simulator]]) -> Simulator:
    return await run()


@pytest.fixture
def client() -> Callable[[Simulator], AsyncWebClient]:
    return lambda simulator: AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)


@pytest.fixture
def bolt(client: Callable[[Simulator], AsyncWebClient]) -> Callable[[Simulator], AsyncApp]:
    """An app without listeners, so that the test can say which there are."""
    return lambda simulator: AsyncApp(client=client(simulator))


@pytest.fixture
async def connect(client: Callable[[Simulator], AsyncWebClient]) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Opens Socket Mode for a Bolt app by the real handler."""
    async with AsyncExitStack() as stack:

        async def open_socket(app: AsyncApp, simulator: Simulator) -> AsyncSocketModeHandler:
            handler = AsyncSocketModeHandler(app, simulator.app_token, web_client=client(simulator))
            await handler.connect_async()
            stack.push_async_callback(handler.close_async)
            await simulator.until(lambda: simulator.sockets.connections)
            return handler

        yield open_socket


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
