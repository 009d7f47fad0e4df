from hypothesis import given
from hypothesis import strategies as st

from orchestration.text import clean, clean_json

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_any_text_becomes_storable_and_stays_as_it_is_afterwards(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned
    cleaned.encode("utf-8")
    assert cleaned == clean(cleaned)


def test_invisible_tag_characters_go_and_ordinary_text_stays() -> None:
    assert "Grüße 🎉 日本" == clean("Grüße 🎉\U000e0049\U000e0067 日本")


def test_every_string_of_a_json_value_is_cleaned() -> None:
    assert {"a": ["\ufffd", {"b": "x"}]} == clean_json({"a\0": ["\ud800", {"b": "x\0"}]})
