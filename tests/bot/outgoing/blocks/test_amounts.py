"""Money and time as people read them."""

import pytest

from bot.outgoing.blocks.amounts import (
    about,
    band,
    bar,
    counted,
    duration,
    money,
)


@pytest.mark.parametrize(
    ("nano", "shown"),
    [(0, "$0"), (2_134_000, "$0.0021"), (412, "$0.00000041"), (340_000_000, "$0.34"), (12_345_000_000, "$12.34")],
)
def test_an_estimate_shows_two_digits(nano: int, shown: str) -> None:
    assert about(nano) == shown


def test_a_bill_is_exact() -> None:
    assert [money(0), money(1_250_000), money(411_600), money(50_000_000_000)] == [
        "$0.00",
        "$0.00125",
        "$0.0004116",
        "$50.00",
    ]


def test_a_band_names_the_dollar_once_and_the_same_amount_once() -> None:
    assert band(2_000_000, 6_000_000) == "$0.002–0.006"
    assert band(2_000_000, 2_000_100) == "$0.002"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.04, "0.0 s"), (3.14, "3.1 s"), (14.4, "14 s"), (75, "1 min 15 s"), (1800, "30 min")]
)
def test_durations_grow_coarser(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_nouns_agree_with_their_number() -> None:
    assert [counted(1, "worker"), counted(3, "worker"), counted(1200, "entry", "entries")] == [
        "1 worker",
        "3 workers",
        "1,200 entries",
    ]


def test_a_bar_shows_that_something_is_used_and_never_overflows() -> None:
    assert [bar(0, 10, 4), bar(1, 1000, 4), bar(99, 10, 4), bar(1, 0, 4)] == ["▱▱▱▱", "▰▱▱▱", "▰▰▰▰", "▱▱▱▱"]
