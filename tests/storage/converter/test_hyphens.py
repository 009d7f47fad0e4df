"""A word that a line's end divides keeps its hyphen where it has one of its own."""

import pytest

from storage.converter.hyphens import undivided


@pytest.mark.parametrize(
    ("divided", "whole"),
    [
        ("an inter-\nnational team", "an international team"),
        ("the infor-\n   mation desk", "the information desk"),
        ("a well-\nknown rule", "a well-known rule"),
        ("state-of-\nthe-art pumps", "state-of-the-art pumps"),
        ("state-\nof-the-art pumps", "state-of-the-art pumps"),
        ("COVID-\n19 rules", "COVID-19 rules"),
        ("the Franco-\nPrussian war", "the Franco-Prussian war"),
        ("an e-\nmail", "an e-mail"),
        ("INTER-\nNATIONAL", "INTERNATIONAL"),
        ("first-\nand second-order", "first-\nand second-order"),
        ("Ein-\nund Ausgang", "Ein-\nund Ausgang"),
        # The text's other words tell.
        ("a co-operation, and co-\noperation again", "a co-operation, and co-operation again"),
        ("a cooperation, and co-\noperation again", "a cooperation, and cooperation again"),
        ("the wind and a mill: a wind-\nmill", "the wind and a mill: a wind-mill"),
        # No word goes on here.
        ("- one\n- two -\nthree", "- one\n- two -\nthree"),
        ("1990-\n1995", "1990-\n1995"),
    ],
)
def test_divided_words_are_whole(divided: str, whole: str) -> None:
    assert whole == undivided(divided)
