"""What the rules know of language is read from files that people can add to."""

from orchestration.rules.words import each_wording, vocabulary, wordings


def test_a_list_holds_its_own_words_and_no_other_lists() -> None:
    assert {"the", "der"} <= vocabulary("articles")
    assert "compare" not in vocabulary("articles")


def test_a_wording_is_found_where_a_word_begins() -> None:
    found = wordings("compares")
    assert [True, True, False] == [bool(found(text)) for text in ("compare a", "so: contrast a", "uncompared")]


def test_a_wording_may_name_another_kind_and_go_on_in_deeper_lines() -> None:
    found = wordings("staged")
    assert found("take the list and then estimate it") and found("first this, danach das")
    assert not found("{do}")


def test_each_wording_of_a_kind_can_be_told_from_the_others() -> None:
    text = "a legal and a security view"
    assert 2 == sum(bool(found(text)) for found in each_wording("expertises"))
