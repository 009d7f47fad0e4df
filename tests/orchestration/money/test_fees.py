"""What a search costs: the operator's own price, the list price, or nothing."""

from pathlib import Path

import pytest

from orchestration.money.fees import search_fee
from orchestration.values.errors import OperatorError


def test_hosted_search_has_its_list_price_and_a_searxng_of_ones_own_is_free() -> None:
    fees = [search_fee(provider, None) for provider in ("tavily", "brave")]
    assert [8_000_000, 5_000_000] == [fee.nano_usd for fee in fees if fee]
    assert search_fee("searxng", None) is None


def test_the_operators_own_price_wins(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text('[tools."web_search"]\nusd_per_call = 0.0067\n')
    fee = search_fee("tavily", path)
    assert fee and (6_700_000, "own:prices.toml") == (fee.nano_usd, fee.source)
    path.write_text("[tools.web_search]\nusd_per_call = 0\n")
    assert search_fee("tavily", path) is None
    path.write_text('[models."m"]\ninput_usd_per_million = 1\n')
    assert search_fee("tavily", path) == search_fee("tavily", None)


@pytest.mark.parametrize("line", ["", 'usd_per_call = "cheap"', "usd_per_call = -1", "usd_per_call = nan"])
def test_a_wrong_price_is_named_with_what_to_write(tmp_path: Path, line: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(f"[tools.web_search]\n{line}\n")
    with pytest.raises(OperatorError, match="needs usd_per_call, a number of USD of 0 or more"):
        search_fee("tavily", path)


def test_a_price_of_a_tool_that_has_none_is_no_price_passed_over_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text("[tools.web_serch]\nusd_per_call = 1\n")
    with pytest.raises(OperatorError, match=r'prices the tool "web_serch", which costs nothing. Only web_search does.'):
        search_fee("tavily", path)
