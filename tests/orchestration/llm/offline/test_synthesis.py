import json

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
    return SynthesizerOutput.model_validate(synthesize(Reading(task, (), 0, 0), most)).answer


def test_the_stored_lines_are_sorted_by_aspect_with_their_sources() -> None:
    assert (
        "### Testing\n- **Flask:** A client is built in. [d_1]\n- **Django:** A runner is built in. [d_3]\n\n"
        "### Community\n- **Flask:** Pallets keeps it. [d_2]"
    ) == answer()


def test_an_aspect_that_a_note_names_comes_first() -> None:
    assert "### Community\n- **Flask:** Pallets keeps it. [d_2]" == answer("Put community first").split("\n\n")[0]


def test_lines_that_share_a_notes_words_are_shown_under_it() -> None:
    first = answer("Which of them has a runner built in?").split("\n\n")[0]
    assert "- **Django, Testing:** A runner is built in. [d_3]" == first.splitlines()[1]


def test_a_note_that_a_rearrangement_cannot_mend_is_answered_with_that() -> None:
    assert "The stored reports hold nothing on this" in answer("Which quantum licence applies?").split("\n\n")[0]


def test_what_does_not_fit_the_output_cap_is_named_as_left_out() -> None:
    assert answer(most=120).endswith(LEFT_OUT)


@given(st.text(max_size=300), st.text(max_size=500))
def test_any_note_and_report_give_an_answer_of_the_schema(note: str, summary: str) -> None:
    task = {"reports": [{"title": note, "summary": summary}], "notes": [{"text": note}]}
    output = json.loads(json.dumps(synthesize(Reading(task, (), 0, 0), CAP)))
    assert SynthesizerOutput.model_validate(output).answer


def test_a_line_that_another_report_quotes_already_is_not_repeated() -> None:
    reports = [
        {"subtask_id": "s1", "title": "Stated", "summary": "- It is small. [d_1]\n- It is fast. [d_1]"},
        {"subtask_id": "s2", "title": "Limits", "summary": "- It is fast. [d_1]\n- It ends soon. [d_2]"},
        {"subtask_id": "s3", "title": "More", "summary": "- It is small. [d_1]"},
    ]
    written = synthesize(Reading({"question": "What?", "reports": reports, "notes": []}, (), 0, 0), CAP)["answer"]
    assert 1 == written.count("It is fast.") == written.count("It is small.")
    assert "## More\n\nIt quotes nothing that is not quoted above." in written
