"""What an owner sees who paused work: how to resume it, and a form for the reason."""

from typing import Any

from bot.outgoing.blocks.elements import actions, button, section, words
from bot.outgoing.blocks.message import SlackMessage

LONGEST_REASON = 300


def paused(said: str, *, where: str, pause_id: str) -> SlackMessage:
    ways = actions(
        button("Resume", "resume_work", where, style="primary"), button("Add a reason", "pause_reason", pause_id)
    )
    return SlackMessage(said, [section(said), ways])


def reason_form(pause_id: str) -> dict[str, Any]:
    """The modal `reason_form`."""
    field = {"type": "plain_text_input", "action_id": "reason", "max_length": LONGEST_REASON}
    return {
        "type": "modal",
        "callback_id": "reason_form",
        "private_metadata": pause_id,
        "title": words("Why is work paused?", 24),
        "submit": words("Add", 24),
        "close": words("Cancel", 24),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": words("Everybody who waits in a thread reads it", 2000),
                "element": field,
            }
        ],
    }
