"""Questions into search terms."""

import pytest

from storage.terms import MOST_TERMS, grams_of, match, name_of, terms_of


def test_words_that_say_nothing_are_dropped_and_each_word_counts_once() -> None:
    assert ("deploy", "fastapi") == terms_of("How do I deploy FastAPI? Deploy!").words


def test_words_that_say_nothing_are_kept_where_nothing_else_is_left() -> None:
    assert ("to", "be", "or", "not") == terms_of("To be or not to be").words


def test_every_word_is_quoted_so_that_none_is_an_operator() -> None:
    assert '"near" OR "text"' == match(terms_of("NEAR(text*)").words)


def test_a_very_long_question_has_a_limited_number_of_terms() -> None:
    assert MOST_TERMS == len(terms_of(" ".join(f"word{n}" for n in range(5000))).words)


def test_text_without_spaces_becomes_pairs_of_letters() -> None:
    assert "東京 京都 の 株式" == grams_of("東京都, の: abc 株式")
    assert ("東京",) == terms_of("東京 Tokyo").grams


@pytest.mark.parametrize(
    ("title", "source", "expected"),
    [
        ("Async support", "Django documentation 5.2, topics", "django"),
        ("Time zones in Python", "", ""),
        ("FastAPI in production", "", "fastapi"),
        ("Flask: testing", "", "flask"),
        ("Holidays", "Team handbook", ""),
        ("The plan", "", ""),
        ("What it costs", "pricing.md", ""),
        ("FastAPI in production", "notes/pricing.md", "fastapi"),
        ("", "", ""),
    ],
)
def test_a_source_is_named_by_its_first_word_and_a_title_only_where_it_looks_like_a_name(
    title: str, source: str, expected: str
) -> None:
    assert expected == name_of(title, source)
