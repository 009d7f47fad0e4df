"""What a token costs: the operator's own table first, then the one that ships with `genai-prices`.

Rates are integers, nano-USD per million tokens, so that a cost is one exact division away. The bundled table is
used as installed and never refreshed at run time: a price must not change under a running ledger.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation, Overflow
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.values.domain import Usage
from orchestration.values.errors import OperatorError, UnknownPrice

NANO = 1_000_000_000
TABLES = {
    "models": ("input_usd_per_million", "output_usd_per_million", "cache_read_usd_per_million"),
    "tools": ("usd_per_call",),
}
"""What a file of prices may hold: the keys of each table of a kind."""
MILLION = 1_000_000
LONG_CONTEXT_TOKENS = 128_000
"""The lowest input size at which a provider of the bundled table starts a more expensive tier."""


@dataclass(frozen=True, slots=True)
class Price:
    """Nano-USD per million tokens; `highest_input` covers long-context tiers and cache writes."""

    input: int
    output: int
    cache_read: int
    highest_input: int
    highest_output: int
    source: str

    def cost(self, usage: Usage) -> int:
        """Nano-USD, rounded up. More cached than input tokens is nonsense and priced as uncached."""
        if usage.input_tokens > LONG_CONTEXT_TOKENS:
            return self.worst_case(usage.input_tokens, usage.output_tokens)
        cached = usage.cache_read_tokens if 0 <= usage.cache_read_tokens <= usage.input_tokens else 0
        fresh = usage.input_tokens - cached
        return _ceil(fresh * self.input + cached * self.cache_read + usage.output_tokens * self.output)

    def worst_case(self, input_tokens: int, output_tokens: int) -> int:
        return _ceil(input_tokens * self.highest_input + output_tokens * self.highest_output)


FREE = Price(0, 0, 0, 0, 0, source="free")


def _ceil(nano_times_million: int) -> int:
    return -(-nano_times_million // MILLION)


class Prices:
    """Prices by model name; `overrides` win, then the bundled table for `api_url`, then UnknownPrice."""

    def __init__(self, overrides: Mapping[str, Price] | None = None, *, api_url: str | None = None) -> None:
        self._overrides = dict(overrides or {})
        self._bundled = lru_cache(maxsize=256)(lambda model: _bundled_price(model, api_url))

    def price(self, model: str) -> Price:
        return self._overrides.get(model) or self._bundled(model)

    def cost(self, model: str, returned_model: str, usage: Usage) -> tuple[int, Price]:
        """The more expensive of the model asked for and the one that answered, where both are known."""
        asked = self.price(model)
        best = (asked.cost(usage), asked)
        if returned_model and returned_model != model:
            try:
                other = self.price(returned_model)
            except UnknownPrice:
                return best
            best = max(best, (other.cost(usage), other), key=lambda pair: pair[0])
        return best


def load_prices(path: Path) -> dict[str, Price]:
    """Reads THREADWORK_PRICES; raises OperatorError naming the model and the key that is wrong."""
    return {name: _own_price(path, name, table) for name, table in price_tables(path)["models"].items()}


def price_tables(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """`models` and `tools` of THREADWORK_PRICES, each by name.

    Raises OperatorError for what is not known there: a price that is passed over in silence would be another one.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OperatorError(f"THREADWORK_PRICES: {path} cannot be read as TOML ({error}). Fix or unset it.") from None
    _only(f"{path}", found, TABLES)
    for kind, keys in TABLES.items():
        tables = found.setdefault(kind, {})
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            wanted = f'a table [{kind}."NAME"] for each of its {kind}, with its prices below it'
            raise OperatorError(f"THREADWORK_PRICES: {path} needs {wanted}. Write it like that.")
        for name, table in tables.items():
            _only(f'[{kind}."{name}"] in {path}', table, keys)
    return found


def _only(place: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    for name, value in table.items():
        if name in known:
            continue
        instead = f"Known there: {', '.join(known)}."
        if nearest := get_close_matches(name, known, n=1):
            instead = f"Write {nearest[0]}, if that is meant."
        elif place.startswith("[") and isinstance(value, dict):
            instead = "A name with a dot in it has to be in quotes."
        raise OperatorError(f"THREADWORK_PRICES: {place} has {name}, which is not known. {instead}")


def _own_price(path: Path, name: str, table: Mapping[str, Any]) -> Price:
    def rate(key: str, default: int | None = None) -> int:
        if key not in table and default is not None:
            return default
        try:
            usd = Decimal(str(table[key]))
            nano = usd * NANO
        except (KeyError, InvalidOperation, Overflow):
            raise OperatorError(
                f'THREADWORK_PRICES: [models."{name}"] in {path} needs {key}, a number of USD. Add it.'
            ) from None
        if not usd.is_finite() or usd < 0:
            raise OperatorError(f'THREADWORK_PRICES: {key} of [models."{name}"] in {path} must be 0 or more.')
        return int(nano.to_integral_value(ROUND_CEILING))

    fresh, out = rate("input_usd_per_million"), rate("output_usd_per_million")
    cached = rate("cache_read_usd_per_million", default=fresh)
    return Price(fresh, out, cached, max(fresh, cached), out, source=f"own:{path.name}")


def _bundled_price(model: str, api_url: str | None) -> Price:
    from genai_prices import Usage as PricedUsage
    from genai_prices import calc_price

    def usd(usage: PricedUsage) -> Decimal:
        try:
            return calc_price(usage, model_ref=model, provider_api_url=api_url).total_price
        except LookupError:
            return calc_price(usage, model_ref=model).total_price

    def per_million(usage: PricedUsage, tokens: int) -> int:
        return int((usd(usage) * NANO * MILLION / tokens).to_integral_value(ROUND_CEILING))

    # Probed rather than read from the table's own classes: the sums are its public face, tiers included.
    small, large = 1_000, 900_000
    try:
        fresh = per_million(PricedUsage(input_tokens=small), small)
        out = per_million(PricedUsage(output_tokens=small), small)
        cached = per_million(PricedUsage(input_tokens=small, cache_read_tokens=small), small)
        long_context = PricedUsage(input_tokens=large, output_tokens=small)
        highest = per_million(PricedUsage(input_tokens=large), large)
        both = per_million(long_context, small)
        highest_out = both - per_million(PricedUsage(input_tokens=large), small)
        cache_write = per_million(PricedUsage(input_tokens=small, cache_write_tokens=small), small)
    except LookupError:
        raise UnknownPrice(
            f"The model {model!r} has no known price, so no budget can hold for it. "
            "Declare it in the file that THREADWORK_PRICES names (0 for all three rates if it is free)."
        ) from None
    return Price(
        fresh,
        out,
        cached,
        max(fresh, cached, highest, cache_write),
        max(out, highest_out),
        source=f"genai-prices {version('genai-prices')}",
    )
