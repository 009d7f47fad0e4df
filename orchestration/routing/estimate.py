"""What a strategy is expected to cost and how long it takes, before it is started.

Until this installation has run a strategy often enough, the band is a prior: calls by role times the price table.
From then on it is what the runs of that strategy really cost, from the tenth to the ninetieth percentile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from orchestration.money.prices import Prices
from orchestration.roles.verifier import BATCH, VERIFIER, can_judge, sample_size
from orchestration.strategies import STRATEGIES
from orchestration.strategies.handover import DIGEST
from orchestration.strategies.way import CRITIC_CALLS, LOOP, Calls
from orchestration.values.domain import Route, Strategy, Usage
from orchestration.values.limits import Limits
from orchestration.values.ports import PastRuns
from orchestration.values.roles import Role

ENOUGH_RUNS = 20
"""Fewer runs of a strategy say less than the prior."""
CALL_SECONDS = (2.0, 12.0)
"""A chat call of this size, from a fast small model to a slow large one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    strategy: Strategy
    low_nano_usd: int
    high_nano_usd: int
    low_seconds: float
    high_seconds: float
    measured: bool = False
    """Whether it comes from this installation's own runs."""


ESCALATION_IN_SEQUENCE = (3, 5)
CLAIMS = (3, 8)
"""Of one report, at least and at most."""


def handover(strategy: Strategy, parts: int, limits: Limits) -> list[Calls]:
    """What THREADWORK_CONTEXT=summary adds: each report is condensed once, at most."""
    if limits.context != "summary" or strategy is not Strategy.SEQUENTIAL:
        return []
    return [Calls(DIGEST.role, parts - 1, parts, (400, 2000), (100, 500))]


def verification(parts: int, limits: Limits) -> list[Calls]:
    """What THREADWORK_VERIFY adds; nothing where the model of the critic's role cannot judge."""
    if limits.verify == "quotes" or not can_judge(limits):
        return []
    low, high = (claims * parts for claims in CLAIMS)
    if limits.verify == "sample":
        low, high = sample_size(low), sample_size(high)
    return [Calls(VERIFIER.role, -(-low // BATCH), -(-high // BATCH), *_BATCH)]


_BATCH = (900, 4500), (150, 800)
"""Tokens of one call that judges up to ten claims, each with its quote and the passage around it."""

History = Mapping[Strategy, PastRuns]


def estimate(strategy: Strategy, parts: int, prices: Prices, limits: Limits, past: History | None = None) -> Estimate:
    """Raises UnknownPrice where a role's model has none: a band without a price would be made up."""
    if past and (runs := past.get(strategy)) and runs.count >= ENOUGH_RUNS:
        low_seconds, high_seconds = runs.seconds
        return Estimate(strategy, *runs.cost_nano_usd, low_seconds, high_seconds, measured=True)
    added = [*handover(strategy, parts, limits), *verification(parts, limits)]
    low, high = _cost([*STRATEGIES[strategy].calls(parts), *added], prices, limits)
    first, last = STRATEGIES[strategy].in_sequence(parts)
    return Estimate(strategy, low, high, first * CALL_SECONDS[0], last * CALL_SECONDS[1])


def band(route: Route, prices: Prices, limits: Limits, past: History | None = None) -> tuple[int, int]:
    """A route's price band, its critic included."""
    found = estimate(route.strategy, route.subtask_count, prices, limits, past)
    if not route.critic or found.measured:
        return found.low_nano_usd, found.high_nano_usd
    low, high = _cost([CRITIC_CALLS], prices, limits)
    return found.low_nano_usd + low, found.high_nano_usd + high


def escalated(workers: int, prices: Prices, limits: Limits) -> Estimate:
    """So many workers and the critic, without a plan; always a prior, for past runs are whole ones."""
    calls = [Calls(Role.WORKER, 2 * workers, 4 * workers, *LOOP), CRITIC_CALLS, *verification(workers, limits)]
    low, high = _cost(calls, prices, limits)
    first, last = ESCALATION_IN_SEQUENCE
    return Estimate(Strategy.SUPERVISOR, low, high, first * CALL_SECONDS[0], last * CALL_SECONDS[1])


def estimated(route: Route, prices: Prices, limits: Limits, past: History | None = None) -> Route:
    """The route with its price band."""
    low, high = band(route, prices, limits, past)
    return replace(route, estimate_low_nano_usd=low, estimate_high_nano_usd=high)


def _cost(expected: Iterable[Calls], prices: Prices, limits: Limits) -> tuple[int, int]:
    low = high = 0
    for calls in expected:
        price = prices.price(limits.model_for(calls.role))
        low += calls.low * price.cost(Usage(calls.input_tokens[0], calls.output_tokens[0]))
        high += calls.high * price.cost(Usage(calls.input_tokens[1], calls.output_tokens[1]))
        if calls.role.researches:
            high += calls.high * limits.search_nano_usd
    return low, high
