import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.synthesis import LEFT_OUT, synthesize
from orchestration.roles.synthesizer import SynthesizerOutput

CAP = 8000
REPORTS = [
    {
        "subtask_id": "s1",
        "title": "Flask",
        "summary": "**Testing:** A client is built in. [d_1]\n**Community:** Pallets keeps it. [d_2]",
    },
    {"subtask_id": "s2", "title": "Django", "summary": "**Testing:** A runner is built in. [d_3]"},
]


def answer(*notes: str, most: int = CAP) -> str:
    told = [{"note_id": f"N{n}", "kind": "other", "text": text} for n, text in enumerate(notes, start=1)]
    task = {"question": "Compare Flask and Django", "reports": REPORTS, "notes": told}
    return SynthesizerOutput.model_validate(synthesize(Reading(task, (), 0), most)).answer


def test_the_stored_lines_are_sorted_by_aspect_with_their_sources() -> None:
    assert (
        "### Testing\n- **Flask:** A client is built in. [d_1]\n- **Django:** A runner is built in. [d_3]\n\n"
        "### Community\n- **Flask:** Pallets keeps it. [d_2]"
    ) == answer()


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ("Leave out Django", ["A client", "Pallets"]),
        ("Please remove the part about community", ["A client", "A runner"]),
        ("Only testing", ["A client", "A runner"]),
        ("Make it shorter", ["A client", "A runner"]),
    ],
)
def test_a_wish_for_less_is_done_and_not_talked_about(wish: str, left: list[str]) -> None:
    lines = [line for line in answer(wish).splitlines() if "[d_" in line]
    assert [True, True] == [part in line for part, line in zip(left, lines, strict=True)]
    assert "On the note" not in answer(wish)


@pytest.mark.parametrize(
    "wish", ["Translate it into German", "Rewrite it in a friendlier tone", "Which one do you recommend?"]
)
def test_a_wish_that_takes_a_reader_is_refused_in_words(wish: str) -> None:
    first = answer(wish).split("\n\n")[0]
    assert "the offline model only quotes" in first and wish in first


def test_lines_that_share_a_notes_words_are_shown_under_it() -> None:
    first = answer("Which of them has a runner built in?").split("\n\n")[0]
    assert "- **Django, Testing:** A runner is built in. [d_3]" == first.splitlines()[1]


def test_a_note_on_which_the_reports_hold_nothing_is_answered_with_that() -> None:
    assert "Nothing was found" in answer("Which quantum licence applies?").split("\n\n")[0]


def test_what_does_not_fit_the_output_cap_is_named_as_left_out() -> None:
    assert answer(most=120).endswith(LEFT_OUT)


@given(st.text(max_size=300), st.text(max_size=500))
def test_any_note_and_report_give_an_answer_of_the_schema(note: str, summary: str) -> None:
    task = {"reports": [{"title": note, "summary": summary}], "notes": [{"text": note}]}
    output = json.loads(json.dumps(synthesize(Reading(task, (), 0), CAP)))
    assert SynthesizerOutput.model_validate(output).answer


def test_a_line_that_another_report_quotes_already_is_not_repeated() -> None:
    reports = [
        {"subtask_id": "s1", "title": "Stated", "summary": "- It is small. [d_1]\n- It is fast. [d_1]"},
        {"subtask_id": "s2", "title": "Limits", "summary": "- It is fast. [d_1]\n- It ends soon. [d_2]"},
        {"subtask_id": "s3", "title": "More", "summary": "- It is small. [d_1]"},
    ]
    written = synthesize(Reading({"question": "What?", "reports": reports, "notes": []}, (), 0), CAP)["answer"]
    assert 1 == written.count("It is fast.") == written.count("It is small.")
    assert "## More\n\nIt quotes nothing that is not quoted above." in written
