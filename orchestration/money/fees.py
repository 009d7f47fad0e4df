"""What a call of a tool costs on top of the tokens: hosted search is billed by the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from pathlib import Path

from orchestration.money.prices import NANO, price_tables
from orchestration.values.errors import OperatorError
from orchestration.values.ports import PAID_TOOLS

(WEB_SEARCH,) = PAID_TOOLS


@dataclass(frozen=True, slots=True)
class Fee:
    """For one successful request; the ledger records the tool as the agent and its provider as the model."""

    tool: str
    provider: str
    nano_usd: int
    source: str


LIST_PRICES: Mapping[str, tuple[str, str]] = {
    "tavily": ("0.008", "docs.tavily.com/documentation/api-credits, 2026: one credit a basic search, paid as you go"),
    "brave": ("0.005", "api-dashboard.search.brave.com/app/plans, plan Search, 2026: $5.00 for 1,000 requests"),
}
"""USD a request, before whatever a plan includes: a hold must cover the worst case."""


def search_fee(provider: str, path: Path | None) -> Fee | None:
    """The operator's own price, else the list price; None where the provider is free, as a SearXNG of one's own is.

    `path` is what THREADWORK_PRICES names. Raises OperatorError naming the key that is wrong.
    """
    own = _own(path) if path else None
    usd, source = LIST_PRICES.get(provider, ("0", "free"))
    if path and own is not None:
        return Fee(WEB_SEARCH, provider, own, f"own:{path.name}") if own else None
    nano_usd = _nano(Decimal(usd))
    return Fee(WEB_SEARCH, provider, nano_usd, source) if nano_usd else None


def _own(path: Path) -> int | None:
    tools = price_tables(path)["tools"]
    for name in tools:
        if name != WEB_SEARCH:
            raise OperatorError(
                f'THREADWORK_PRICES: {path} prices the tool "{name}", which costs nothing. Only {WEB_SEARCH} does.'
            )
    table = tools.get(WEB_SEARCH)
    if table is None:
        return None
    try:
        usd = Decimal(str(table["usd_per_call"]))
        if not usd.is_finite() or usd < 0:
            raise InvalidOperation
    except (KeyError, TypeError, InvalidOperation):
        wanted = "usd_per_call, a number of USD of 0 or more"
        raise OperatorError(f'THREADWORK_PRICES: [tools."{WEB_SEARCH}"] in {path} needs {wanted}.') from None
    return _nano(usd)


def _nano(usd: Decimal) -> int:
    return int((usd * NANO).to_integral_value(ROUND_CEILING))
