"""What people answer to a run that asked: the first one counts, once, and only while it is asked."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from orchestration.values.domain import (
    Decision,
    Draft,
    Review,
    Route,
    Run,
    RunStatus,
    Strategy,
)
from orchestration.values.errors import AskerError
from orchestration.values.events import DraftReady, RouteChosen
from orchestration.values.inquiry import (
    Choice,
    Clarification,
    ClarificationAsked,
    ClarificationGiven,
    ConsentAsked,
    ConsentGiven,
    Escalated,
    Offer,
)
from storage.runs.answers import Answers
from storage.runs.show import show

DEAR = Route(Strategy.SUPERVISOR, "Four parts.", 4, 300, 500)
CHEAP = Route(Strategy.SINGLE, "You chose it.", 1, 30, 50, "asker")
ASKED = ConsentAsked(1, Offer(DEAR, 8, 70), cheaper=Offer(CHEAP, 4, 40), alternatives=(Offer(CHEAP, 4, 40),))


@pytest.fixture
def answers(house: Any) -> Answers:
    return Answers(house.db, house.clock)


async def asking(house: Any, asked: Any = ASKED) -> Run:
    run: Run = await house.running()
    await house.log.emit(run, [RouteChosen(DEAR)])
    await house.log.finish(run, RunStatus.AWAITING_INPUT, [asked], 2.0)
    return run


async def drafted(house: Any, status: RunStatus) -> Run:
    run: Run = await house.running()
    await house.log.emit(run, [DraftReady(Draft(1, "Because.", (), ()))])
    await house.log.finish(run, status, [], 1.0)
    return run


async def status(house: Any, run: Run) -> RunStatus:
    found: Run = await house.runs.get(run.run_id)
    return found.status


async def test_of_many_answers_at_once_one_counts_and_sets_the_run_going(house: Any, answers: Answers) -> None:
    run = await asking(house)
    given = [ConsentGiven(1, choice, CHEAP, f"U{n}") for n, choice in enumerate([*Choice] * 3)]
    counted = await asyncio.gather(*(answers.give(run.run_id, one) for one in given))
    assert counted.count(True) == 1
    winner = given[counted.index(True)]
    kept = [stored.event for stored in await house.events.of(run.run_id) if isinstance(stored.event, ConsentGiven)]
    assert kept == [winner]
    assert await status(house, run) is RunStatus.QUEUED


async def test_the_route_that_was_agreed_to_is_the_runs_route(house: Any, answers: Answers) -> None:
    run = await asking(house)
    assert await answers.give(run.run_id, ConsentGiven(1, Choice.CHEAPER, CHEAP, "U1"))
    taken = await house.log.take_up(run.run_id)
    history = await house.log.history(run.run_id)
    assert (history.route, history.consented, history.clarified) == (CHEAP, True, None)
    assert (taken.segment_seconds, taken.seconds) == (0.0, 2.0)


async def test_what_was_meant_is_told_to_the_next_segment(house: Any, answers: Answers) -> None:
    run = await asking(house, ClarificationAsked(1, Clarification("Which one?", ("a", "b"))))
    assert await answers.give(run.run_id, ClarificationGiven(1, "b", "U1"))
    assert (await house.log.history(run.run_id)).clarified == "b"


async def test_an_answer_to_an_older_question_changes_nothing(house: Any, answers: Answers) -> None:
    run = await asking(house)
    await house.runs.cancel(run.run_id, "U1")
    await house.runs.retry(run.run_id, "U1")
    again = await house.log.take_up(run.run_id)
    newer = replace(ASKED, epoch=again.epoch)
    await house.log.finish(again, RunStatus.AWAITING_INPUT, [newer], 0.0)
    assert not await answers.give(run.run_id, ConsentGiven(1, Choice.START, DEAR, "U1"))
    assert await answers.give(run.run_id, ConsentGiven(again.epoch, Choice.START, DEAR, "U1"))


@pytest.mark.parametrize("status_", [RunStatus.COMPLETE, RunStatus.AWAITING_REVIEW, RunStatus.PAUSED])
async def test_a_run_that_does_not_ask_takes_no_answer(house: Any, answers: Answers, status_: RunStatus) -> None:
    run = await drafted(house, status_)
    assert not await answers.give(run.run_id, ConsentGiven(1, Choice.START, DEAR, "U1"))
    assert await status(house, run) is status_


async def test_an_unknown_run_is_answered_with_where_to_look(answers: Answers) -> None:
    with pytest.raises(AskerError, match="There is no run r_x"):
        await answers.give("r_x", ConsentGiven(1, Choice.START, DEAR, "U1"))


@pytest.mark.parametrize("before", [RunStatus.COMPLETE, RunStatus.AWAITING_REVIEW])
async def test_more_workers_start_the_next_version_on_the_offered_route(
    house: Any, answers: Answers, before: RunStatus
) -> None:
    run = await drafted(house, before)
    both = [answers.escalate(run.run_id, Escalated(1, DEAR, user)) for user in ("U1", "U2")]
    assert sorted(await asyncio.gather(*both)) == [False, True]
    taken = await house.log.take_up(run.run_id)
    history = await house.log.history(run.run_id)
    assert (taken.draft_version, history.route, history.escalated) == (2, DEAR, (1,))


async def test_of_a_review_and_an_escalation_at_once_the_first_counts(house: Any, answers: Answers) -> None:
    run = await drafted(house, RunStatus.AWAITING_REVIEW)
    review = Review("U1", Decision.REQUEST_REVISIONS, house.clock.now(), 1, "More.")
    both = house.runs.review(run.run_id, review), answers.escalate(run.run_id, Escalated(1, DEAR, "U2"))
    assert sorted(await asyncio.gather(*both)) == [False, True]
    assert (await house.runs.get(run.run_id)).draft_version == 2


async def test_an_older_version_cannot_be_escalated(house: Any, answers: Answers) -> None:
    run = await drafted(house, RunStatus.AWAITING_REVIEW)
    assert not await answers.escalate(run.run_id, Escalated(2, DEAR, "U1"))
    assert await status(house, run) is RunStatus.AWAITING_REVIEW


async def test_show_lists_what_was_asked_and_who_answered(house: Any, answers: Answers) -> None:
    run = await asking(house)
    (open_,) = (await show(house.db, run.run_id))["consents"]
    assert (open_["kind"], open_["answer"], open_["seconds"]) == ("price", None, [8, 70])
    assert [other["route"]["strategy"] for other in open_["alternatives"]] == ["single"]
    assert (open_["cheaper"]["seconds"], open_["deeper"]) == ([4, 40], None)
    await answers.give(run.run_id, ConsentGiven(1, Choice.CHEAPER, CHEAP, "U7"))
    shown = await show(house.db, run.run_id)
    answer = shown["consents"][0]["answer"]
    assert (answer["choice"], answer["user_id"], answer["route"]["strategy"]) == ("cheaper", "U7", "single")
    assert shown["strategy"] == "single"
    clarified = await asking(house, ClarificationAsked(1, Clarification("Which one?", ("a", "b"))))
    await answers.give(clarified.run_id, ClarificationGiven(1, "b", "U7"))
    (meant,) = (await show(house.db, clarified.run_id))["consents"]
    assert (meant["text"], meant["options"], meant["answer"]["text"]) == ("Which one?", ["a", "b"], "b")
