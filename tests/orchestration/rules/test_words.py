"""Patterns are tried only where they can be found, and lists of words are there for the rules that name them."""

from hypothesis import given
from hypothesis import strategies as st

from orchestration.rules.words import seek, seek_any, vocabulary


@given(st.text(alphabet="ab vs.", max_size=40))
def test_a_pattern_that_needs_a_word_finds_the_same_as_without(text: str) -> None:
    assert bool(seek("a vs b")(text)) == bool(seek("a vs b", " vs ")(text))


def test_any_of_several_patterns_is_found_where_a_word_begins() -> None:
    found = seek_any("one two", "three")
    assert [True, True, False] == [bool(found(text)) for text in ("say one two", "three", "bethree")]


def test_a_list_holds_its_own_words_and_no_other_lists() -> None:
    assert {"the", "der"} <= vocabulary("articles")
    assert "compare" not in vocabulary("articles")
