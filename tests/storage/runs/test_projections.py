"""What follows from an event is in the tables from the same moment on, and a replay undoes nothing of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from drafts import claiming

from orchestration.values.domain import (
    Claim,
    Route,
    Source,
    Strategy,
    Subtask,
    Support,
    WorkerReport,
)
from orchestration.values.events import DraftReady, PlanReady, RouteChosen, SubtaskCompleted, SubtaskStarted
from storage.runs.show import show

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def subtask(number: int, title: str = "Title") -> Subtask:
    return Subtask(f"s{number}", title, "Do it.")


async def subtasks(house: Any, run_id: str) -> list[tuple[str, str, str, str | None]]:
    shown = (await show(house.db, run_id))["subtasks"]
    return [(row["subtask_id"], row["status"], row["report"], row["error"]) for row in shown]


async def test_a_subtask_goes_from_pending_to_its_report(house: Any) -> None:
    run = await house.running()
    report = WorkerReport("s1", "Title", "Found.")
    seen = []
    for event in (PlanReady(1, (subtask(1),)), SubtaskStarted(1, "s1"), SubtaskCompleted(1, report)):
        await house.log.emit(run, [event])
        seen += await subtasks(house, run.run_id)
    assert seen == [("s1", "pending", "", None), ("s1", "in_progress", "", None), ("s1", "complete", "Found.", None)]


async def test_a_failed_worker_says_why_and_the_others_keep_their_reports(house: Any) -> None:
    run = await house.running()
    await house.log.emit(run, [PlanReady(1, (subtask(1), subtask(2)))])
    done = WorkerReport("s1", "Title", "Found.")
    failed = WorkerReport("s2", "Title", "", error="It ran out of time.")
    await house.log.emit(run, [SubtaskCompleted(1, done), SubtaskCompleted(1, failed)])
    assert await subtasks(house, run.run_id) == [
        ("s1", "complete", "Found.", None),
        ("s2", "error", "", "It ran out of time."),
    ]


async def test_a_replayed_start_does_not_undo_a_completion(house: Any) -> None:
    run = await house.running()
    events = [PlanReady(1, (subtask(1),)), SubtaskStarted(1, "s1")]
    await house.log.emit(run, [*events, SubtaskCompleted(1, WorkerReport("s1", "Title", "Found."))])
    await house.log.emit(run, events)
    assert await subtasks(house, run.run_id) == [("s1", "complete", "Found.", None)]


async def test_a_revision_works_on_what_it_names_and_adds_new_subtasks_at_the_end(house: Any) -> None:
    run = await house.running()
    await house.log.emit(run, [PlanReady(1, (subtask(1), subtask(2)))])
    reports = [WorkerReport(f"s{number}", "Title", "Old.") for number in (1, 2)]
    await house.log.emit(run, [SubtaskCompleted(1, report) for report in reports])
    await house.log.emit(run, [PlanReady(2, (subtask(2), subtask(3, "New")))])
    assert await subtasks(house, run.run_id) == [
        ("s1", "complete", "Old.", None),
        ("s2", "pending", "Old.", None),
        ("s3", "pending", "", None),
    ]


async def test_claims_are_those_of_the_newest_draft_and_sources_those_of_the_run(house: Any) -> None:
    run = await house.running()
    sources = tuple(Source(f"d{n}", f"Page {n}", "https://example.org", AT, f"hash{n}") for n in (1, 2))
    claims = tuple(Claim(f"Claim {n}", f"d{n}", "quote", Support.QUOTED) for n in (1, 2))
    await house.log.emit(run, [DraftReady(claiming(claims[:1], sources[:1], answer="One."))])
    await house.log.emit(run, [DraftReady(claiming(claims[1:], sources, answer="Two.", version=2))])
    shown = await show(house.db, run.run_id)
    assert (shown["answer"], [claim["text"] for claim in shown["claims"]]) == ("Two.", ["Claim 2"])
    assert [source["source_id"] for source in shown["sources"]] == ["d1", "d2"]


@pytest.mark.parametrize("strategy", Strategy)
async def test_the_chosen_route_is_the_runs(house: Any, strategy: Strategy) -> None:
    run = await house.running()
    route = Route(strategy, "because", 2, 10, 20, "rules")
    await house.log.emit(run, [RouteChosen(route)])
    assert (await house.log.history(run.run_id)).route == route
