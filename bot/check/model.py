"""Whether the model endpoint answers, knows the models, and what they cost. No model is called: that would cost."""

from typing import Any

import aiohttp

from bot.check.finding import Finding, Mark
from bot.setup.settings import MODEL_NAME, ROLES, Settings
from orchestration.money.prices import Prices, load_prices
from orchestration.values.errors import OperatorError, UnknownPrice
from storage.money.amounts import dollars

SECONDS = aiohttp.ClientTimeout(total=10)
OPENAI = "https://api.openai.com/v1"


async def look(configured: Settings) -> list[Finding]:
    if configured.offline:
        offline = "offline model: it quotes and draws no conclusions; set OPENAI_API_KEY to use a real one"
        return [Finding("model", Mark.UNUSED, offline), *_unjudged(configured), *_prices(configured, [])]
    if configured.model is None:
        missing = Finding("THREADWORK_MODEL", Mark.WRONG, "is missing", f"Write {MODEL_NAME}.")
        return [missing, *_prices(configured, [])]
    listed = names(configured)
    return [*await _endpoint(configured, listed), *_sampled(configured), *_prices(configured, listed)]


def names(configured: Settings) -> list[str]:
    """Every model that some role would call."""
    by_role = (configured.models.get(role, configured.model) for role in ROLES)
    return sorted({name for name in (*by_role, configured.fallback_model) if name})


def _unjudged(configured: Settings) -> list[Finding]:
    if configured.verify == "quotes":
        return []
    what = f"is {configured.verify}, but the offline model cannot judge: claims stay unverified, and answers say so"
    return [Finding("THREADWORK_VERIFY", Mark.UNUSED, what)]


def _sampled(configured: Settings) -> list[Finding]:
    if configured.verify != "quotes":
        return []
    what = "is quotes: no model looks for contradictions; THREADWORK_VERIFY=sample has one claim in three judged"
    return [Finding("THREADWORK_VERIFY", Mark.UNUSED, what)]


async def _endpoint(configured: Settings, names: list[str]) -> list[Finding]:
    base = (configured.openai_base_url or OPENAI).rstrip("/")
    key = configured.openai_api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    try:
        async with (
            aiohttp.ClientSession(timeout=SECONDS, headers=headers) as session,
            session.get(f"{base}/models") as reply,
        ):
            if reply.status in (401, 403):
                what = f"{base} refuses the key ({reply.status})"
                return [Finding("model endpoint", Mark.WRONG, what, "Write a valid OPENAI_API_KEY.")]
            if reply.status >= 500:
                what = f"{base} answers with the status {reply.status}"
                return [Finding("model endpoint", Mark.WRONG, what, "Fix the endpoint, then check again.")]
            listed = await _json(reply)
            if listed is None and (found := await _below(session, base)):
                return [found]
            served = _ids(listed)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        what = f"{base} cannot be used ({error or type(error).__name__})"
        return [Finding("model endpoint", Mark.WRONG, what, "Check the network, a proxy, and OPENAI_BASE_URL.")]
    return [Finding("model endpoint", Mark.GOOD, f"{base} answers"), *(_served(name, served) for name in names)]


async def _json(reply: aiohttp.ClientResponse) -> Any:
    """None for what is no list of models: an error, or a page for people."""
    try:
        return await reply.json(content_type=None) if reply.status == 200 else None
    except ValueError:
        return None


async def _below(session: aiohttp.ClientSession, base: str) -> Finding | None:
    """Whether what was looked for is one step further down."""
    if base.rpartition("/")[2].startswith("v"):
        return None
    async with session.get(f"{base}/v1/models") as reply:
        if reply.status not in (401, 403) and not _ids(await _json(reply)):
            return None
    return Finding("OPENAI_BASE_URL", Mark.WRONG, f"{base} has no models, {base}/v1 has", f"Write {base}/v1.")


def _ids(listed: Any) -> set[str]:
    entries = listed.get("data") if isinstance(listed, dict) else None
    return {str(entry.get("id")) for entry in entries or () if isinstance(entry, dict)}


def _served(name: str, served: set[str]) -> Finding:
    if name in served:
        return Finding(f"model {name}", Mark.GOOD, "is served")
    # Gateways serve more names than they list, so this alone proves nothing.
    what = "is not in the endpoint's list" if served else "the endpoint lists no models"
    return Finding(f"model {name}", Mark.UNUSED, what)


def _prices(configured: Settings, names: list[str]) -> list[Finding]:
    try:
        own = load_prices(configured.prices) if configured.prices else {}
    except OperatorError as error:
        return [Finding("THREADWORK_PRICES", Mark.WRONG, error.sentence)]
    prices = Prices(own, api_url=configured.openai_base_url)
    return [_price(prices, name) for name in names]


def _price(prices: Prices, name: str) -> Finding:
    try:
        price = prices.price(name)
    except UnknownPrice as error:
        return Finding(f"price of {name}", Mark.WRONG, error.sentence)
    rates = f"{dollars(price.input)} in, {dollars(price.output)} out a million tokens ({price.source})"
    return Finding(f"price of {name}", Mark.GOOD, rates)
