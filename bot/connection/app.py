"""The Slack client and the Bolt app."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.incoming.door import Bot
from bot.setup.settings import Settings, without_foreign_environment

CALL_SECONDS = 10.0
CONNECT_SECONDS = 5.0


@asynccontextmanager
async def slack_client(settings: Settings) -> AsyncIterator[AsyncWebClient]:
    """One session for all calls. Nothing is retried here: a post that is sent again may be read twice."""
    if settings.slack_bot_token is None:
        raise ValueError("A bot token is needed; slack_mode() checks that first.")
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        with without_foreign_environment(settings):
            client = AsyncWebClient(
                token=settings.slack_bot_token.get_secret_value(),
                base_url=settings.slack_api_url,
                session=session,
                retry_handlers=[],
            )
        yield client


def slack_app(client: AsyncWebClient, settings: Settings, bot: Bot) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        # Known since the start; Bolt's own way would ask Slack while the first event waits for its acknowledgement.
        return AuthorizeResult(
            enterprise_id=None,
            team_id=bot.team_id,
            bot_user_id=bot.user_id,
            bot_id=bot.bot_id,
            bot_token=client.token,
        )

    secret = settings.slack_signing_secret
    with without_foreign_environment(settings):
        return AsyncApp(
            name="threadwork",
            # Its own loggers would take the root's level and with it talk about every request.
            logger=logging.getLogger("slack_bolt"),
            client=AsyncWebClient(
                base_url=client.base_url, session=client.session, proxy=client.proxy, retry_handlers=[]
            ),
            authorize=authorize,
            signing_secret=secret.get_secret_value() if secret else "",
            # Requests are verified by the guard in bot/connection/http.py, before anything of them is parsed.
            request_verification_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
