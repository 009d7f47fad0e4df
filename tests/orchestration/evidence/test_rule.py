import pytest

from orchestration.evidence.likeness import Sentences
from orchestration.evidence.quotes import Page
from orchestration.evidence.rule import contradicted, misquoted
from orchestration.evidence.sentence import Sentence

TEXT = (
    "The Aldmoor Courier, 2014. Monday, May 12: the Aldmoor bridge was opened by the mayor after nine years. "
    "The bridge is 212 metres long and cost 8 million euros. He grew up in Leeds with two sisters but not with his "
    "father. Version 3.7 of the parser reads 5 GB. A request without the token is refused with status 403."
)


def against(statement: str) -> str:
    return contradicted(Sentence(statement), Sentences.of(TEXT).all)


@pytest.mark.parametrize(
    "statement",
    [
        "The Aldmoor bridge was opened on 12 May 2014.",
        "The bridge was opened in the 2010s and cost eight million euros.",
        "The bridge is about 200 metres long.",
        "He has two sisters.",
        "The bridge carries 40,000 cars a day.",
        "The parser, version 3.7.0, is the first one of them.",
    ],
)
def test_the_same_figure_in_another_way_and_one_that_nothing_speaks_of_are_not_contradicted(statement: str) -> None:
    assert "" == against(statement)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("The Aldmoor bridge was opened on 13 May 2014.", "the source says May 12, not 13 May 2014"),
        ("The Aldmoor bridge was opened by the mayor on 12 May 2015.", ""),
        ("The bridge is 312 metres long.", "the source says 212, not 312"),
        ("The bridge cost 9 million euros.", "the source says 8 million, not 9 million"),
        ("The bridge cost 8 million dollars.", "the source says 8 million, not 8 million"),
        ("Version 3.8 of the parser reads it.", "the source says 3.7, not 3.8"),
        ("The parser reads 5 MB.", "the source says 5, not 5"),
        ("Without the token a request is refused with status 401.", "the source says 403, not 401"),
        ("He grew up in Leeds with three sisters.", "the source says 2, not 3"),
    ],
)
def test_another_number_of_the_same_thing_in_a_sentence_that_says_the_rest_is(statement: str, says: str) -> None:
    assert says == against(statement)


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("It says “the bridge is 212 metres long and cost” a lot.", ""),
        ("It says “the bridge […] cost 8 million euros”.", ""),
        ("It says “he grew up in Leeds … but not with his father”.", ""),
        ("It says “[the boy] grew up in Leeds with two sisters”.", ""),
        ("It says “the bridge is the longest one of all”.", "“the bridge is the longest one of all”"),
        ("It says “he grew up in Leeds […] with all of his brothers”.", "“with all of his brothers”"),
    ],
)
def test_words_between_quotation_marks_stand_there_but_for_what_is_marked_as_left_out(
    statement: str, wrong: str
) -> None:
    assert (f"{wrong} is not in the source" if wrong else "") == misquoted(statement, Page(TEXT))
