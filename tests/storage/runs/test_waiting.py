"""What nobody answers expires, after one reminder, and whoever answers in the same moment wins or loses as a whole."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from orchestration.values.domain import Decision, Draft, Review, Route, Run, RunStatus, Strategy
from orchestration.values.events import DraftReady, ReviewReminded, RouteChosen, RunExpired
from orchestration.values.inquiry import Choice, ConsentAsked, ConsentGiven, Offer
from storage.engine.tables import runs as table
from storage.runs.answers import Answers
from storage.runs.waiting import Waiting

DAY = 24 * 3600
ROUTE = Route(Strategy.SUPERVISOR, "Four parts.", 4, 300, 500)
ASKED = ConsentAsked(1, Offer(ROUTE, 8, 70))


def waiting(house: Any, days: int = 7) -> Waiting:
    return Waiting(house.db, house.clock, days)


async def asking(house: Any) -> Run:
    run: Run = await house.running()
    await house.log.emit(run, [RouteChosen(ROUTE)])
    await house.log.finish(run, RunStatus.AWAITING_INPUT, [ASKED], 2.0)
    return run


async def drafted(house: Any, status: RunStatus = RunStatus.AWAITING_REVIEW) -> Run:
    run: Run = await house.running()
    await house.log.emit(run, [DraftReady(Draft(1, "Because.", (), ()))])
    await house.log.finish(run, status, [], 1.0)
    return run


async def status(house: Any, run: Run) -> RunStatus:
    found: Run = await house.runs.get(run.run_id)
    return found.status


async def told(house: Any, run: Run, kind: type[Any]) -> list[Any]:
    return [stored.event for stored in await house.events.of(run.run_id) if isinstance(stored.event, kind)]


async def test_after_a_day_without_an_answer_a_question_expires_and_says_so_once(house: Any) -> None:
    run, other = await asking(house), await drafted(house)
    house.clock.pass_(DAY - 1)
    assert await waiting(house).fall_due() == []
    house.clock.pass_(1)
    assert await waiting(house).fall_due() == [run.run_id]
    assert await waiting(house).fall_due() == []
    assert await status(house, run) is RunStatus.EXPIRED
    assert await status(house, other) is RunStatus.AWAITING_REVIEW
    (expired,) = await told(house, run, RunExpired)
    assert "24 hours" in expired.sentence and run.run_id in expired.sentence
    answer = ConsentGiven(1, Choice.START, ROUTE, "U1")
    assert not await Answers(house.db, house.clock).give(run.run_id, answer)
    assert await house.runs.retry(run.run_id, "U1")


@pytest.mark.parametrize("waits_as", [RunStatus.AWAITING_REVIEW, RunStatus.PAUSED])
async def test_a_draft_or_a_paused_run_is_reminded_of_once_and_expires_after_its_days(
    house: Any, waits_as: RunStatus
) -> None:
    run = await drafted(house, waits_as)
    ended_at = house.clock.now()
    house.clock.pass_(DAY)
    for _ in range(2):
        assert await waiting(house).fall_due() == []
    [reminded] = await told(house, run, ReviewReminded)
    assert reminded.until == ended_at + timedelta(days=7)
    house.clock.pass_(6 * DAY - 1)
    assert await waiting(house).fall_due() == []
    house.clock.pass_(1)
    assert await waiting(house).fall_due() == [run.run_id]
    assert await status(house, run) is RunStatus.EXPIRED
    [expired] = await told(house, run, RunExpired)
    assert "7 days" in expired.sentence
    assert await house.runs.retry(run.run_id, "U1")


async def test_a_deadline_that_passed_while_nobody_looked_ends_it_without_a_reminder(house: Any) -> None:
    run = await drafted(house)
    house.clock.pass_(30 * DAY)
    assert await waiting(house).fall_due() == [run.run_id]
    assert await told(house, run, ReviewReminded) == []


async def test_with_zero_days_nothing_expires_and_nobody_is_reminded(house: Any) -> None:
    run = await drafted(house)
    house.clock.pass_(400 * DAY)
    assert await waiting(house, days=0).fall_due() == []
    assert await status(house, run) is RunStatus.AWAITING_REVIEW
    assert await told(house, run, ReviewReminded) == []


async def test_what_waited_before_the_upgrade_counts_from_the_upgrade(house: Any) -> None:
    run = await drafted(house)
    house.clock.pass_(100 * DAY)
    upgraded = update(table).values(waits_since=house.clock.now())
    await house.db.write(lambda conn: conn.execute(upgraded) and None)
    assert await waiting(house).fall_due() == []
    house.clock.pass_(7 * DAY)
    assert await waiting(house).fall_due() == [run.run_id]


async def test_an_answer_and_the_end_of_its_time_at_once_are_one_or_the_other(house: Any) -> None:
    run = await asking(house)
    house.clock.pass_(DAY + 3600)
    answers = Answers(house.db, house.clock)
    given, expired = await asyncio.gather(
        answers.give(run.run_id, ConsentGiven(1, Choice.START, ROUTE, "U1")), waiting(house).fall_due()
    )
    assert given is not bool(expired)
    assert await status(house, run) is (RunStatus.QUEUED if given else RunStatus.EXPIRED)


async def test_a_decision_and_the_end_of_its_time_at_once_are_one_or_the_other(house: Any) -> None:
    run = await drafted(house)
    house.clock.pass_(8 * DAY)
    review = Review("U1", Decision.APPROVE, house.clock.now(), 1)
    decided, expired = await asyncio.gather(house.runs.review(run.run_id, review), waiting(house).fall_due())
    assert decided is not bool(expired)
