"""Pages are taken apart into what can be quoted, and every piece stands in the page as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.units import Unit, units, vocabulary
from orchestration.values.domain import Passage

PAGE = """Intro sentence of the page here.

``-w``, ``--workers``
    Number of worker threads to start. The default is ``1`` on all machines.

.. note::
    Notes are sentences like all the others.

.. code-block:: python

    workers = start(count=4, name="a")

Why does nothing ever happen here?

- The first item is about apples.
- The second item is about pears.

| Name | Eggs laid |
| --- | --- |
| Ginger | 12 |
| Bunty | |
"""


def found(text: str, breadcrumb: str = "Manual › Options") -> list[Unit]:
    return list(units(Passage("c1", "d_1", breadcrumb, text, 0.0)))


def prose(text: str) -> list[str]:
    return [unit.shown for unit in found(text) if unit.prose]


def test_sentences_items_and_rows_can_be_quoted_and_code_questions_and_directives_cannot() -> None:
    assert [
        "Intro sentence of the page here.",
        "``-w``, ``--workers`` Number of worker threads to start.",
        "The default is ``1`` on all machines.",
        "Notes are sentences like all the others.",
        "The first item is about apples.",
        "The second item is about pears.",
        "Name: Ginger; Eggs laid: 12",
        "Name: Bunty",
    ] == prose(PAGE)


def test_a_term_is_the_heading_of_what_explains_it() -> None:
    (default,) = [unit for unit in found(PAGE) if "default" in unit.text]
    assert "--workers" in default.heading


def test_a_row_is_shown_with_the_names_of_its_columns_and_quoted_as_it_stands() -> None:
    (row,) = [unit for unit in found(PAGE) if "Ginger" in unit.text]
    assert ("| Ginger | 12 |", "Name: Ginger; Eggs laid: 12 [d_1]") == (row.text, row.cited)


def test_headings_within_a_passage_and_above_it_name_the_section() -> None:
    first, second = found("Below the title it begins so.\n\n## Limits\n\nIt holds five hundred rows.")
    assert ("Options", "Options Limits") == (first.section, second.section)


def test_what_looks_like_a_citation_in_a_page_becomes_none() -> None:
    (unit,) = found("As others say [3] and others [d_other] too.")
    assert "As others say (3) and others (d_other) too. [d_1]" == unit.cited


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SQLAlchemyJobStore", {"job", "store"}),
        ("年次有給休暇", {"年次", "有給", "休暇"}),
        ("CONCURRENT_REQUESTS", {"concurr", "request"}),
    ],
)
def test_words_are_found_within_names_and_in_scripts_without_spaces(text: str, words: set[str]) -> None:
    assert words <= vocabulary(text)


@given(st.text(max_size=1500))
def test_every_unit_is_an_exact_piece_of_its_passage(text: str) -> None:
    for unit in found(text):
        assert unit.text and unit.text == text[unit.start : unit.end]
