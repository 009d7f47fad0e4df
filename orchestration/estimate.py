"""What a strategy is expected to cost and how long it takes, before it is started."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from orchestration.context import Limits
from orchestration.domain import Route, Strategy, Usage
from orchestration.prices import Prices

CALL_SECONDS = (2.0, 12.0)
"""A chat call of this size, from a fast small model to a slow large one."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one role: how many at least and at most, and tokens a call; a prior, not a measurement."""

    role: str
    low: int
    high: int
    input_tokens: tuple[int, int]
    output_tokens: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Estimate:
    strategy: Strategy
    low_nano_usd: int
    high_nano_usd: int
    low_seconds: float
    high_seconds: float


def _single(parts: int) -> list[Calls]:
    return [Calls("single", 2, 4, (1200, 5000), (150, 700))]


def _supervisor(parts: int) -> list[Calls]:
    return [
        Calls("supervisor", 1, 1, (400, 700), (100, 300)),
        Calls("worker", 2 * parts, 4 * parts, (1200, 5000), (150, 700)),
        Calls("critic", 1, 1, (1200, 4000), (60, 400)),
    ]


CALLS = {Strategy.SINGLE: _single, Strategy.SUPERVISOR: _supervisor}
IN_SEQUENCE: Mapping[Strategy, tuple[int, int]] = {Strategy.SINGLE: (2, 4), Strategy.SUPERVISOR: (4, 6)}
"""Calls that have to wait for each other, at least and at most."""


def estimate(strategy: Strategy, parts: int, prices: Prices, limits: Limits) -> Estimate:
    """Raises UnknownPrice where a role's model has none: a band without a price would be made up."""
    low = high = 0
    for calls in CALLS[strategy](parts):
        price = prices.price(limits.model_for(calls.role))
        low += calls.low * price.cost(Usage(calls.input_tokens[0], calls.output_tokens[0]))
        high += calls.high * price.cost(Usage(calls.input_tokens[1], calls.output_tokens[1]))
    first, last = IN_SEQUENCE[strategy]
    return Estimate(strategy, low, high, first * CALL_SECONDS[0], last * CALL_SECONDS[1])


def estimated(route: Route, prices: Prices, limits: Limits) -> Route:
    """The route with its price band."""
    band = estimate(route.strategy, route.subtask_count, prices, limits)
    return replace(route, estimate_low_nano_usd=band.low_nano_usd, estimate_high_nano_usd=band.high_nano_usd)
