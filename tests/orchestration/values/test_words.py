"""What is one word, and what says nothing."""

import pytest

from orchestration.values.words import STOP_WORDS, stem, stems, words

ONE_WORD = [
    ("database", "databases"),
    ("test", "tests", "testing", "tested"),
    ("deploy", "deploys", "deployed", "deployment"),
    ("policy", "policies"),
    ("box", "boxes"),
    ("run", "runs", "running"),
    ("price", "prices", "priced", "pricing"),
]
TWO_WORDS = [("bus", "business"), ("new", "news"), ("ever", "every"), ("postgresql", "postgres"), ("3", "30")]


@pytest.mark.parametrize("forms", ONE_WORD, ids=lambda forms: forms[0])
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("pair", TWO_WORDS, ids="-".join)
def test_words_that_only_look_alike_keep_apart(pair: tuple[str, str]) -> None:
    assert stem(pair[0]) != stem(pair[1])


@pytest.mark.parametrize("word", ["größe", "datenbanken", "été", "東京", "4711", ""])
def test_what_is_not_english_stays_readable(word: str) -> None:
    assert stem(word)[:5] == word[:5]


def test_words_are_folded_and_kept_in_their_order() -> None:
    assert ["the", "strasse", "is", "8", "m", "wide"] == words("The Straße is 8_m wide")


def test_stems_leave_out_what_says_nothing() -> None:
    assert ["fast", "databas", "queue"] == stems("How fast is the database of the queues?")
    assert [] == stems(" ".join(sorted(STOP_WORDS)))
