from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from orchestration.evidence.independence import independent, same_text, sketch
from orchestration.values.domain import Source

Make = Callable[..., Source]
TEXT = " ".join(f"word{n} of the long story number {n * 7} goes on." for n in range(60))
OTHER = " ".join(f"part{n} of a quite different tale {n * 3} ends here." for n in range(60))
FRAME = "Home Products About us Login. " * 4


def test_the_same_text_at_five_addresses_counts_once(source_of: Make) -> None:
    five = [source_of(f"d_{n}", TEXT, f"https://mirror{n}.example/") for n in range(5)]
    assert (("d_0", "d_1", "d_2", "d_3", "d_4"), ("d_x",)) == independent([*five, source_of("d_x", OTHER)])


def test_a_copy_with_another_frame_and_an_excerpt_are_the_same(source_of: Make) -> None:
    whole = source_of("d_1", TEXT)
    assert same_text(whole, source_of("d_2", f"{FRAME}{TEXT} Copyright, all rights reserved."))
    assert same_text(whole, source_of("d_3", TEXT[400:1800]))


def test_two_texts_about_the_same_thing_are_two(source_of: Make) -> None:
    assert not same_text(source_of("d_1", TEXT), source_of("d_2", OTHER))
    assert not same_text(source_of("d_1", "Short."), source_of("d_2", "Brief."))


def test_one_address_is_one_source_whatever_it_said_each_time(source_of: Make) -> None:
    one, two = source_of("d_1", TEXT, "https://a.example/x"), source_of("d_2", OTHER, "http://www.a.example/x/#part")
    assert same_text(one, two)


def test_copies_of_copies_are_one_group(source_of: Make) -> None:
    half = TEXT[: len(TEXT) // 2]
    chain = [source_of("d_1", TEXT), source_of("d_2", OTHER), source_of("d_3", half), source_of("d_4", half)]
    assert (("d_1", "d_3", "d_4"), ("d_2",)) == independent(chain)


@given(st.text(max_size=400))
def test_a_text_is_its_own_copy(text: str) -> None:
    assert sketch(text) == sketch(text.upper().lower() if text.isascii() else text)
