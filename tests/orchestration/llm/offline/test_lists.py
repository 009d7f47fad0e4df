"""Of several lists on a page the one that the question means, and none where none does."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.lists import fitting, items
from orchestration.llm.offline.ranking import Wanted
from orchestration.llm.offline.reading import Reading
from orchestration.values.domain import Passage

Search = Callable[[str], list[Any]]

PORTS = """Ports are ranked by two measures. All figures are of 2023.

## By cargo

The five largest ports of Europe by cargo are Rotterdam, Antwerp, Hamburg, Amsterdam and Algeciras. Trade grew.

## By passengers

The three largest ports of Europe by passengers are Piraeus, Dover and Calais.

## The oldest ports

The oldest ports that are still in use:

- **Byblos**: since 3000 BC
- Marseille (France)
- Cadiz
- Genoa

## Advice

- Ask the harbour master before you enter one of them.
- Pay in advance, also in the three largest of them.
"""
CARGO_OF_ASIA = """1. Shanghai
2. Singapore
3. Ningbo
4. Busan
"""
PASSAGES = [
    Passage("d_1#0", "d_1", "Ports of Europe", PORTS, 0.0),
    Passage("d_2#0", "d_2", "Ports of Asia › The largest ports by cargo", CARGO_OF_ASIA, 0.0),
    Passage("d_3#0", "d_3", "Old almanac", "The two smallest ports of Europe are Ayr and Bo, in 1907.", 0.0),
    Passage("d_4#0", "d_4", "New almanac", "The two smallest ports of Europe are Cee and Dun, in 2024.", 0.0),
    Passage("d_5#0", "d_5", "Lakes", "In alphabetical order the largest lakes are Como, Garda and Maggiore.", 0.0),
]


def names(question: str) -> tuple[str, ...]:
    found = fitting(question, Wanted.of(question, Reading({}, (), 0)), PASSAGES)
    return found.names if found else ()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who runs the three largest ports of Europe by passengers?", ("Piraeus", "Dover", "Calais")),
        ("Who runs the three largest ports of Europe by cargo?", ("Rotterdam", "Antwerp", "Hamburg")),
        (
            "Compare the five biggest ports by cargo in Europe",
            ("Rotterdam", "Antwerp", "Hamburg", "Amsterdam", "Algeciras"),
        ),
        ("What do the 2 largest ports of Asia charge?", ("Shanghai", "Singapore")),
        ("What do the four oldest ports still in use charge?", ("Byblos", "Marseille", "Cadiz", "Genoa")),
    ],
)
def test_the_list_is_told_by_measure_kind_place_and_number(question: str, found: tuple[str, ...]) -> None:
    assert found == names(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who runs the three largest airports of Europe?",
        "Who runs the three largest ports of Africa?",
        "Who runs the three smallest ports of Asia?",
        "Who runs the three largest ports of Europe by revenue?",
        "Who runs the nine largest ports of Europe by cargo?",
        "How deep are the two largest lakes?",
    ],
)
def test_a_list_of_something_else_or_of_too_few_is_not_taken(question: str) -> None:
    assert () == names(question)


def test_two_lists_that_differ_and_fit_alike_decide_nothing_until_the_question_names_a_source() -> None:
    assert () == names("Who runs the two smallest ports of Europe?")
    assert ("Cee", "Dun") == names("Who runs the two smallest ports of Europe according to the new almanac?")


def test_a_question_without_a_number_of_a_kind_asks_for_no_list() -> None:
    assert () == names("What is the largest port of Europe?")


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_any_question_and_any_page_are_read(question: str, page: str) -> None:
    for asked in (question, f"the three largest {question}"):
        found = fitting(asked, Wanted.of(asked, Reading({}, (), 0)), [Passage("d#0", "d", "Page", page, 0.0)])
        assert found is None or len(found.names) > 1


def test_the_longest_enumeration_of_a_look_up_is_spread_over_the_workers() -> None:
    found = "- The largest are Alpha, Beta, Gamma Corp, Delta and Epsilon. [d_1]\n- Alpha and Beta merged. [d_2]"
    assert ["Alpha, Epsilon", "Beta", "Gamma Corp", "Delta"] == [title for title, _ in items(found, "Why?", 4)]


def test_a_look_up_that_names_nothing_gives_no_items() -> None:
    assert [] == items("Nothing was found.", "Why?", 4)


def test_the_label_of_a_look_up_wins_over_longer_enumerations_of_its_sentence() -> None:
    found = "- **Rotterdam, Antwerp:** The largest are Rotterdam, Antwerp, Hamburg and Amsterdam. [d_1]"
    assert ["Rotterdam", "Antwerp"] == [title for title, _ in items(found, "Why?", 4)]


async def looked_up(converse: Callable[..., Any], index_of: Callable[..., Search], question: str) -> Any:
    subtask = {"subtask_id": "s1", "title": "The list", "instructions": f"Find out which.\nThe question: {question}"}
    return await converse("worker", index_of(PASSAGES)).ask({"question": question, "subtask": subtask})


async def test_a_worker_that_looks_a_list_up_quotes_it_whole_and_names_what_was_asked_for(
    converse: Callable[..., Any], index_of: Callable[..., Search]
) -> None:
    found = await looked_up(converse, index_of, "Who runs the two oldest ports that are still in use?")
    (claim,) = found["claims"]
    assert claim["quote"] in PORTS and claim["quote"].endswith("- Genoa")
    assert found["summary"].startswith("- **Byblos, Marseille:** The oldest ports")


async def test_where_no_list_fits_it_says_so(converse: Callable[..., Any], index_of: Callable[..., Search]) -> None:
    found = await looked_up(converse, index_of, "Who runs the three largest airports of Europe?")
    said = "Nothing found in the library that lists what “Who runs the three largest airports of Europe?” asks for."
    assert {"summary": said, "claims": []} == found
    planned = await converse("supervisor", index_of(PASSAGES)).ask({"question": "Who runs them?", "list": said})
    assert not {"Piraeus", "Rotterdam"} & {subtask["title"] for subtask in planned["subtasks"]}
