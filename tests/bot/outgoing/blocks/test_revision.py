"""A revision is asked for note by note, and its message says what became of each."""

import json

from run_story import Story, bill

from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.revision import changes, retired, revision_form


def wire(blocks: list[Block]) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def test_the_form_offers_every_note_ticked_and_a_comment() -> None:
    view = Story().to_review().view()
    form = revision_form(view, view.versions[0])
    assert (form["callback_id"], form["private_metadata"]) == ("revision_form", "r_story:1")
    asked = {block["block_id"]: block for block in form["blocks"] if "block_id" in block}
    boxes = asked["notes"]["element"]
    assert [option["value"] for option in boxes["options"]] == ["N1", "N2"]
    assert boxes["initial_options"] == boxes["options"] and boxes["action_id"] == "notes"
    assert asked["comment"]["optional"] and asked["comment"]["element"]["action_id"] == "comment"


def test_without_notes_the_form_wants_words() -> None:
    view = Story().to_review(notes=0).view()
    [comment] = [b for b in revision_form(view, view.versions[0])["blocks"] if b["type"] == "input"]
    assert not comment["optional"]


def test_changes_name_what_was_done_what_was_waived_and_the_price_of_it() -> None:
    view = Story().revised().view()
    shown = wire(changes(view, view.versions[1], bill=bill(), before=10_000_000))
    assert "reworked for N1" in shown and "waived: " in shown and "N2" in shown
    assert "$0.0025148 for this version · notes: 2 before, 0 now" in shown


def test_before_the_critic_has_read_it_a_version_says_nothing_of_fewer_notes() -> None:
    view = Story().revised().untell().view()
    assert "notes: " not in wire(changes(view, view.versions[1], bill=bill(), before=0))


def test_a_retired_message_keeps_everything_but_its_buttons_and_retiring_twice_is_the_same() -> None:
    payload = {"text": "t", "blocks": [{"type": "divider"}, {"type": "actions", "elements": []}], "cost": 1}
    once = retired(payload, "Version 2 follows.")
    assert [block["type"] for block in once["blocks"]] == ["divider", "context"] and once["cost"] == 1
    assert retired(once, "Version 2 follows.") == once


def test_a_retired_answer_keeps_its_sources_button() -> None:
    buttons = [{"type": "button", "action_id": name} for name in ("sources", "request_revisions")]
    once = retired({"text": "t", "blocks": [{"type": "actions", "elements": buttons}]}, "Version 2 follows.")
    assert ["context", "actions"] == [block["type"] for block in once["blocks"]]
    assert ["sources"] == [element["action_id"] for element in once["blocks"][1]["elements"]]
    assert once == retired(once, "Version 2 follows.")
