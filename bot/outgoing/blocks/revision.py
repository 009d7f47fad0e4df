"""The form in which a person says what to fix, and the message that says what was fixed."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.outgoing.blocks.amounts import money
from bot.outgoing.blocks.elements import (
    Span,
    actions,
    context,
    line,
    listed,
    quoted,
    rich,
    section,
    span,
    words,
)
from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.mrkdwn import plain
from bot.outgoing.blocks.notes import titles
from bot.outgoing.blocks.receipt import Bill
from bot.outgoing.view.run_view import RunView, VersionView
from orchestration.values.domain import Note, Review

CHOICES = 10
"""What Slack lets a group of checkboxes hold."""


def revision_form(view: RunView, version: VersionView) -> dict[str, Any]:
    """The modal `revision_form`; its private metadata is the button's value, `run_id:version`."""
    found = version.critique.notes if version.critique else ()
    return {
        "type": "modal",
        "callback_id": "revision_form",
        "private_metadata": f"{view.run_id}:{version.draft.version}",
        "title": words("Request revisions", 24),
        "submit": words("Request", 24),
        "close": words("Cancel", 24),
        "blocks": [*_choices(view, found), _comment(bool(found))],
    }


def changes(view: RunView, version: VersionView, *, bill: Bill, before: int | None) -> list[Block]:
    """What a version changed, for which notes, and what it added to the cost; `before` is the run's cost until it."""
    number = version.draft.version
    earlier = view.of_version(number - 1)
    parts = [line(span(f"What changed in version {number}", "bold"))]
    changed = version.draft.changed or ("Nothing could be changed.",)
    parts.append(listed([[span(plain(sentence, 300))] for sentence in changed[:12]]))
    if earlier and earlier.fixing:
        parts.append(line(span("Fixed automatically: ", "bold"), span(", ".join(earlier.fixing))))
    elif earlier and earlier.review:
        parts += _asked_for(earlier.review, earlier.critique.notes if earlier.critique else ())
    facts = [f"{money(max(0, bill.cost_nano_usd - before))} for this version"] if before is not None else []
    facts += _notes_left(earlier, version)
    so_far = "" if version.settled else "So far: "
    return [rich(*parts), *([context(so_far + " · ".join(facts))] if facts else [])]


def _notes_left(earlier: VersionView | None, version: VersionView) -> list[str]:
    """Whether the revision paid, as far as the critic's count tells; nothing until both were read."""
    if earlier is None or earlier.critique is None or version.critique is None:
        return []
    return [f"notes: {len(earlier.critique.notes)} before, {len(version.critique.notes)} now"]


def retired(payload: Mapping[str, Any], sentence: str) -> dict[str, Any]:
    """An older message as it was, with a sentence where its buttons were; done twice it is the same."""
    said = context(sentence)
    blocks: list[Block] = []
    for block in payload["blocks"]:
        if block["type"] != "actions":
            blocks.append(block)
            continue
        blocks += [] if said in payload["blocks"] or said in blocks else [said]
        # What an answer rests on can be looked up for ever.
        if kept := [element for element in block["elements"] if element.get("action_id") == "sources"]:
            blocks.append(actions(*kept))
    return {**payload, "blocks": blocks}


def _choices(view: RunView, found: Sequence[Note]) -> list[Block]:
    if not found:
        return [section("Say what to change; everything else stays as it is.")]
    about = titles(view)
    shown = found[:CHOICES]
    options = [_option(note, about.get(note.subtask_id or "", "")) for note in shown]
    texts = rich(*(_note(note) for note in shown))
    more = [context(f"{len(found) - CHOICES} more: name them in your own words.")] if len(found) > CHOICES else []
    boxes = {"type": "checkboxes", "action_id": "notes", "options": options, "initial_options": options}
    asked: Block = {
        "type": "input",
        "block_id": "notes",
        "optional": True,
        "label": words("Which notes should be fixed? The others are waived.", 150),
        "element": boxes,
    }
    return [texts, asked, *more]


def _note(note: Note) -> Block:
    spans: list[Span] = [span(note.note_id, "bold"), span(f"  {note.kind}", "italic"), span("\n")]
    return line(*spans, span(plain(note.text, 400) + "\n"))


def _option(note: Note, about: str) -> Block:
    label = " · ".join(part for part in (note.note_id, str(note.kind), about) if part)
    return {"text": words(label, 75), "value": note.note_id}


def _comment(optional: bool) -> Block:
    hint = "for example: leave out the benchmark, add what Windows users need"
    field = {
        "type": "plain_text_input",
        "action_id": "comment",
        "multiline": True,
        "max_length": 2000,
        "placeholder": words(hint, 150),
    }
    label = words("In your own words", 150)
    return {"type": "input", "block_id": "comment", "optional": optional, "label": label, "element": field}


def _asked_for(review: Review, found: Sequence[Note]) -> list[Block]:
    waived = [note.note_id for note in found if note.note_id not in review.note_ids]
    spans = [span("Notes: ", "bold"), span(", ".join(review.note_ids) or "none")]
    spans += [span(" · waived: ", "bold"), span(", ".join(waived))] if waived else []
    said = [quoted(span(plain(review.comment, 400)))] if review.comment.strip() else []
    return ([line(*spans)] if found else []) + said
