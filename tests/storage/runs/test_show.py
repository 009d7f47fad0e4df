"""A run as JSON: every field of the contract, with what happened."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from drafts import claiming

from orchestration.values.domain import (
    Claim,
    Critique,
    Decision,
    Draft,
    Note,
    NoteKind,
    Review,
    Route,
    RunStatus,
    Source,
    Strategy,
    Subtask,
    Support,
    Usage,
    Verdict,
    WorkerReport,
)
from orchestration.values.errors import AskerError
from orchestration.values.events import (
    CritiqueReady,
    DraftReady,
    PlanReady,
    RouteChosen,
    RunPaused,
    SubtaskCompleted,
)
from storage.runs.show import head, show

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HEAD = {"run_id", "team_id", "channel_id", "thread_ts", "user_id", "question", "status", "strategy", "route"}
TIMES = {"seconds", "started_at", "ended_at"}
MONEY = {"usage", "cost_usd", "estimated_cost_usd"}
PARTS = {"subtasks", "answer", "draft_version", "critiques", "reviews", "claims", "sources", "steps"}
FIELDS = HEAD | TIMES | MONEY | PARTS


async def a_reviewed_run(house: Any, a_step: Any, settled: Any) -> str:
    run = await house.running(thread="7.7", text="Which one?")
    await house.log.emit(run, [RouteChosen(Route(Strategy.SUPERVISOR, "two parts", 2, 1_250_000, 2_000_000))])
    await house.log.emit(run, [PlanReady(1, (Subtask("s1", "Flask", "Look."),))])
    hold = await house.hold(run, 5_000_000, step_key="v1/worker/1/chat/1")
    step = a_step(run, hold.step_key, model="m", usage=Usage(100, 20, 5), cost_nano_usd=1_250_000, seconds=0.5)
    await house.journal.record(step, settlement=settled(hold, 1_250_000))
    source = Source("d1", "Flask", "https://example.org/flask", AT, "abc")
    claim = Claim("Small.", "d1", "small", Support.QUOTED)
    await house.log.emit(run, [SubtaskCompleted(1, WorkerReport("s1", "Flask", "Small [d1].", (claim,), (source,)))])
    await house.log.emit(run, [DraftReady(claiming([claim], [source], answer="Small [1]."))])
    note = Note("N1", NoteKind.VAGUE, "How small?", "s1")
    await house.log.emit(run, [CritiqueReady(Critique(1, Verdict.REVISE, (note,)))])
    await house.log.finish(run, RunStatus.AWAITING_REVIEW, [], 2.5)
    await house.runs.review(run.run_id, Review("U2", Decision.APPROVE, AT, 1, "Good.", ()))
    return str(run.run_id)


async def test_show_has_every_field_of_the_contract(house: Any, a_step: Any, settled: Any) -> None:
    shown = await show(house.db, await a_reviewed_run(house, a_step, settled))
    assert shown.keys() >= FIELDS
    assert json.loads(json.dumps(shown)) == shown
    expected = {
        "team_id": "T1",
        "thread_ts": "7.7",
        "question": "Which one?",
        "status": "complete",
        "strategy": "supervisor",
        "answer": "Small [1].",
        "draft_version": 1,
        "usage": {"input_tokens": 100, "output_tokens": 20, "cache_read_tokens": 5, "llm_calls": 1},
        "cost_usd": "0.001250",
        "estimated_cost_usd": "0.000000",
        "seconds": 2.5,
        "started_at": "2026-11-20T12:00:00Z",
        "ended_at": "2026-11-20T12:00:00Z",
    }
    assert {name: shown[name] for name in expected} == expected


async def test_the_parts_of_a_run_have_the_contracts_fields(house: Any, a_step: Any, settled: Any) -> None:
    shown = await show(house.db, await a_reviewed_run(house, a_step, settled))
    assert shown["route"]["estimate_usd"] == ["0.001250", "0.002000"]
    note = {"note_id": "N1", "kind": "vague", "text": "How small?", "subtask_id": "s1"}
    assert shown["critiques"] == [{"draft_version": 1, "verdict": "revise", "notes": [note], "final": False}]
    (claim,) = shown["claims"]
    expected = {"text": "Small.", "source_id": "d1", "quote": "small", "support": "quoted", "reason": None}
    assert {name: claim[name] for name in expected} == expected
    parts = {
        "subtasks": {"subtask_id": "s1", "title": "Flask", "instructions": "Look.", "status": "complete"},
        "reviews": {"user_id": "U2", "decision": "approve", "comment": "Good.", "note_ids": []},
        "sources": {"source_id": "d1", "title": "Flask", "retrieved_at": "2026-11-20T09:30:00Z"},
        "steps": {"step_id": "v1/worker/1/chat/1", "model": "m", "cost_usd": "0.001250", "status": "complete"},
    }
    for name, expected in parts.items():
        assert expected.items() <= shown[name][0].items(), name


async def test_a_run_that_has_only_been_asked_is_shown_too(house: Any) -> None:
    shown = await show(house.db, (await house.ask()).run_id)
    assert shown.keys() >= FIELDS
    assert (shown["status"], shown["answer"], shown["route"], shown["started_at"]) == ("queued", None, None, None)


async def test_a_run_that_paused_before_its_first_draft_shows_what_it_had(house: Any) -> None:
    run = await house.running()
    paused = RunPaused(run.epoch, "The run's budget is spent.", Draft(1, "Half.", (), ()))
    await house.log.finish(run, RunStatus.PAUSED, [paused], 1.0)
    shown = await show(house.db, run.run_id)
    assert (shown["answer"], shown["error"]) == ("Half.", "The run's budget is spent.")


async def test_the_head_is_a_part_of_the_whole(house: Any, a_step: Any, settled: Any) -> None:
    run_id = await a_reviewed_run(house, a_step, settled)
    shown = await show(house.db, run_id)
    line = head((await house.runs.list())[0])
    assert line.items() <= shown.items()
    assert not {"steps", "claims", "answer"} & line.keys()


async def test_an_unknown_run_cannot_be_shown(house: Any) -> None:
    with pytest.raises(AskerError, match="There is no run r_x"):
        await show(house.db, "r_x")
