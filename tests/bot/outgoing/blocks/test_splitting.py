"""A long answer is cut where a reader would cut it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing.blocks.splitting import split, weight


@given(st.text(alphabet="ab é漢\n`|-# ", max_size=600), st.integers(min_value=40, max_value=120))
def test_every_part_fits_and_no_letter_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(weight(part) <= limit for part in parts)
    for letter in "abé漢#":
        assert text.count(letter) <= "".join(parts).count(letter)


def test_parts_break_between_paragraphs() -> None:
    assert split("one one\n\ntwo two\n\nthree", 10) == ["one one", "two two", "three"]


def test_short_paragraphs_stay_together() -> None:
    assert split("a\n\nb", 100) == ["a\n\nb"]


def test_a_broken_fence_is_closed_and_opened_again() -> None:
    parts = split("```py\n" + "\n".join(f"line {n}" for n in range(20)) + "\n```", 60)
    assert len(parts) > 1
    assert all(part.startswith("```py\n") and part.endswith("\n```") for part in parts)


def test_a_broken_table_repeats_its_head() -> None:
    rows = "\n".join(f"| row {n} | x |" for n in range(20))
    parts = split(f"| a | b |\n|---|---|\n{rows}", 80)
    assert len(parts) > 1
    assert all(part.startswith("| a | b |\n|---|---|\n| row") for part in parts)


def test_a_fence_keeps_its_blank_lines() -> None:
    assert split("```\na\n\nb\n```", 100) == ["```\na\n\nb\n```"]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_nothing_is_one_empty_part(text: str) -> None:
    assert split(text) == [""]
