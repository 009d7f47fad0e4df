"""Tokens are checked first, each by our own call: Bolt would try a refused one for ever."""

import asyncio
from collections.abc import Callable

import pytest

from bot.connection.app import slack_client
from bot.connection.introduction import introduce, missing_scopes
from bot.setup.settings import Settings, SettingsError
from bot.simulator import Simulator
from orchestration.values.errors import OperatorError

SettingsOf = Callable[..., Settings]


async def test_the_bot_learns_who_it_is(slack: Simulator, settings: SettingsOf) -> None:
    async with slack_client(settings()) as client:
        bot = await introduce(client, settings(), socket=True)
    assert (bot.team_id, bot.user_id, bot.name) == (slack.team_id, slack.bot_user_id, "threadwork")


async def test_each_refused_token_is_one_line(settings: SettingsOf) -> None:
    wrong = settings(slack_bot_token="xoxb-wrong", slack_app_token="xapp-wrong")
    async with slack_client(wrong) as client:
        with pytest.raises(SettingsError) as raised:
            await asyncio.wait_for(introduce(client, wrong, socket=True), 30)
    bot_line, app_line = raised.value.lines
    assert bot_line.startswith("SLACK_BOT_TOKEN: Slack refuses it (invalid_auth). Write ")
    assert app_line.startswith("SLACK_APP_TOKEN: Slack refuses it (")
    assert "wrong" not in raised.value.sentence


async def test_in_http_mode_no_app_token_is_asked_for(slack: Simulator, settings: SettingsOf) -> None:
    chosen = settings(slack_app_token=None)
    async with slack_client(chosen) as client:
        await introduce(client, chosen, socket=False)
    assert [call.method for call in slack.calls] == ["auth.test"]


async def test_a_slack_that_is_not_there_is_a_sentence_with_its_address(settings: SettingsOf) -> None:
    nowhere = settings(slack_api_url="http://127.0.0.1:9/api/")
    async with slack_client(nowhere) as client:
        with pytest.raises(OperatorError, match=r"SLACK_API_URL: http://127\.0\.0\.1:9/api/ cannot be reached"):
            await introduce(client, nowhere, socket=True)


async def test_no_scope_is_missing_where_the_manifest_was_installed(settings: SettingsOf) -> None:
    async with slack_client(settings()) as client:
        assert await missing_scopes(client) == []
