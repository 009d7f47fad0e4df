"""Limits that a bot and its Slack keep in life, out of reach: a test that does not name one never meets it."""

import pytest

from bot.incoming import answering
from bot.incoming.listeners import commands, shortcuts, sources
from bot.simulator import http_delivery, socket_mode, triggers

BOT_SECONDS = 60.0
SLACK_SECONDS = 90.0
"""Longer than the bot's, as in life."""


def patient_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes its time for an answer to a click, a command or a form."""
    monkeypatch.setattr(answering, "SECONDS", BOT_SECONDS)
    monkeypatch.setattr(commands, "SECONDS", BOT_SECONDS)
    monkeypatch.setattr(shortcuts, "WAIT_SECONDS", BOT_SECONDS)
    monkeypatch.setattr(sources, "PLACES_SECONDS", BOT_SECONDS)
    monkeypatch.setattr(triggers, "SECONDS", SLACK_SECONDS)


def patient_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for an acknowledgement. Not where a bot is killed: only then does Slack send its event again."""
    monkeypatch.setattr(socket_mode, "ACK_SECONDS", SLACK_SECONDS)
    monkeypatch.setattr(http_delivery, "ACK_SECONDS", SLACK_SECONDS)
