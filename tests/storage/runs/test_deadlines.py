"""Nobody waits for ever: what is not answered or decided on is reminded of once, and expires."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from orchestration.values.domain import Decision, Draft, Review, Route, Run, RunStatus, Strategy
from orchestration.values.events import DecisionReminded, DraftReady, Event, ReviewAwaited, RunExpired, RunPaused
from orchestration.values.inquiry import Choice, ConsentAsked, ConsentGiven, Offer
from storage.runs.answers import Answers
from storage.runs.deadlines import Deadlines

HOUR = 3600
DAY = 24 * HOUR
ROUTE = Route(Strategy.SINGLE, "You chose it.", 1, 30, 50, "asker")
ASKED = ConsentAsked(1, Offer(ROUTE, 8, 70), cheaper=None, alternatives=())
GIVEN = ConsentGiven(1, Choice.START, ROUTE, "U1")
WAITING = {
    RunStatus.AWAITING_INPUT: ASKED,
    RunStatus.AWAITING_REVIEW: ReviewAwaited(1, 1),
    RunStatus.PAUSED: RunPaused(1, "The run's cap is used up.", None),
}


async def waiting(house: Any, status: RunStatus) -> Run:
    run: Run = await house.running()
    await house.log.emit(run, [DraftReady(Draft(1, "Because.", (), ()))])
    await house.log.finish(run, status, [WAITING[status]], 1.0)
    return run


def deadlines(house: Any, days: int = 7) -> Deadlines:
    return Deadlines(house.db, house.clock, days)


async def status(house: Any, run: Run) -> RunStatus:
    return (await house.runs.get(run.run_id)).status  # type: ignore[no-any-return]


async def told(house: Any, run: Run, kind: type[Event]) -> list[Any]:
    return [stored.event for stored in await house.events.of(run.run_id) if isinstance(stored.event, kind)]


async def test_a_question_before_the_start_expires_after_a_day_and_says_so_once(house: Any) -> None:
    run, due = await waiting(house, RunStatus.AWAITING_INPUT), deadlines(house)
    house.clock.pass_(DAY - 1)
    assert await due.fall_due() == []
    house.clock.pass_(1)
    assert await due.fall_due() == [run.run_id]
    assert await due.fall_due() == []
    (expired,) = await told(house, run, RunExpired)
    assert "24 hours" in expired.sentence and run.run_id in expired.sentence
    assert await told(house, run, DecisionReminded) == []
    assert not await Answers(house.db, house.clock).give(run.run_id, GIVEN)
    assert await house.runs.retry(run.run_id, "U1")


@pytest.mark.parametrize("kind", [RunStatus.AWAITING_REVIEW, RunStatus.PAUSED])
async def test_a_draft_and_a_paused_run_are_reminded_of_once_and_expire_after_their_days(
    house: Any, kind: RunStatus
) -> None:
    run, due = await waiting(house, kind), deadlines(house)
    began = house.clock.now()
    house.clock.pass_(DAY - 1)
    await due.fall_due()
    assert await told(house, run, DecisionReminded) == []
    house.clock.pass_(1)
    await due.fall_due()
    await due.fall_due()
    (reminder,) = await told(house, run, DecisionReminded)
    assert (reminder.until - began).days == 7
    house.clock.pass_(6 * DAY - 1)
    assert await due.fall_due() == []
    house.clock.pass_(1)
    assert await due.fall_due() == [run.run_id]
    assert await status(house, run) is RunStatus.EXPIRED
    assert "7 days" in (await told(house, run, RunExpired))[0].sentence
    assert len(await told(house, run, DecisionReminded)) == 1


async def test_with_no_days_a_draft_never_expires(house: Any) -> None:
    run, due = await waiting(house, RunStatus.AWAITING_REVIEW), deadlines(house, 0)
    house.clock.pass_(1000 * DAY)
    assert await due.fall_due() == []
    assert await status(house, run) is RunStatus.AWAITING_REVIEW
    assert await told(house, run, DecisionReminded) == [DecisionReminded(1, None)]


async def test_a_deadline_that_passed_unseen_expires_without_a_reminder(house: Any) -> None:
    run = await waiting(house, RunStatus.PAUSED)
    house.clock.pass_(8 * DAY)
    assert await deadlines(house).fall_due() == [run.run_id]
    assert await told(house, run, DecisionReminded) == []


async def test_a_revision_waits_for_days_of_its_own(house: Any) -> None:
    run, due = await waiting(house, RunStatus.AWAITING_REVIEW), deadlines(house)
    house.clock.pass_(6 * DAY)
    await due.fall_due()
    at = house.clock.now()
    assert await house.runs.review(run.run_id, Review("U1", Decision.REQUEST_REVISIONS, at, 1, "Shorter."))
    again = await house.log.take_up(run.run_id)
    await house.log.emit(again, [DraftReady(Draft(2, "So.", (), ()))])
    await house.log.finish(again, RunStatus.AWAITING_REVIEW, [ReviewAwaited(2, again.epoch)], 1.0)
    house.clock.pass_(6 * DAY)
    assert await due.fall_due() == []
    assert len(await told(house, run, DecisionReminded)) == 2


async def test_a_run_that_waited_before_the_upgrade_counts_from_the_upgrade(house: Any) -> None:
    run, due = await waiting(house, RunStatus.AWAITING_REVIEW), deadlines(house)
    house.clock.pass_(30 * DAY)
    moment = house.clock.now()

    def upgraded(conn: Any) -> None:
        conn.execute(text("UPDATE runs SET waits_from = :now"), {"now": f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"})

    await house.db.write(upgraded)
    assert await due.fall_due() == []
    assert await told(house, run, DecisionReminded) == []
    house.clock.pass_(DAY)
    await due.fall_due()
    (reminder,) = await told(house, run, DecisionReminded)
    assert (reminder.until - moment).days == 7
    house.clock.pass_(6 * DAY)
    assert await due.fall_due() == [run.run_id]


async def test_an_answer_and_the_end_of_its_time_at_once_are_one_or_the_other(house: Any) -> None:
    run = await waiting(house, RunStatus.AWAITING_INPUT)
    house.clock.pass_(25 * HOUR)
    given, expired = await asyncio.gather(
        Answers(house.db, house.clock).give(run.run_id, GIVEN), deadlines(house).fall_due()
    )
    assert given is not bool(expired)
    assert await status(house, run) is (RunStatus.QUEUED if given else RunStatus.EXPIRED)
