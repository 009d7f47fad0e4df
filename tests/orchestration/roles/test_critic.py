"""What a critic is shown, and how its plain answers are read."""

import pytest

from orchestration.roles.critic import CriticOutput, NoteOutput, critic_task, critique_from
from orchestration.values.domain import (
    Claim,
    Conversation,
    Draft,
    Field,
    Note,
    NoteKind,
    Question,
    Support,
    WorkerReport,
)

QUESTION = Question("When?", Conversation("T1", "C1", "1"), "U1")
CLAIM = Claim("It was 2010.", "d_1", "first released in 2010", Support.QUOTED)


def test_it_gets_the_quoted_passages_and_what_a_stage_did_not_find() -> None:
    stage = WorkerReport("s1", "Flask", "It was 2010.", (CLAIM,), fields=(Field("date", "2010"), Field("licence")))
    other = WorkerReport("s2", "Django", "", error="It ran out of time.")
    first, second = critic_task(QUESTION, Draft(1, "It was 2010.", (stage, other), ()))["reports"]
    evidence = {"text": "It was 2010.", "source_id": "d_1", "quote": "first released in 2010", "support": "quoted"}
    assert ([evidence], ["licence"]) == (first["claims"], first["missing_fields"])
    assert ("It ran out of time.", False) == (second["error"], "missing_fields" in second)


@pytest.mark.parametrize(
    ("text", "verdict", "notes"),
    [
        ("SHIP IT", "ship", []),
        ("**APPROVED**, well done", "ship", []),
        ("REVISE\n1. Which one?\n2) Since when?", "revise", ["Which one?", "Since when?"]),
    ],
)
def test_plain_verdicts_are_read_where_they_open_the_text(text: str, verdict: str, notes: list[str]) -> None:
    output = CriticOutput.from_plain(text)
    assert output is not None
    assert (verdict, notes) == (output.verdict, [note.text for note in output.notes])


@pytest.mark.parametrize("text", ["I would not SHIP IT", "REVISE", "Fine.", ""])
def test_anything_else_is_no_verdict(text: str) -> None:
    assert None is CriticOutput.from_plain(text)


def test_what_the_critic_says_a_report_lacks_is_not_said_twice() -> None:
    draft = Draft(1, "", (WorkerReport("s1", "Flask", ""), WorkerReport("s2", "Django", "")), ())
    found = [
        Note("", NoteKind.MISSING, f"{n}: no sentence mentions it.", f"s{k}") for k, n in ((1, "Flask"), (2, "Django"))
    ]
    output = CriticOutput(
        verdict="revise", notes=[NoteOutput(kind="missing", text="Django: nothing was found.", subtask_id="s2")]
    )
    texts = [note.text for note in critique_from(output, draft, found).notes]
    assert ["Flask: no sentence mentions it.", "Django: nothing was found."] == texts


def test_code_does_not_repeat_of_a_thing_what_one_note_on_several_reports_says() -> None:
    draft = Draft(1, "", (WorkerReport("s1", "Flask", ""), WorkerReport("s2", "R", "")), ())
    found = [Note("", NoteKind.MISSING, f"{name}: no sentence mentions it.") for name in ("Flask", "R")]
    said = NoteOutput(kind="missing", text="Nothing was found on testing (Flask); docs (Flask).", subtask_id=None)
    texts = [note.text for note in critique_from(CriticOutput(verdict="revise", notes=[said]), draft, found).notes]
    assert ["R: no sentence mentions it.", said.text] == texts


def test_equal_notes_are_one_and_a_waived_one_does_not_come_back_under_new_numbers() -> None:
    draft = Draft(2, "", (WorkerReport("s1", "Flask", ""), WorkerReport("s2", "Django", "")), ())
    said = [
        NoteOutput(kind="vague", text=text, subtask_id="s1")
        for text in ("Which one? [2]", "which one?", "No source for it [3].", "Since when?")
    ]
    waived = [Note("N4", NoteKind.UNSUPPORTED, "No source for it [1].", "s1"), Note("N5", NoteKind.VAGUE, "Since when?")]
    critique = critique_from(CriticOutput(verdict="revise", notes=said), draft, (), waived=waived)
    assert [("N1", "Which one? [2]"), ("N2", "Since when?")] == [(note.note_id, note.text) for note in critique.notes]
