"""The watchdog: a dead connection is opened anew, and one that stays dead ends the process with a sentence."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.connection.app import slack_app, slack_client
from bot.connection.introduction import introduce
from bot.connection.socket_mode import GIVE_UP_SECONDS, Socket, socket_handler, socket_mode
from bot.setup.settings import Settings
from bot.simulator import Simulator
from orchestration.values.errors import OperatorError


class Hurry:
    """A clock whose sleeps take no time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


async def test_a_connection_that_was_lost_unseen_is_opened_anew(slack: Simulator, settings: Any) -> None:
    chosen: Settings = settings()
    async with slack_client(chosen) as client:
        app: AsyncApp = slack_app(client, chosen, await introduce(client, chosen, socket=True))
        handler: Any = socket_handler(app, client, slack.app_token)
        async with socket_mode(handler, Hurry()) as socket:
            assert await socket.is_alive()
            # As after a failed reconnection: the client believes in a session that is closed and does nothing.
            handler.client.current_session_monitor.cancel()
            handler.client.message_receiver.cancel()
            await handler.client.disconnect()
            await slack.until(lambda: slack.sockets.connections == 0)
            assert not await socket.is_alive()
            watch = asyncio.create_task(socket.watch())
            await slack.until(lambda: slack.sockets.connections == 1)
            watch.cancel()


async def test_a_slack_that_stays_away_ends_the_watch(slack: Simulator, settings: Any) -> None:
    chosen: Settings = settings()
    async with slack_client(chosen) as client:
        app = slack_app(client, chosen, await introduce(client, chosen, socket=True))
        handler = socket_handler(app, client, slack.app_token)
        await slack.stop()
        clock = Hurry()
        with pytest.raises(OperatorError, match="cannot be reached over Socket Mode"):
            await Socket(handler, clock).watch()
        assert clock.seconds > GIVE_UP_SECONDS
        await handler.client.aiohttp_client_session.close()
        handler.client.message_processor.cancel()
