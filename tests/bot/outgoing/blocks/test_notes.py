"""The notes ask for a decision, and later say who made it."""

import json

from run_story import Story

from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.notes import notes
from orchestration.values import events as ev
from orchestration.values.domain import Critique, Decision, Note, NoteKind, Verdict


def of(story: Story) -> SlackMessage:
    view = story.view()
    return notes(view, view.versions[0], deciders="the person who asked")


def wire(message: SlackMessage) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def test_each_note_has_its_number_kind_and_the_worker_it_is_about() -> None:
    shown = wire(of(Story().to_review()))
    assert "N1" in shown and "missing" in shown and "Flask" in shown and "note 2" in shown


def test_approve_comes_first_and_both_buttons_name_run_and_version() -> None:
    message = of(Story().to_review())
    [actions] = [block for block in message.blocks if block["type"] == "actions"]
    assert [(b["action_id"], b["value"]) for b in actions["elements"]] == [
        ("approve", "r_story:1"),
        ("request_revisions", "r_story:1"),
        ("discard", "r_story:1"),
    ]
    assert actions["elements"][0]["style"] == "primary"


def test_a_decision_takes_the_place_of_the_buttons() -> None:
    shown = wire(of(Story().to_review().reviewed(Decision.APPROVE)))
    assert "actions" not in shown and "U0ANA" in shown and "Approved by" in shown


def test_requested_revisions_say_which_notes_are_fixed_and_which_are_waived() -> None:
    shown = wire(of(Story().to_review().reviewed(Decision.REQUEST_REVISIONS, note_ids=("N2",))))
    assert shown.index("waived") < shown.index("to be fixed")


def test_the_buttons_of_an_older_version_are_gone() -> None:
    assert "actions" not in wire(of(Story().revised()))


def test_many_notes_are_counted_and_not_all_shown() -> None:
    message = of(Story().to_review(notes=25))
    assert "and 10 more" in wire(message) and message.text.startswith("The critic has 25 notes on version 1")


def test_notes_of_code_alone_wait_for_nobody_and_say_so() -> None:
    story = Story().asked().started().routed().planned().drafted()
    found = (Note("N1", NoteKind.UNSUPPORTED, "No source is given for: “x”.", "s1"),)
    story.tell(ev.CritiqueReady(Critique(1, Verdict.REVISE, found, final=True)), ev.RunCompleted(1, False))
    message = of(story)
    assert message.text.startswith("The evidence check has 1 note on version 1")
    assert "actions" not in {block["type"] for block in message.blocks}
    assert "no decision is needed" in wire(message)
