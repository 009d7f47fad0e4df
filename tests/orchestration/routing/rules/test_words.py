"""Word lists and patterns find what the plain regular expression would find."""

import re

from hypothesis import given
from hypothesis import strategies as st

from orchestration.routing.rules.words import any_of, seek, seek_any

LISTED = "king kings kingdom co-founder lead_singer singer"
WORDS = [*LISTED.replace("_", " ").split(), "lead singer"]


@given(st.lists(st.sampled_from([*"kingsdomco-ler ", *WORDS]), max_size=12).map("".join))
def test_a_list_finds_what_an_alternation_of_its_longest_words_first_finds(text: str) -> None:
    plain = "|".join(sorted((word.replace("_", " ") for word in LISTED.split()), key=len, reverse=True))
    assert re.findall(plain, text) == re.findall(any_of(LISTED), text)


def test_a_pattern_for_the_beginning_is_tried_there_alone() -> None:
    found = seek(r"^who\b")
    assert found("who wrote it?") and not found("tell me\nwho wrote it")


def test_a_pattern_is_tried_only_where_the_text_holds_what_it_needs() -> None:
    found = seek(r"\w+ vs\.? \w+", " vs")
    assert found("tea vs coffee") and not found("tea or coffee")


def test_any_of_several_patterns_is_found_where_a_word_begins() -> None:
    found = seek_any(r"is it\b", r"worth \w+ing\b")
    assert [bool(found(text)) for text in ("is it?", "it is worth asking", "this item", "unworth asking")] == [
        True,
        True,
        False,
        False,
    ]
