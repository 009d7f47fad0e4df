"""What somebody wrote below waiting notes, as it was understood: nothing happens before a button is pressed."""

from collections.abc import Sequence

from bot.outgoing.blocks.amounts import band
from bot.outgoing.blocks.elements import actions, button, context, line, rich, span
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, plain
from bot.outgoing.view.run_view import RunView, VersionView

ASK = "Do you mean the notes of version {}?"
UNTIL_THEN = "Nothing is decided or spent before you press one."


def note_card(
    view: RunView, version: VersionView, fix: Sequence[str], *, price: tuple[int, int] | None, words: str
) -> SlackMessage:
    """`words` is the value of the buttons that need them; `price` is None where a model has none."""
    number = version.draft.version
    notes = version.critique.notes if version.critique else ()
    shown: list[Block] = [line(span(ASK.format(number), "bold"))]
    for title, wanted in (("To fix", True), ("Waived", False)):
        named = [note for note in notes if (note.note_id in fix) is wanted]
        shown += [line(span(f"{title}: ", "bold"))] if named else []
        shown += [line(span(f"{n.note_id} ", "bold"), span(plain(n.text, 150))) for n in named]
    if fix and price is not None:
        shown.append(line(span(f"A revision is expected to cost {band(*price)}.")))
    approve = button("Approve", "approve", f"{view.run_id}:{number}", style="" if fix else "primary")
    revise = [button("Revise", "revise_notes", words, style="primary")] if fix else []
    ask = button("Ask as a new question", "ask_as_question", words)
    said = f"{ASK.format(number)} To fix: {', '.join(fix) or 'none'}."
    return SlackMessage(escape(said), [rich(*shown), actions(*revise, approve, ask), context(UNTIL_THEN)])
