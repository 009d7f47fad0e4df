import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.values.text import (
    INVISIBLE,
    clean,
    clean_json,
    cut,
    visible,
    visible_json,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_any_text_becomes_storable_and_stays_as_it_is_afterwards(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned
    cleaned.encode("utf-8")
    assert cleaned == clean(cleaned)


def test_invisible_tag_characters_go_and_ordinary_text_stays() -> None:
    assert "Grüße 🎉 日本" == clean("Grüße 🎉\U000e0049\U000e0067 日本")


@given(ANY_TEXT)
def test_what_nobody_sees_is_gone_and_nothing_else(text: str) -> None:
    assert [letter for letter in text if ord(letter) not in INVISIBLE] == list(visible(text))


def test_scripts_emoji_and_layout_stay_as_they_are() -> None:
    written = "می\u200cخواهم 👩\u200d🔬 ❤\ufe0f\tGrüße\r\n日本\f"
    assert written == visible(written)
    assert {"ab": ["cd"]} == visible_json({"a\u202eb": ["c\u200bd"]})


def test_every_string_of_a_json_value_is_cleaned() -> None:
    assert {"a": ["\ufffd", {"b": "x"}]} == clean_json({"a\0": ["\ud800", {"b": "x\0"}]})


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("Which one is it?", 16, "Which one is it?"),
        ("Which one is the largest?", 20, "Which one is the…"),
        ("Which one, the largest?", 11, "Which one…"),
        ("It names http://a.example/a/very/long/address", 20, "It names http://a.e…"),
        ("abcdefgh", 4, "abc…"),
        ("abcdefgh", 1, "…"),
    ],
)
def test_what_is_too_long_ends_at_a_word_and_says_so(text: str, most: int, shown: str) -> None:
    assert shown == cut(text, most)


@given(ANY_TEXT, st.integers(1, 50))
def test_what_is_cut_is_never_longer_than_its_room_and_cut_again_it_is_the_same(text: str, most: int) -> None:
    shown = cut(text, most)
    assert len(shown) <= most and cut(shown, most) == shown
