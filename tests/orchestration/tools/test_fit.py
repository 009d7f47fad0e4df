"""Whether what was found is what was asked for."""

import pytest

from orchestration.tools.fit import fits
from orchestration.values.domain import Passage


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("How do I test a Flask app?", "Flask: testing. An app is tested with a client.", True),
        ("How deep is the Mariana Trench?", "A deep copy copies what is inside.", False),
        ("Which fertiliser is best for tomatoes?", "The best way is shown below.", False),
        ("What is it?", "Anything.", True),
        ("", "", True),
        ("営業時間", "株式会社の営業時間は九時から五時までです。", True),
        ("天気予報", "株式会社の営業時間は九時から五時までです。", False),
    ],
)
def test_a_passage_fits_that_holds_half_of_the_words_that_tell_something(query: str, text: str, expected: bool) -> None:
    assert expected == fits(
        query, [Passage("d#1", "d", "Page", "Something else.", 2.0), Passage("d#2", "d", "", text, 1.0)]
    )


def test_the_breadcrumb_counts_and_words_of_two_passages_do_not_add_up() -> None:
    assert fits("flask deployment", [Passage("d#1", "d", "Flask › Deployment", "Use a server.", 1.0)])
    pieces = [Passage(f"d#{n}", "d", "", text, 1.0) for n, text in enumerate(("solar", "panel", "subsidy", "Norway"))]
    assert not fits("solar panel subsidy Norway", pieces)
