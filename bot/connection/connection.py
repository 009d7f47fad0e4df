"""How Slack reaches the bot: a socket that the bot opens, or requests to a port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import Services
from bot.connection.http import events_server, listening
from bot.connection.socket_mode import socket_handler, socket_mode
from bot.setup.settings import without_foreign_environment


class Connection(Protocol):
    async def is_alive(self) -> bool: ...

    async def watch(self) -> None:
        """Runs for ever; raises OperatorError where Slack stays out of reach."""


@asynccontextmanager
async def by_socket(app: AsyncApp, client: AsyncWebClient, services: Services) -> AsyncIterator[Connection]:
    token = services.settings.slack_app_token
    assert token is not None  # slack_mode() chose this way because there is one
    with without_foreign_environment(services.settings):
        handler = socket_handler(app, client, token.get_secret_value())
    async with socket_mode(handler, services.clock) as socket:
        yield socket


@asynccontextmanager
async def by_http(app: AsyncApp, client: AsyncWebClient, services: Services) -> AsyncIterator[Connection]:
    settings = services.settings
    assert settings.slack_signing_secret is not None  # slack_mode() chose this way because there is one
    server = events_server(app, settings.slack_signing_secret.get_secret_value(), services.clock)
    async with listening(server, settings.http_host, settings.http_port, setting="THREADWORK_HTTP_PORT"):
        yield _Port()


class _Port:
    """Whether Slack's requests get here is not for us to know; that we listen is."""

    async def is_alive(self) -> bool:
        return True

    async def watch(self) -> None:
        await asyncio.Event().wait()
