"""Nano-USD as text: exact, and never a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.money.amounts import dollars, usd


@pytest.mark.parametrize(
    ("nano", "text", "said"),
    [
        (0, "0.000000", "$0.00"),
        (1_250_000, "0.001250", "$0.00125"),
        (1, "0.000000001", "$0.000000001"),
        (120_000_000, "0.120000", "$0.12"),
        (50_000_000_000, "50.000000", "$50.00"),
        (-1_500_000_000, "-1.500000", "$-1.50"),
        (10**18, "1000000000.000000", "$1000000000.00"),
    ],
)
def test_amounts_are_shown_exactly(nano: int, text: str, said: str) -> None:
    assert (usd(nano), dollars(nano)) == (text, said)


@given(st.integers(-(2**62), 2**62))
def test_no_amount_is_rounded(nano: int) -> None:
    assert int(Decimal(usd(nano)).scaleb(9)) == nano
