"""What a strategy is expected to cost and how long it takes, before it is started.

Until this installation has run a strategy often enough, the band is a prior: calls by role times the price table.
From then on it is what the runs of that strategy really cost, from the tenth to the ninetieth percentile.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from orchestration.money.prices import Prices
from orchestration.roles.verifier import BATCH, VERIFIER, can_judge, sample_size
from orchestration.strategies.handover import DIGEST
from orchestration.values.domain import Route, Strategy, Usage
from orchestration.values.limits import Limits
from orchestration.values.ports import PastRuns

SIDES = 2
"""Of a debate; also the smallest team."""
ENOUGH_RUNS = 20
"""Fewer runs of a strategy say less than the prior."""
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
    measured: bool = False
    """Whether it comes from this installation's own runs."""


def _single(parts: int) -> list[Calls]:
    return [Calls("single", 2, 4, *_LOOP)]


def _supervisor(parts: int) -> list[Calls]:
    """A question for a list has one look-up more than it has parts."""
    return [
        Calls("supervisor", 1, 1, (400, 700), (100, 300)),
        Calls("worker", 2 * parts, 4 * parts, *_LOOP),
        CRITIC_CALLS,
    ]


def _sequential(stages: int) -> list[Calls]:
    return [
        Calls("planner", 1, 1, (400, 700), (100, 300)),
        Calls("worker", 2 * stages, 4 * stages, *_LOOP),
        Calls("inspector", 1, 1, (1200, 4000), (60, 400)),
    ]


def _fanout(specialists: int) -> list[Calls]:
    """An analysis with parts of its own needs no planner."""
    return [
        Calls("planner", 0, 1, (400, 2000), (100, 300)),
        Calls("specialist", specialists, 3 * specialists, *_LOOP),
        Calls("synthesizer", 1, 1, (1500, 6000), (200, 900)),
    ]


def _debate(parts: int) -> list[Calls]:
    """Two analysts, and a worker for each further part; the judge is asked in both orders."""
    beside = max(0, parts - SIDES)
    return [
        Calls("analyst", 2 * SIDES, 4 * SIDES, *_LOOP),
        Calls("worker", 2 * beside, 4 * beside, *_LOOP),
        Calls("judge", 2, 2, (1500, 6000), (200, 900)),
    ]


_LOOP = (1200, 5000), (150, 700)
"""Tokens of one call of an agent that searches: what was found so far goes in again."""
SEARCHING = frozenset({"single", "worker", "specialist", "analyst"})
"""Roles that may search the web: not at all at least, once a call at most."""
CRITIC_CALLS = Calls("critic", 1, 1, (1200, 4000), (60, 400))
ESCALATION_IN_SEQUENCE = (3, 5)
CALLS: Mapping[Strategy, Callable[[int], list[Calls]]] = {
    Strategy.SINGLE: _single,
    Strategy.SUPERVISOR: _supervisor,
    Strategy.SEQUENTIAL: _sequential,
    Strategy.FANOUT: _fanout,
    Strategy.DEBATE: _debate,
}
IN_SEQUENCE: Mapping[Strategy, Callable[[int], tuple[int, int]]] = {
    Strategy.SINGLE: lambda parts: (2, 4),
    Strategy.SUPERVISOR: lambda parts: (4, 6),
    Strategy.SEQUENTIAL: lambda parts: (2 + 2 * parts, 2 + 4 * parts),
    Strategy.FANOUT: lambda parts: (2, 5),
    Strategy.DEBATE: lambda parts: (3, 6),
}
"""Calls that have to wait for each other, at least and at most."""

CLAIMS = (3, 8)
"""Of one report, at least and at most."""


def size_as(strategy: Strategy, parts: int) -> int:
    """How many subtasks a question of so many parts has, if this strategy does it."""
    return {Strategy.SINGLE: 1, Strategy.DEBATE: SIDES}.get(strategy, max(SIDES, parts))


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
    low, high = _cost([*CALLS[strategy](parts), *added], prices, limits)
    first, last = IN_SEQUENCE[strategy](parts)
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
    calls = [Calls("worker", 2 * workers, 4 * workers, *_LOOP), CRITIC_CALLS, *verification(workers, limits)]
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
        if calls.role in SEARCHING:
            high += calls.high * limits.search_nano_usd
    return low, high
