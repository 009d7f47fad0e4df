from typing import Any

from orchestration.llm.offline.assignment import assignment, entitled
from orchestration.llm.offline.reading import Reading, lines

QUESTION = "Compare Flask and Django on testing and deployment"


def given(**task: Any) -> Reading:
    return Reading({"question": QUESTION, **task}, (), 0, 0)


def subtask(title: str, instructions: str = "") -> dict[str, str]:
    return {"subtask_id": "s1", "title": title, "instructions": instructions}


def test_a_worker_takes_the_cells_of_the_entity_in_its_title() -> None:
    found = assignment(given(subtask=subtask("Flask", "Look into Flask, not Django.")), whole=False)
    assert [("Flask", "Testing"), ("Flask", "Deployment")] == [(cell.entity, cell.label) for cell in found.cells]


def test_the_single_agent_takes_the_whole_grid_and_names_the_entity_in_each_line() -> None:
    found = assignment(given(subtask=subtask(QUESTION)), whole=True)
    assert ["Flask · Testing", "Flask · Deployment", "Django · Testing", "Django · Deployment"] == [
        cell.label for cell in found.cells
    ]


def test_a_title_that_says_more_than_an_entity_is_an_open_topic() -> None:
    assert () == entitled(("Flask", "Django"), "Please also look up the licence terms of Flask")
    assert ("Flask",) == entitled(("Flask", "Django"), "Flask: the draft says nothing about it")


def test_searches_with_the_same_words_are_made_once() -> None:
    found = assignment(Reading({"question": "sqlite checkpoint?"}, (), 0, 0), whole=True)
    assert ["sqlite checkpoint?"] == found.queries


def test_a_short_follow_up_leans_on_the_question_before_it() -> None:
    reading = Reading({"question": "And the limits?", "earlier": [{"question": "How does WAL work?"}]}, (), 0, 0)
    assert "How does WAL work? And the limits?" in assignment(reading, whole=True).queries


def test_what_the_asker_adds_is_searched_after_what_was_planned() -> None:
    task = {"question": QUESTION, "subtask": subtask("Flask")}
    before = assignment(Reading(task, (), 0, 0), whole=False).queries
    after = assignment(Reading(task, (), 0, 0, added=("licence",)), whole=False).queries
    assert [*before, "Flask licence", "licence"] == after


def test_a_revision_searches_for_the_empty_cell_that_its_note_names() -> None:
    previous = "**Testing:** A client is there. [d_1]\n**Deployment:** nothing found in the library."
    notes = [{"note_id": "N1", "kind": "missing", "text": "Flask: nothing was found on deployment."}]
    found = assignment(given(subtask=subtask("Flask"), notes=notes, previous=previous), whole=False)
    assert [False, True] == [found.to_mend(cell) for cell in found.cells]
    assert [
        "A client is there. [d_1]",
        "Flask deployment deployed server",
        "deployment deployed server",
    ] == found.queries


def test_lines_are_read_with_and_without_a_label() -> None:
    assert [("Testing", "Yes. [d_1]"), ("", "No. [d_2]")] == list(lines("**Testing:** Yes. [d_1]\n\n- No. [d_2]"))
