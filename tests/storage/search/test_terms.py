"""Questions into search terms."""

from hypothesis import given
from hypothesis import strategies as st

from storage.search.chunks import normal_form
from storage.search.terms import MOST_TERMS, grams_of, match, terms_of


def test_words_that_say_nothing_are_dropped_and_each_word_counts_once() -> None:
    assert ("deploy", "fastapi") == terms_of("How do I deploy FastAPI? Deploy!").words


def test_words_that_say_nothing_are_kept_where_nothing_else_is_left() -> None:
    assert ("to", "be", "or", "not") == terms_of("To be or not to be").words


def test_every_word_is_quoted_so_that_none_is_an_operator() -> None:
    assert '"near" OR "text"' == match(terms_of("NEAR(text*)").words)


def test_a_very_long_question_has_a_limited_number_of_terms() -> None:
    assert MOST_TERMS == len(terms_of(" ".join(f"word{n}" for n in range(5000))).words)


def test_text_without_spaces_becomes_pairs_of_letters() -> None:
    assert "東京 京都 都 の 株式 式" == grams_of("東京都, の: abc 株式")
    assert ("東京",) == terms_of("東京 Tokyo").grams


def test_the_parts_of_a_contraction_say_nothing_and_are_a_literal_only_of_who_looks_for_it() -> None:
    assert () == terms_of("Why doesn't Flask's server reload templates?").grams
    assert 1 == len(terms_of("don't").grams)


def test_literals_are_spelt_with_letters_only_and_differ_from_each_other() -> None:
    spelt = [terms_of(text).grams for text in ("c++", "c#", "c", "a-b", "a:b", "a–b")]
    assert [1, 1, 0, 1, 1, 1] == [len(grams) for grams in spelt]
    assert len(set(spelt)) == 5  # a dash is a dash
    assert all(gram.isalnum() or "\ue000" in gram for grams in spelt for gram in grams)


def test_quotes_brackets_and_the_end_of_a_sentence_are_no_part_of_a_literal() -> None:
    assert grams_of("node.js") == grams_of("(`node.js`),") == grams_of("“node.js”.")


@given(text=st.text())
def test_what_is_asked_for_as_it_stands_is_among_the_terms_of_the_page(text: str) -> None:
    stored = grams_of(normal_form(text)).split()
    assert all(any(word.startswith(gram) for word in stored) for gram in terms_of(text).grams)
