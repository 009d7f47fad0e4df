"""The buttons and replies that answer a waiting run, where the test plays the research."""

from typing import Any

import pytest

from bot.incoming.listeners.mentions import Mentions
from orchestration.values.domain import Route, Run, RunStatus, Strategy
from orchestration.values.events import RouteChosen, Steered
from orchestration.values.inquiry import Clarification, ClarificationAsked, ClarificationGiven, ConsentAsked, Offer
from storage.runs.run_log import RunLog

CHANNEL = "C0RESEARCH"
TEAM_OF_TWO = Offer(Route(Strategy.SUPERVISOR, "Two parts.", 2, 300_000_000, 500_000_000), 8, 70)
ALONE = Offer(Route(Strategy.SINGLE, "You chose it.", 1, 10_000_000, 50_000_000), 4, 40)


async def waiting(desk: Any, asked: Any = None) -> Run:
    """A run that asks its price, or what is given."""
    run = await desk.run_of(await desk.ask("Compare A and B"))
    log = RunLog(desk.services.database, desk.services.clock)
    taken = await log.take_up(run.run_id)
    assert taken is not None
    asked = asked or ConsentAsked(1, TEAM_OF_TWO, cheaper=ALONE, alternatives=(ALONE,))
    await log.emit(taken, [RouteChosen(TEAM_OF_TWO.route)])
    await log.finish(taken, RunStatus.AWAITING_INPUT, [asked], 0.0)
    found: Run = await desk.services.runs.get(run.run_id)
    return found


async def status(desk: Any, run: Run) -> RunStatus:
    found: Run = await desk.services.runs.get(run.run_id)
    return found.status


async def events(desk: Any, run: Run, kind: type) -> list[Any]:
    return [s.event for s in await desk.services.events.of(run.run_id) if isinstance(s.event, kind)]


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("consent_deeper", "There is no deeper option"),
        ("clarify_1", "That answer is no longer available"),
        ("escalate", "That offer is gone"),
    ],
)
async def test_a_button_of_something_that_is_not_on_offer_says_so(desk: Any, action: str, sentence: str) -> None:
    run = await waiting(desk)
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, action), action)
    await desk.whispered("U0ANA", sentence)
    assert await status(desk, run) is RunStatus.AWAITING_INPUT


async def test_a_button_of_an_older_question_changes_nothing(desk: Any) -> None:
    run = await waiting(desk)
    message = await desk.buttons(run, "consent_start", version=7)
    await desk.slack.click("U0ANA", CHANNEL, message, "consent_start")
    await desk.whispered("U0ANA", "That question is closed")
    assert await status(desk, run) is RunStatus.AWAITING_INPUT


async def test_after_the_run_was_stopped_a_click_says_so(desk: Any) -> None:
    run = await waiting(desk)
    await desk.services.runs.cancel(run.run_id, "U0ANA")
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "consent_start"), "consent_start")
    await desk.whispered("U0ANA", "The run was stopped.")


async def test_a_button_copied_elsewhere_answers_nothing(desk: Any) -> None:
    run = await waiting(desk)
    elements = [
        {
            "type": "button",
            "action_id": "consent_start",
            "value": f"{run.run_id}:1",
            "text": {"type": "plain_text", "text": "Start"},
        }
    ]
    blocks = [{"type": "actions", "elements": elements}]
    posted = await desk.client.chat_postMessage(channel="C0MARKET", text="copied", blocks=blocks)
    await desk.slack.click("U0ANA", "C0MARKET", posted["ts"], "consent_start")
    await desk.whispered("U0ANA", "belongs to another conversation")
    assert await status(desk, run) is RunStatus.AWAITING_INPUT


@pytest.mark.parametrize(("user", "may"), [("U0ANA", True), ("U0BEN", True), ("U0CHLOE", False)])
async def test_who_asked_and_who_reviews_may_answer(open_desk: Any, user: str, may: bool) -> None:
    desk = await open_desk(reviewers=("U0BEN",))
    run = await waiting(desk)
    await desk.slack.click(user, CHANNEL, await desk.buttons(run, "consent_cheaper"), "consent_cheaper")
    await desk.whispered(user, "Started: single agent" if may else "You may not answer for this run")
    assert (await status(desk, run) is RunStatus.QUEUED) is may


async def test_a_reply_that_is_taken_up_again_after_a_crash_does_not_steer_the_run(desk: Any) -> None:
    run = await waiting(desk, ClarificationAsked(1, Clarification("Which one?")))
    place = run.question.conversation
    text = f"<@{desk.slack.bot_user_id}> the second one"
    event = {"user": "U0ANA", "channel": CHANNEL, "ts": "1900000000.000100", "thread_ts": place.thread_ts, "text": text}
    outcomes = [await Mentions(desk.door).handle({"team_id": place.team_id, "event": event}) for _ in range(2)]
    assert outcomes == [f"said to {run.run_id}"] * 2
    assert [given.text for given in await events(desk, run, ClarificationGiven)] == ["the second one"]
    assert await events(desk, run, Steered) == []
    assert len(await desk.runs()) == 1


async def test_where_the_form_does_not_open_the_click_is_answered(desk: Any) -> None:
    run = await waiting(desk)
    desk.slack.faults.fail("views.open", "expired_trigger_id")
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "consent_change"), "consent_change")
    await desk.whispered("U0ANA", "Slack did not accept the message")
    assert await status(desk, run) is RunStatus.AWAITING_INPUT
