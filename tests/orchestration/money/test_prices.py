from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.money.prices import Price, Prices, load_prices
from orchestration.values.domain import Usage
from orchestration.values.errors import OperatorError, UnknownPrice

PRICE = Price(
    input=150_000_000, output=600_000_000, cache_read=75_000_000, highest_input=150_000_000,
    highest_output=600_000_000, source="test",
)  # fmt: skip


def test_a_cost_is_exact_in_nano_usd_and_rounded_up() -> None:
    assert 150 * 1000 + 600 * 10 == PRICE.cost(Usage(1000, 10))
    assert 75 * 3 + 150 * 7 == PRICE.cost(Usage(10, 0, cache_read_tokens=3))
    assert 1 == Price(1, 0, 0, 1, 0, source="t").cost(Usage(1, 0))


def test_more_cached_than_input_tokens_is_priced_as_uncached() -> None:
    assert PRICE.cost(Usage(10, 0)) == PRICE.cost(Usage(10, 0, cache_read_tokens=11))


@given(st.integers(0, 3_000_000), st.integers(0, 200_000), st.floats(0, 1))
def test_no_usage_within_the_bounds_costs_more_than_the_worst_case(tokens: int, output: int, share: float) -> None:
    for price in (PRICE, Prices().price("gpt-5.4")):
        usage = Usage(tokens, output, cache_read_tokens=int(tokens * share))
        assert price.cost(usage) <= price.worst_case(tokens, output)


def test_an_unknown_model_is_refused_with_the_remedy_and_never_free() -> None:
    with pytest.raises(UnknownPrice, match="THREADWORK_PRICES"):
        Prices().price("no-such-model")


def test_the_operators_own_price_wins_over_the_bundled_one() -> None:
    assert PRICE == Prices({"gpt-4o-mini": PRICE}).price("gpt-4o-mini")


def test_the_dearer_of_asked_and_returned_model_is_booked() -> None:
    dear = Price(10**9, 10**9, 10**9, 10**9, 10**9, source="dear")
    cost, price = Prices({"a": PRICE, "b": dear}).cost("a", "b", Usage(100, 0))
    assert (dear.cost(Usage(100, 0)), "dear") == (cost, price.source)


def test_an_unknown_returned_model_is_priced_as_the_one_asked_for() -> None:
    assert PRICE.cost(Usage(100, 1)) == Prices({"a": PRICE}).cost("a", "some-snapshot", Usage(100, 1))[0]


def test_a_price_file_is_read_exactly(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text('[models."my/model"]\ninput_usd_per_million = 0.15\noutput_usd_per_million = "0.60"\n')
    price = load_prices(file)["my/model"]
    assert (150_000_000, 600_000_000, 150_000_000) == (price.input, price.output, price.cache_read)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[models.x", "TOML"),
        ("[models.x]\ninput_usd_per_million = 1\n", "output_usd_per_million"),
        ("[models.x]\ninput_usd_per_million = -1\noutput_usd_per_million = 1\n", "0 or more"),
        ('[models.x]\ninput_usd_per_million = "nan"\noutput_usd_per_million = 1\n', "0 or more"),
        ('[models.x]\ninput_usd_per_million = "a lot"\noutput_usd_per_million = 1\n', "input_usd_per_million"),
        ('[models.x]\ninput_usd_per_million = "1e999999"\noutput_usd_per_million = 1\n', "input_usd_per_million"),
        ("models = 5\n", "a table"),
        ("[models]\nx = 5\n", "a table"),
        ("[model.x]\ninput_usd_per_million = 1\n", "has model, which is not known. Write models, if that is meant"),
        ("input_usd_per_million = 1\n", "has input_usd_per_million, which is not known. Known there: models, tools."),
        ("[models.x]\ninput_per_million = 1\n", "has input_per_million, .* Write input_usd_per_million, if that is"),
        ("[models.gpt-4.1]\ninput_usd_per_million = 1\n", "A name with a dot in it has to be in quotes."),
    ],
)
def test_a_wrong_price_file_says_what_to_mend(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)
    with pytest.raises(OperatorError, match=named):
        load_prices(file)
