"""The run as its driver sees it: epochs, events, ends."""

from datetime import UTC, datetime
from typing import Any

import pytest

from orchestration.values.domain import (
    Claim,
    Critique,
    Decision,
    Draft,
    History,
    Note,
    NoteKind,
    Review,
    Route,
    RunStatus,
    Source,
    Steering,
    Strategy,
    Subtask,
    Support,
    Verdict,
    WorkerReport,
)
from orchestration.values.errors import Fenced, RunStuck
from orchestration.values.events import (
    CritiqueReady,
    DraftReady,
    PlanReady,
    ReviewAwaited,
    RouteChosen,
    RunCompleted,
    RunFailed,
    SubtaskCompleted,
    SubtaskStarted,
)

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ROUTE = Route(Strategy.SUPERVISOR, "three parts", 3, 1000, 2000, "asker")
SUBTASK = Subtask("s1", "Flask", "Look at Flask.")
SOURCE = Source("d1", "Flask", "https://example.org/flask", AT, "abc")
CLAIM = Claim("Flask is small.", "d1", "small", Support.QUOTED)
REPORT = WorkerReport("s1", "Flask", "Small [d1].", (CLAIM,), (SOURCE,), None, 12, 1.5)
DRAFT = Draft(1, "Small [1].", (REPORT,), (SOURCE,), gaps=("No second source.",))
CRITIQUE = Critique(1, Verdict.REVISE, (Note("N1", NoteKind.VAGUE, "How small?", "s1"),))


async def kinds(house: Any, run_id: str) -> list[str]:
    return [type(stored.event).__name__ for stored in await house.events.of(run_id)]


async def test_taking_up_raises_the_epoch_and_starts_the_run(house: Any) -> None:
    asked = await house.ask()
    house.clock.pass_(5)
    run = await house.log.take_up(asked.run_id)
    assert (run.status, run.epoch, run.started_at) == (RunStatus.RUNNING, 1, house.clock.now())
    assert (await house.log.take_up(asked.run_id)).epoch == 2


@pytest.mark.parametrize("status", [RunStatus.COMPLETE, RunStatus.AWAITING_REVIEW, RunStatus.ERROR, RunStatus.PAUSED])
async def test_a_run_that_nobody_waits_for_is_not_taken_up(house: Any, status: RunStatus) -> None:
    run = await house.running()
    await house.log.finish(run, status, [], 1.0)
    assert await house.log.take_up(run.run_id) is None


async def test_an_unknown_run_is_not_taken_up(house: Any) -> None:
    assert await house.log.take_up("r_unknown") is None


async def test_taking_up_assumes_what_the_epoch_before_left_open(house: Any) -> None:
    run = await house.running()
    await house.hold(run, 500)
    await house.log.take_up(run.run_id)
    status = await house.budgets.team_status("T1")
    assert (status.held_nano_usd, status.spent_nano_usd, status.estimated_nano_usd) == (0, 500, 500)
    assert (await house.ledger.verify()).ok


async def test_a_run_without_progress_in_five_epochs_ends_with_a_sentence(house: Any) -> None:
    run = await house.ask()
    for _ in range(5):
        assert await house.log.take_up(run.run_id)
    with pytest.raises(RunStuck, match=f"5 times without progress.*threadwork retry {run.run_id}"):
        await house.log.take_up(run.run_id)
    assert (await house.runs.get(run.run_id)).status is RunStatus.ERROR
    assert (await kinds(house, run.run_id))[-1] == "RunFailed"
    assert await house.log.take_up(run.run_id) is None


async def taken_up(house: Any, run_id: str, times: int) -> Any:
    return [await house.log.take_up(run_id) for _ in range(times)][-1]


async def test_a_recorded_step_a_drain_and_a_retry_are_progress(house: Any, a_step: Any) -> None:
    run = await house.ask()
    await house.journal.record(a_step(await taken_up(house, run.run_id, 4), "v1/chat/1"))
    await house.log.finish(await taken_up(house, run.run_id, 5), RunStatus.QUEUED, [], 1.0)
    await taken_up(house, run.run_id, 5)
    with pytest.raises(RunStuck):
        await house.log.take_up(run.run_id)
    await house.runs.retry(run.run_id, "U1")
    assert await taken_up(house, run.run_id, 5)


async def test_events_of_an_older_epoch_are_refused(house: Any) -> None:
    run = await house.running()
    await house.log.take_up(run.run_id)
    with pytest.raises(Fenced):
        await house.log.emit(run, [RouteChosen(ROUTE)])
    with pytest.raises(Fenced):
        await house.log.finish(run, RunStatus.COMPLETE, [RunCompleted(1, False)], 1.0)
    assert await kinds(house, run.run_id) == ["QuestionAsked"]


async def test_history_is_what_the_segments_before_left_behind(house: Any) -> None:
    run = await house.running()
    assert await house.log.history(run.run_id) == History()
    await house.log.emit(run, [RouteChosen(ROUTE), PlanReady(1, (SUBTASK,)), SubtaskStarted(1, "s1")])
    await house.runs.steer(run.run_id, Steering("1.5", "U2", "Only Python."))
    await house.log.emit(run, [SubtaskCompleted(1, REPORT), DraftReady(DRAFT), CritiqueReady(CRITIQUE)])
    await house.log.finish(run, RunStatus.AWAITING_REVIEW, [ReviewAwaited(1)], 4.0)
    review = Review("U1", Decision.REQUEST_REVISIONS, AT, 1, "How small?", ("N1",))
    assert await house.runs.review(run.run_id, review)
    assert await house.log.history(run.run_id) == History(
        route=ROUTE,
        ways=1,
        drafts=(DRAFT,),
        critiques=(CRITIQUE,),
        reviews=(review,),
        subtasks=(SUBTASK,),
        steering=(Steering("1.5", "U2", "Only Python."),),
    )


async def test_finishing_adds_the_segments_own_seconds(house: Any, a_step: Any) -> None:
    run = await house.running()
    house.clock.pass_(2)
    await house.journal.record(a_step(run, "v1/chat/1"))
    house.clock.pass_(86400)
    await house.log.finish(run, RunStatus.AWAITING_REVIEW, [], 3.5)
    ended = await house.runs.get(run.run_id)
    assert (ended.seconds, ended.segment_seconds, ended.ended_at) == (3.5, 3.5, house.clock.now())


async def test_waiting_for_a_person_is_not_work(house: Any) -> None:
    run = await house.running()
    await house.log.finish(run, RunStatus.ERROR, [RunFailed(run.epoch, "Broken.", None)], 3.5)
    house.clock.pass_(3600)
    await house.runs.retry(run.run_id, "U1")
    again = await house.log.take_up(run.run_id)
    assert (again.seconds, again.segment_seconds, again.ended_at) == (3.5, 0.0, None)
    await house.log.finish(again, RunStatus.COMPLETE, [], 2.0)
    assert (await house.runs.get(run.run_id)).seconds == 5.5


async def test_a_run_ends_once(house: Any) -> None:
    run = await house.running()
    await house.log.finish(run, RunStatus.COMPLETE, [RunCompleted(1, False)], 1.0)
    with pytest.raises(Fenced):
        await house.log.finish(run, RunStatus.ERROR, [RunFailed(run.epoch, "Broken.", None)], 1.0)
    assert await kinds(house, run.run_id) == ["QuestionAsked", "RunCompleted"]
