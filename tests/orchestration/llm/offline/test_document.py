"""The parts of a document analysis, quoted from the document that came with the question and from nothing else."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from orchestration.values.domain import Passage

Search = Callable[[str], list[Any]]
PAPER = "d_paper-scaling-agent-systems"
DOCUMENTS = [{"source_id": PAPER, "title": "Paper: Towards a Science of Scaling Agent Systems (2025)"}]
TITLES = ["Entities", "Summary", "Critique of methodology", "Action items"]


def part(title: str) -> dict[str, Any]:
    return {"question": "Analyse this", "subtask": {"title": title, "instructions": "Do it."}, "documents": DOCUMENTS}


@pytest.mark.parametrize("title", TITLES[1:3])
async def test_every_quote_of_a_part_is_from_the_document(
    converse: Callable[..., Any], handbook: Search, title: str
) -> None:
    output = await converse("specialist", handbook).ask(part(title))
    assert output["claims"] and {PAPER} == {claim["source_id"] for claim in output["claims"]}


async def test_the_critique_quotes_the_limits_that_the_document_states(
    converse: Callable[..., Any], handbook: Search
) -> None:
    output = await converse("specialist", handbook).ask(part("Critique of methodology"))
    assert "It is a preprint, and its numbers differ between versions." in output["summary"]


async def test_what_the_document_does_not_say_is_not_made_up(converse: Callable[..., Any], handbook: Search) -> None:
    output = await converse("specialist", handbook).ask(part("Action items"))
    assert ("Nothing found in the library for this part of the document.", []) == (output["summary"], output["claims"])


async def test_one_agent_does_all_parts_and_labels_them(converse: Callable[..., Any], handbook: Search) -> None:
    parts = [{"title": title, "instructions": ""} for title in TITLES]
    output = await converse("single", handbook).ask(
        {"question": "Analyse this", "subtask": {"title": "Analyse this"}, "documents": DOCUMENTS, "parts": parts}
    )
    assert all(f"**{title}" in output["summary"] for title in TITLES)


async def test_names_that_recur_are_counted(converse: Callable[..., Any], handbook: Search) -> None:
    documents = [{"source_id": "d_paper-attention-is-all-you-need", "title": "Paper: Attention Is All You Need (2017)"}]
    output = await converse("specialist", handbook).ask({**part("Entities"), "documents": documents})
    assert "**BLEU (3 mentions):**" in output["summary"]


async def test_what_is_also_written_in_small_letters_is_no_name(converse: Callable[..., Any], handbook: Search) -> None:
    text = (
        "You may copy the Document with Ada Obi's consent. Each document names whose it is, and the Document is yours."
    )
    more = "Write to Ada Obi at the office for another copy of it."
    chunk = Passage("d_x#1", "d_x", "Terms", f"{text} {more}", 1.0)
    documents = [{"source_id": "d_x", "title": "Terms"}]
    output = await converse("specialist", lambda _: [chunk]).ask({**part("Entities"), "documents": documents})
    assert ["**Ada Obi (2 mentions):**"] == re.findall(r"\*\*.*?\*\*", output["summary"])


async def test_where_neither_the_file_nor_the_library_knows_anything_one_line_says_so(
    converse: Callable[..., Any],
) -> None:
    asked = {"question": "Which ferries go there in winter?", "documents": DOCUMENTS}
    output = await converse("single", lambda _: []).ask(asked)
    assert output["summary"].splitlines()[-1] == (
        "Nothing found in the library or the attached file for this question."
    )
    assert "what follows" not in output["summary"]


async def test_a_question_about_one_thing_in_a_document_is_no_analysis(
    converse: Callable[..., Any], handbook: Search
) -> None:
    asked = {"question": "How many configurations were compared?", "documents": DOCUMENTS}
    output = await converse("single", handbook).ask(asked)
    assert "180 configurations" in output["summary"] and "**Summary" not in output["summary"]


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("Summarise the document", ["Summary"]),
        ("Its method and what it recommends?", TITLES[2:]),
        ("Which entities are in this document?", ["Entities"]),
        ("Analyse it", TITLES),
    ],
)
async def test_only_the_parts_that_the_question_names_are_done_by_one_agent(
    question: str, kept: list[str], converse: Callable[..., Any], handbook: Search
) -> None:
    listed = [{"title": title, "instructions": "Do it."} for title in TITLES]
    output = await converse("single", handbook).ask({"question": question, "documents": DOCUMENTS, "parts": listed})
    labels = {
        line.split("**")[1].split(" · ")[0].rstrip(":") for line in output["summary"].splitlines() if "**" in line
    }
    assert labels == (set(kept) if len(kept) > 1 else set())
