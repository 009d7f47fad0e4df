"""Every message of a thread is one that Slack takes, whatever models and people wrote."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_story import Story, bill, hostile_story
from slack_sdk.models.blocks import Block

from bot.outgoing.blocks.answer import answer
from bot.outgoing.blocks.board import board, ways_form
from bot.outgoing.blocks.inquiry import inquiry
from bot.outgoing.blocks.message import SlackFile, SlackMessage
from bot.outgoing.blocks.notes import notes
from bot.outgoing.blocks.notice import ended, help_message, sentence
from bot.outgoing.blocks.receipt import details_form
from bot.outgoing.blocks.report import progress, report, reports_form
from bot.outgoing.blocks.revision import revision_form
from bot.outgoing.view.run_view import RunView
from bot.simulator.blockkit import MESSAGE_CHARACTERS, message_problems, size, view_problems
from orchestration.values import events as ev
from orchestration.values.domain import Decision, Strategy
from orchestration.values.inquiry import ClarificationGiven, Escalated, EscalationOffered

STATES: dict[str, Callable[[Story], Story]] = {
    "asked": lambda s: s.asked(),
    "started": lambda s: s.asked().started(),
    "resumed": lambda s: s.asked().started(2, kept=4).routed(),
    "planned": lambda s: s.asked().started().routed().planned(),
    "alone": lambda s: s.asked().started().routed(Strategy.SINGLE).planned(1, "s1").reported(1),
    "failing": lambda s: s.asked().started().routed().planned().reported(1, error=s.text).reported(2),
    "steered": lambda s: s.asked().started().tell(ev.Steered("1", "U0BEN", s.text)),
    "waiting": lambda s: s.to_review(),
    "many notes": lambda s: s.to_review(notes=25),
    "approved": lambda s: s.to_review().reviewed(Decision.APPROVE),
    "sent back": lambda s: s.to_review().reviewed(Decision.REQUEST_REVISIONS),
    "revised": lambda s: s.revised(),
    "shipped": lambda s: s.to_review(notes=0).tell(ev.RunCompleted(1, False)),
    "paused": lambda s: s.asked().started().tell(ev.RunPaused(1, s.text, s.draft())),
    "failed": lambda s: s.asked().started().tell(ev.RunFailed(1, s.text, None)),
    "asks its price": lambda s: s.asked().started().routed().asks_price(),
    "agreed": lambda s: s.asked().started().routed().asks_price().agreed(),
    "asks back": lambda s: s.asked().started().asks_back(),
    "answered": lambda s: s.asked().started().asks_back().tell(ClarificationGiven(1, s.text, "U0ANA")),
    "expired": lambda s: s.asked().started().asks_back().tell(ev.RunExpired(1, s.text)),
    "more offered": lambda s: s.to_review().tell(EscalationOffered(1, s.offer())),
    "more workers": lambda s: s.to_review().tell(Escalated(1, s.offer().route, "U0ANA")),
    "stopped": lambda s: s.asked().started().routed().planned().tell(ev.RunCancelled(1, "U0BEN")),
}


def messages(view: RunView) -> Iterator[SlackMessage]:
    cost = bill(demo=True, offline=True)
    yield board(view, cost)
    yield from (show(w, w.report, cost) for w in view.workers if w.report for show in (report, progress))
    yield from (inquiry(view, asked, left_nano_usd=1_000) for asked in view.inquiries)
    for version in view.versions:
        yield from answer(view, version, cost, before=1_000)
        yield notes(view, version, deciders="the person who asked")
    yield from (ended(view, ending, cost) for ending in view.endings)


@pytest.mark.parametrize("told", [Story, hostile_story], ids=["plain", "hostile"])
@pytest.mark.parametrize("state", STATES)
def test_every_message_is_valid_block_kit(state: str, told: Callable[[], Story]) -> None:
    for message in messages(STATES[state](told()).view()):
        assert message_problems(message.blocks) == []
        assert size(message.blocks) < MESSAGE_CHARACTERS
        assert all(Block.parse(block) is not None for block in message.blocks)
        assert message.text.strip() and len(message.text) <= 3_900


@pytest.mark.parametrize("told", [Story, hostile_story], ids=["plain", "hostile"])
@pytest.mark.parametrize("state", ["waiting", "many notes", "shipped"])
def test_the_revision_form_is_a_valid_modal(state: str, told: Callable[[], Story]) -> None:
    view = STATES[state](told()).view()
    assert view_problems(revision_form(view, view.versions[0])) == []


@pytest.mark.parametrize("told", [Story, hostile_story], ids=["plain", "hostile"])
@pytest.mark.parametrize("state", STATES)
def test_every_form_that_a_thread_opens_is_a_valid_modal(state: str, told: Callable[[], Story]) -> None:
    view = STATES[state](told()).view()
    details = details_form("r_story", bill(demo=True), budget_nano_usd=1_000, final=False)
    for form in (details, ways_form(view), *(reports_form(view, place) for place in range(5))):
        assert view_problems(form) == []
        wire = json.dumps(form, ensure_ascii=False)
        assert not re.search(r"<[!@#]|<http|@here|\u202e|\x00", wire)
        assert set(addresses(form)) <= {f"https://docs.example.org/{n}" for n in (1, 2, 3)}
        assert not re.search(r"https?://", " ".join([*texts(form, "text"), *texts(form, "plain_text")]))


@pytest.mark.parametrize("state", STATES)
def test_no_foreign_text_calls_a_channel_or_can_be_clicked(state: str) -> None:
    for message in messages(STATES[state](hostile_story()).view()):
        wire = json.dumps([message.text, message.blocks], ensure_ascii=False)
        assert not re.search(r"<[!@#]|<http|@here|\u202e|\x00", wire)
        assert not re.search(r"https?://", " ".join([message.text, *texts(message.blocks, "mrkdwn")]))
        assert not re.search(r"https?://|\]\(|!\[", " ".join(texts(message.blocks, "markdown")))
        assert set(addresses(message.blocks)) <= {f"https://docs.example.org/{n}" for n in (1, 2, 3)}


def texts(node: Any, kind: str) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node["text"]
        for value in node.values():
            yield from texts(value, kind)
    elif isinstance(node, list):
        for item in node:
            yield from texts(item, kind)


def addresses(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["url"]] if "url" in node else [])
        for value in node.values():
            yield from addresses(value)
    elif isinstance(node, list):
        for item in node:
            yield from addresses(item)


@given(st.text(st.characters(codec=None), max_size=400), st.sampled_from(sorted(STATES)))
def test_no_text_at_all_breaks_a_message(text: str, state: str) -> None:
    told = Story(text=text, titles=(text, text[:40], "Django"))
    for message in messages(STATES[state](told).view()):
        assert message_problems(message.blocks) == []
        json.dumps([message.text, message.blocks], ensure_ascii=False).encode()


@pytest.mark.parametrize("text", ["The budget is spent.", "<!channel> & more", ""])
def test_a_sentence_is_a_message(text: str) -> None:
    message = sentence(text, run_id="r_1")
    assert message_problems(message.blocks) == [] and message.text


def test_help_is_a_message_and_says_what_the_demo_is() -> None:
    message = help_message([("/research spend", "the bill")], bot_user_id="U0BOT", offline=True, demo=True)
    assert message_problems(message.blocks) == []
    assert "nothing is charged" in json.dumps(message.blocks)


def test_a_message_survives_being_stored() -> None:
    message = SlackMessage("text", [{"type": "divider"}], SlackFile("a.md", "A", "content"))
    assert SlackMessage.of_payload(json.loads(json.dumps(message.payload()))) == message
