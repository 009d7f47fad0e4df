"""What Slack says to the tokens: who the bot is, what it may do, and what time it is."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.check.finding import Finding, Mark, wrong_setting
from bot.connection.app import slack_client
from bot.connection.introduction import introduce, manifest, missing_scopes
from bot.setup.settings import Settings, SettingsError, slack_mode
from orchestration.values.errors import OperatorError

SKEW_SECONDS = 60
"""Slack's signed requests are refused when the clocks differ by five minutes."""


async def look(configured: Settings) -> list[Finding]:
    if configured.slack_bot_token is None and configured.slack_app_token is None:
        return [Finding("Slack", Mark.UNUSED, "no tokens: `serve` needs them, `demo` and `ask` do not")]
    try:
        return await _tokens(configured)
    except SettingsError as error:
        return [wrong_setting(line) for line in error.lines]
    except OperatorError as error:
        return [wrong_setting(error.sentence)]


async def _tokens(configured: Settings) -> list[Finding]:
    mode = slack_mode(configured)
    async with slack_client(configured) as client:
        bot = await introduce(client, configured, socket=mode == "socket")
        headers = (await client.auth_test()).headers
        return [
            Finding("Slack", Mark.GOOD, f"{bot.name} in {bot.team_id}, events by {mode}"),
            _scopes(await missing_scopes(client), known="x-oauth-scopes" in headers),
            _clock(headers.get("Date")),
        ]


def _scopes(missing: list[str], *, known: bool) -> Finding:
    if not known:
        return Finding("scopes", Mark.UNUSED, "this Slack does not report the token's scopes")
    if missing:
        fix = "Paste manifest.yml into the app's manifest page, then reinstall the app."
        return Finding("scopes", Mark.WRONG, f"the token lacks {', '.join(missing)}", fix)
    return Finding("scopes", Mark.GOOD, f"all {len(manifest()['oauth_config']['scopes']['bot'])} of manifest.yml")


def _clock(date: str | None) -> Finding:
    if date is None:
        return Finding("clock", Mark.UNUSED, "Slack's response has no date to compare with")
    apart = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    if apart > SKEW_SECONDS:
        fix = "Sync the clock with a time server: Slack's signed requests are refused if they look old."
        return Finding("clock", Mark.WRONG, f"{apart:.0f} s off from Slack's", fix)
    return Finding("clock", Mark.GOOD, f"{apart:.0f} s off from Slack's")
