"""A question of the run has buttons while it is open, and afterwards says who answered what."""

import json

import pytest
from run_story import Story, hostile_story

from bot.outgoing.blocks.inquiry import inquiry, route_form
from bot.outgoing.blocks.notes import notes
from bot.simulator.blockkit import view_problems
from orchestration.values import events as ev
from orchestration.values.inquiry import ClarificationGiven, ConsentAsked, Escalated, EscalationOffered


def shown(story: Story, *, left: int | None = 12_000_000_000) -> str:
    view = story.view()
    return json.dumps(inquiry(view, view.inquiries[-1], left_nano_usd=left).blocks, ensure_ascii=False)


def pressable(story: Story) -> list[str]:
    view = story.view()
    blocks = inquiry(view, view.inquiries[-1]).blocks
    return [b["action_id"] for block in blocks if block["type"] == "actions" for b in block["elements"]]


def test_a_price_names_the_route_its_reason_price_time_and_what_is_left() -> None:
    text = shown(Story().asked().started().routed().asks_price())
    for words in ("$0.002–0.006", "Supervisor with 2 workers", "because plain words", "1 min 10 s", "$12.00", "$1.00"):
        assert words in text, words


def test_without_a_limit_of_the_team_it_says_so() -> None:
    assert "no limit" in shown(Story().asked().started().asks_price(), left=None)


def test_start_comes_first_and_what_there_is_not_has_no_button() -> None:
    assert pressable(Story().asked().started().asks_price()) == [
        "consent_start",
        "consent_cheaper",
        "consent_deeper",
        "consent_change",
    ]
    only = Story().asked().started().tell(ConsentAsked(1, Story().offer()))
    assert pressable(only) == ["consent_start"]


def test_an_answer_takes_the_place_of_the_buttons() -> None:
    agreed = Story().asked().started().asks_price().agreed()
    assert pressable(agreed) == []
    assert "Started by" in shown(agreed) and "U0ANA" in shown(agreed) and "$12.00" not in shown(agreed)
    said = Story().asked().started().asks_back().tell(ClarificationGiven(1, "the second", "U0ANA"))
    assert pressable(said) == [] and "the second" in shown(said)


def test_an_option_each_and_own_words() -> None:
    assert pressable(Story().asked().started().asks_back()) == ["clarify_1", "clarify_2", "clarify_thread"]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [(ev.RunExpired(1, "late"), "Nobody answered in time"), (ev.RunCancelled(1, "U0ANA"), "The run was stopped")],
)
def test_what_nobody_answered_says_why_not(event: ev.Event, sentence: str) -> None:
    story = Story().asked().started().asks_price().tell(event)
    assert pressable(story) == [] and sentence in shown(story)


def test_only_the_newest_question_can_be_answered() -> None:
    story = Story().asked().started().asks_price().tell(ev.RunExpired(1, "late"), ev.RunRetried(2, "U0ANA"))
    view = story.started(3).asks_price(3).view()
    old, new = (json.dumps(inquiry(view, one).blocks) for one in view.inquiries)
    assert "consent_start" not in old and "r_story:3" in new


@pytest.mark.parametrize("told", [Story, hostile_story], ids=["plain", "hostile"])
def test_the_form_is_one_that_slack_takes(told: type[Story]) -> None:
    view = told().asked().started().asks_price().view()
    asked = view.inquiries[0].asked
    assert isinstance(asked, ConsentAsked)
    assert view_problems(route_form(view, asked)) == []


def test_more_workers_are_offered_beside_the_decision_and_named_once_they_started() -> None:
    offered = Story().to_review().tell(EscalationOffered(1, Story().offer()))
    view = offered.view()
    text = json.dumps(notes(view, view.versions[0]).blocks, ensure_ascii=False)
    assert "Escalate: 2 more workers for about $0.002–0.006" in text and '"escalate"' in text
    view = offered.tell(Escalated(1, Story().offer().route, "U0BEN")).view()
    text = json.dumps(notes(view, view.versions[0]).blocks, ensure_ascii=False)
    assert "More workers started by" in text and "U0BEN" in text and '"actions"' not in text
