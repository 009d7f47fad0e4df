"""Whether the web can be searched, what a search costs, and which channels have a policy of their own."""

import json
from typing import Any

import aiohttp

from bot.check.finding import Finding, Mark
from bot.clock import SystemClock
from bot.setup import operator_file
from bot.setup.settings import Settings, SettingsError
from orchestration.money.fees import search_fee
from orchestration.tools.web.engines import BRAVE, TAVILY
from orchestration.values.errors import OperatorError
from storage.engine.opening import is_missing, open_database
from storage.money.amounts import dollars

SECONDS = aiohttp.ClientTimeout(total=10)
PART = "web search"
OFF = "off: agents only search the library; set TAVILY_API_KEY, BRAVE_API_KEY or SEARXNG_URL to turn it on"


async def look(configured: Settings) -> list[Finding]:
    return [*await _search(configured), await _policies(configured)]


async def _search(configured: Settings) -> list[Finding]:
    """Asked at no cost: Tavily for the account's usage, Brave for an error, one's own SearXNG for a real search."""
    if configured.tavily_api_key:
        headers = {"Authorization": f"Bearer {configured.tavily_api_key.get_secret_value()}"}
        return [await _asked("Tavily", f"{TAVILY}/usage", headers), *_fee(configured, "tavily")]
    if configured.brave_api_key:
        headers = {"X-Subscription-Token": configured.brave_api_key.get_secret_value()}
        return [await _asked("Brave", f"{BRAVE}/res/v1/web/search", headers), *_fee(configured, "brave")]
    if configured.searxng_url:
        url = f"{configured.searxng_url.rstrip('/')}/search?q=threadwork&format=json"
        return [await _asked("SearXNG", url, {}), *_fee(configured, "searxng")]
    return [Finding(PART, Mark.UNUSED, OFF)]


async def _asked(engine: str, url: str, headers: dict[str, str]) -> Finding:
    try:
        async with (
            aiohttp.ClientSession(timeout=SECONDS, headers=headers) as session,
            session.get(url, allow_redirects=False) as reply,
        ):
            return _finding(engine, reply.status, await reply.content.read(100_000))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        what = f"{engine} cannot be reached ({error or type(error).__name__})"
        return Finding(PART, Mark.WRONG, what, "Check the network, a proxy, and the address")


def _finding(engine: str, status: int, body: bytes) -> Finding:
    if status in (401, 403) or b"SUBSCRIPTION_TOKEN_INVALID" in body:
        fix = {
            "Tavily": "Write a valid TAVILY_API_KEY",
            "Brave": "Write a valid BRAVE_API_KEY",
            "SearXNG": "Add json to search.formats in its settings.yml",
        }
        return Finding(PART, Mark.WRONG, f"{engine} refuses the request (HTTP {status})", fix[engine])
    if engine == "Brave" and status in (400, 422):
        # A request without a query is refused and not billed; that it was understood is all there is to learn.
        return Finding(PART, Mark.GOOD, "Brave answers; only a search shows whether the key has searches left")
    if status != 200:
        return Finding(PART, Mark.WRONG, f"{engine} answers HTTP {status}", "Check its account or log")
    if engine == "SearXNG" and not _json(body):
        return Finding(PART, Mark.WRONG, "SEARXNG_URL is not the address of a SearXNG", "Write its base address")
    return Finding(PART, Mark.GOOD, f"{engine} answers")


def _json(body: bytes) -> Any:
    try:
        value = json.loads(body) if len(body) < 100_000 else {"results": ()}
    except ValueError:
        return False
    return isinstance(value, dict) and "results" in value


def _fee(configured: Settings, provider: str) -> list[Finding]:
    try:
        fee = search_fee(provider, configured.prices)
    except OperatorError as error:
        return [Finding("THREADWORK_PRICES", Mark.WRONG, error.sentence)]
    what = f"{dollars(fee.nano_usd)} each ({fee.source})" if fee else "free"
    return [Finding("price of web_search", Mark.GOOD, what)]


async def _policies(configured: Settings) -> Finding:
    part = str(operator_file.OPERATOR_FILE)
    try:
        policies = operator_file.load().policies
    except SettingsError as error:
        return Finding(part, Mark.WRONG, "; ".join(line.removeprefix(f"{part}: ") for line in error.lines))
    if not operator_file.OPERATOR_FILE.exists():
        return Finding(part, Mark.UNUSED, "does not exist: every channel may use every public page")
    places = ", ".join(policies.places) or "none"
    read = f"read; places with a source policy of their own: {places}"
    if await _is_newer_than_driver(configured):
        return Finding(part, Mark.WRONG, f"{read}; but it has changed since `serve` read it", "Restart `serve`")
    return Finding(part, Mark.GOOD, f"{read}; changes take effect when `serve` restarts")


async def _is_newer_than_driver(configured: Settings) -> bool:
    try:
        if is_missing(configured.database_url):
            return False
        database = await open_database(configured.database_url, clock=SystemClock())
    except OperatorError:
        return False  # said elsewhere
    try:
        since = await database.driven_since()
    finally:
        await database.close()
    return since is not None and operator_file.OPERATOR_FILE.stat().st_mtime > since.timestamp()
