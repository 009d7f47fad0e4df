"""Who we are and whether Slack takes our tokens: asked before anything else starts.

Bolt would try a refused app token again and again without a word, and ask who it is with the first event.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.incoming.door import Bot
from bot.setup.settings import Settings, SettingsError
from orchestration.values.errors import OperatorError


async def introduce(client: AsyncWebClient, settings: Settings, *, socket: bool) -> Bot:
    """Raises SettingsError with a line for each token that Slack refuses."""
    lines: list[str] = []
    me: Mapping[str, Any] = {}
    try:
        me = (await client.auth_test()).data  # type: ignore[assignment]  # JSON here, bytes only for downloads
    except SlackApiError as error:
        lines.append(_refused("SLACK_BOT_TOKEN", error, "the bot token (xoxb-…) of OAuth & Permissions"))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _unreachable(settings, error) from error
    if socket and settings.slack_app_token is not None:
        try:
            await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        except SlackApiError as error:
            # Too many starts in a row: the token was good enough to be counted.
            if error.response["error"] != "ratelimited":
                hint = "an app-level token (xapp-…) with connections:write"
                lines.append(_refused("SLACK_APP_TOKEN", error, hint))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable(settings, error) from error
    if not lines and not me.get("bot_id"):
        lines.append("SLACK_BOT_TOKEN: is not a bot's token. Write the bot token (xoxb-…) of OAuth & Permissions.")
    if lines:
        raise SettingsError(lines)
    return Bot(me["team_id"], me["user_id"], me["bot_id"], me.get("user") or "threadwork")


async def missing_scopes(client: AsyncWebClient) -> list[str]:
    """What the manifest asks for and the token does not have; nothing where Slack does not say."""
    given = (await client.auth_test()).headers.get("x-oauth-scopes")
    if given is None:
        return []
    scopes = {scope.strip() for scope in given.split(",")}
    return sorted(set(manifest()["oauth_config"]["scopes"]["bot"]) - scopes)


def manifest() -> dict[str, Any]:
    """The app's manifest: next to the package in a checkout, inside it in a wheel."""
    inside = files("bot") / "manifest.yml"
    checkout = Path(__file__).parents[2] / "manifest.yml"
    loaded: dict[str, Any] = yaml.safe_load((inside if inside.is_file() else checkout).read_text(encoding="utf-8"))
    return loaded


def _refused(name: str, error: SlackApiError, what_to_write: str) -> str:
    return f"{name}: Slack refuses it ({error.response['error']}). Write {what_to_write}."


def _unreachable(settings: Settings, error: Exception) -> OperatorError:
    why = str(error) or type(error).__name__
    return OperatorError(
        f"SLACK_API_URL: {settings.slack_api_url} cannot be reached ({why}). "
        "Check the network, or write the address of your Slack."
    )
