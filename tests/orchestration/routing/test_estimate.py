"""What a strategy is expected to cost: a prior from the price table, then this installation's own runs."""

from dataclasses import replace

import pytest
from bench import PRICE

from orchestration.money.prices import Prices
from orchestration.routing.estimate import (
    ENOUGH_RUNS,
    band,
    escalated,
    estimate,
    estimated,
    verification,
)
from orchestration.strategies import STRATEGIES
from orchestration.values.domain import Route, Strategy, Usage
from orchestration.values.errors import UnknownPrice
from orchestration.values.limits import Limits
from orchestration.values.ports import PastRuns

PRICES = Prices({"test-model": PRICE})
LIMITS = Limits(model="test-model")


def past(count: int) -> dict[Strategy, PastRuns]:
    return {Strategy.SINGLE: PastRuns(count, (111, 999), (3.0, 9.0), count // 2, 0.25)}


def test_every_strategy_has_a_band_of_cost_and_of_time() -> None:
    assert set(STRATEGIES) == set(Strategy)
    for strategy in STRATEGIES:
        found = estimate(strategy, 3, PRICES, LIMITS)
        assert 0 < found.low_nano_usd < found.high_nano_usd
        assert 0 < found.low_seconds < found.high_seconds


@pytest.mark.parametrize(
    ("strategy", "parts", "fewest", "most"),
    [
        (Strategy.SINGLE, 1, 2, 4),
        (Strategy.SUPERVISOR, 3, 1 + 6 + 1, 1 + 12 + 1),
        (Strategy.SEQUENTIAL, 3, 1 + 6 + 1, 1 + 12 + 1),
        (Strategy.FANOUT, 3, 3 + 1, 1 + 9 + 1),
        (Strategy.DEBATE, 2, 4 + 2, 8 + 2),
        (Strategy.DEBATE, 3, 4 + 2 + 2, 8 + 4 + 2),
    ],
)
def test_so_many_parts_take_so_many_calls(strategy: Strategy, parts: int, fewest: int, most: int) -> None:
    calls = STRATEGIES[strategy].calls(parts)
    assert (fewest, most) == (sum(c.low for c in calls), sum(c.high for c in calls))


def test_more_stages_cost_more_and_take_longer_and_more_workers_only_cost_more() -> None:
    two, four = (estimate(Strategy.SEQUENTIAL, n, PRICES, LIMITS) for n in (2, 4))
    assert two.high_nano_usd < four.high_nano_usd and two.high_seconds < four.high_seconds
    two, four = (estimate(Strategy.SUPERVISOR, n, PRICES, LIMITS) for n in (2, 4))
    assert two.high_nano_usd < four.high_nano_usd and two.high_seconds == four.high_seconds


def test_a_question_has_as_many_parts_as_the_strategy_gives_it() -> None:
    sizes = {strategy: way.size_of(3) for strategy, way in STRATEGIES.items()}
    assert (1, 2, 3) == (sizes[Strategy.SINGLE], sizes[Strategy.DEBATE], sizes[Strategy.SUPERVISOR])
    assert 2 == STRATEGIES[Strategy.FANOUT].size_of(1)


def test_condensing_what_stages_hand_over_has_its_price() -> None:
    condensed = replace(LIMITS, context="summary")
    plain, more = (estimate(Strategy.SEQUENTIAL, 3, PRICES, limits) for limits in (LIMITS, condensed))
    assert plain.low_nano_usd < more.low_nano_usd and plain.high_nano_usd < more.high_nano_usd
    assert estimate(Strategy.SUPERVISOR, 3, PRICES, LIMITS) == estimate(Strategy.SUPERVISOR, 3, PRICES, condensed)


def test_a_critic_of_its_own_is_in_the_routes_band() -> None:
    alone = band(Route(Strategy.SINGLE, "one"), PRICES, LIMITS)
    read = estimated(Route(Strategy.SINGLE, "one", critic=True), PRICES, LIMITS)
    assert alone[0] < read.estimate_low_nano_usd and alone[1] < read.estimate_high_nano_usd


def test_enough_runs_of_a_strategy_replace_its_prior_and_fewer_do_not() -> None:
    prior = estimate(Strategy.SINGLE, 1, PRICES, LIMITS)
    assert prior == estimate(Strategy.SINGLE, 1, PRICES, LIMITS, past(ENOUGH_RUNS - 1))
    measured = estimate(Strategy.SINGLE, 1, PRICES, LIMITS, past(ENOUGH_RUNS))
    assert (111, 999, 3.0, 9.0, True) == (
        measured.low_nano_usd,
        measured.high_nano_usd,
        measured.low_seconds,
        measured.high_seconds,
        measured.measured,
    )
    assert prior != estimate(Strategy.SUPERVISOR, 1, PRICES, LIMITS, past(ENOUGH_RUNS))


def test_a_model_without_a_price_has_no_band() -> None:
    with pytest.raises(UnknownPrice):
        estimate(Strategy.SINGLE, 1, PRICES, Limits(model="nobody-knows-this-one"))


def test_a_search_that_costs_raises_what_it_may_cost_and_not_what_it_must() -> None:
    free, paid = (
        estimate(Strategy.SINGLE, 1, PRICES, Limits(model="test-model", search_nano_usd=fee)) for fee in (0, 1_000_000)
    )
    assert free.low_nano_usd == paid.low_nano_usd
    assert 4_000_000 == paid.high_nano_usd - free.high_nano_usd


def test_workers_that_take_over_have_their_claims_verified_too() -> None:
    plain, all_of_them = (escalated(2, PRICES, replace(LIMITS, verify=verify)) for verify in ("quotes", "all"))
    calls = verification(2, replace(LIMITS, verify="all"))
    most = sum(c.high * PRICE.cost(Usage(c.input_tokens[1], c.output_tokens[1])) for c in calls)
    assert 0 < most == all_of_them.high_nano_usd - plain.high_nano_usd
