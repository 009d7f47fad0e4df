"""A run says why it has no answer, cause first: who failed, what was not searched, which setting ran out."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, open_bench
from families import error
from model_server import ModelServer, ends, hang, status
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.strategies.shortfall import NO_EVIDENCE, NOT_SEARCHED, UNFINISHED
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import events, holds

ONE = "When was Flask released?"
TWO = "Compare Flask and Django: when was each first released?"


@asynccontextmanager
async def served(folder: Path, **limits: Any) -> AsyncIterator[tuple[Bench, ModelServer]]:
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, limits=Limits(**{"model": "test-model", "worker_seconds": 60, **limits})) as bench,
    ):
        yield bench, server


async def states(bench: Bench) -> list[str]:
    statement = select(holds.c.state).order_by(holds.c.opened_at, holds.c.hold_id)
    return await bench.database.read(lambda conn: list(conn.execute(statement).scalars()))


async def failed_event(bench: Bench) -> dict[str, Any]:
    statement = select(events.c.body).where(events.c.type == "RunFailed")
    (body,) = await bench.database.read(lambda conn: list(conn.execute(statement).scalars()))
    return dict(json.loads(body))


async def test_a_run_whose_agents_were_all_refused_is_an_error_and_no_critic_is_paid(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["worker"].extend([error("does not support tools")] * 4)
        run_id = await bench.ask(TWO, strategy=Strategy.SUPERVISOR)
        shown = await bench.drive(run_id)
        assert ["settled", "released", "released"] == await states(bench)
        assert (await failed_event(bench))["repeats"] is True
        assert await bench.runs.retry(run_id, "U1")
        again = await bench.drive(run_id)
    assert (("error", None), 0) == ((shown["status"], shown["answer"]), server.calls("critic"))
    assert shown["error"].startswith("None of the 2 agents finished. The endpoint takes no tools for test-model")
    assert 1 == shown["error"].count("takes no tools")
    assert "error" == again["status"]


async def test_a_run_whose_agents_all_ran_out_of_time_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    async with served(tmp_path, worker_seconds=1) as (bench, server):
        server.faults["worker"].extend([hang(20)] * 2)
        shown = await bench.drive(await bench.ask(TWO, strategy=Strategy.SUPERVISOR))
        assert ["settled", "assumed", "assumed"] == await states(bench)
        assert (await failed_event(bench))["repeats"] is False
    assert ("error", 0) == (shown["status"], server.calls("critic"))
    assert "1 s (THREADWORK_WORKER_SECONDS)" in shown["error"]


async def test_a_run_whose_agents_all_stayed_unreadable_says_what_was_found_all_the_same(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.weather = lambda received: None if "tools" in received.body and not read(received) else GARBLED
        shown = await bench.drive(await bench.ask(ONE, strategy=Strategy.SINGLE))
    assert ("error", 3) == (shown["status"], len(server.received))
    assert shown["error"].startswith("2 pages were found, but there is no report. The model's answer could not be read")


GARBLED = ends("stop", "no JSON at all")


def read(received: Any) -> bool:
    return any(message["role"] == "tool" for message in received.body["messages"])


async def test_a_draft_leads_with_the_agents_that_failed(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["worker"].append(status(401, {"error": {"message": "no"}}))
        shown = await bench.drive(await bench.ask(TWO, strategy=Strategy.SUPERVISOR))
    assert shown["status"] in ("complete", "awaiting_review")
    lead, _, rest = shown["answer"].partition("\n## ")
    assert lead.startswith(UNFINISHED) and "refused the key (HTTP 401)" in lead
    assert "first released" in rest or "released" in rest
    (gap,) = [gap for gap in shown["drafts"][0]["gaps"] if "401" in gap]
    assert gap in lead
    notes = [note["text"] for critique in shown["critiques"] for note in critique["notes"]]
    assert not [note for note in notes if note.startswith("No source is given for") and "401" in note]


async def test_where_no_tool_was_called_nothing_is_said_to_have_been_looked_for(tmp_path: Path) -> None:
    said = json.dumps({"summary": "Flask was released in 2010, as everybody knows.", "claims": []})
    async with served(tmp_path) as (bench, server):
        server.replies["single"].append(said)
        shown = await bench.drive(await bench.ask(ONE, strategy=Strategy.SINGLE))
    assert shown["answer"].startswith(NOT_SEARCHED) and NO_EVIDENCE not in shown["answer"]
    assert "uncited" not in shown["answer"]
    assert 1 == len(server.received)


async def test_an_empty_report_is_no_answer(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.replies["single"].append(json.dumps({"summary": " ", "claims": []}))
        shown = await bench.drive(await bench.ask(ONE, strategy=Strategy.SINGLE))
    assert ("error", "The model wrote an empty report.") == (shown["status"], shown["error"])


@pytest.mark.parametrize("strategy", [Strategy.SUPERVISOR, Strategy.SEQUENTIAL, Strategy.FANOUT])
async def test_a_plan_that_takes_too_long_is_told_and_one_agent_takes_the_question(
    tmp_path: Path, strategy: Strategy
) -> None:
    role = "supervisor" if strategy is Strategy.SUPERVISOR else "planner"
    async with served(tmp_path, plan_seconds=1) as (bench, server):
        server.faults[role].append(hang(20))
        shown = await bench.drive(await bench.ask(TWO, strategy=strategy))
    assert (1, 1) == (server.calls(role), len(shown["subtasks"]))
    (told,) = shown["setbacks"]
    assert told.startswith("The plan failed, so one agent takes the whole question.")
    assert "1 s (THREADWORK_PLAN_SECONDS)" in told
    assert shown["status"] in ("complete", "awaiting_review")


async def test_a_plan_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.replies["supervisor"].extend(["Sure!", "{"])
        shown = await bench.drive(await bench.ask(TWO, strategy=Strategy.SUPERVISOR))
    (told,) = shown["setbacks"]
    assert told.startswith("The plan failed") and "could not be read" in told


async def test_a_call_that_takes_too_long_names_its_own_setting(tmp_path: Path) -> None:
    async with served(tmp_path, call_seconds=1) as (bench, server):
        server.faults["single"].append(hang(20))
        shown = await bench.drive(await bench.ask(ONE, strategy=Strategy.SINGLE))
    assert "The model did not answer within 1 s (THREADWORK_CALL_SECONDS)." == shown["error"]


async def test_the_money_of_interrupted_calls_is_in_their_workers_line(tmp_path: Path) -> None:
    async with served(tmp_path, worker_seconds=1) as (bench, server):
        server.faults["single"].append(hang(20))
        run_id = await bench.ask(ONE, strategy=Strategy.SINGLE)
        shown = await bench.drive(run_id)
        statement = select(events.c.body).where(events.c.type == "SubtaskCompleted")
        (body,) = await bench.database.read(lambda conn: list(conn.execute(statement).scalars()))
    cost = json.loads(body)["report"]["cost_nano_usd"]
    assert 0 < cost == Decimal(shown["cost_usd"]) * 1_000_000_000


async def test_a_summary_beyond_twice_its_cap_is_cut_and_the_answer_says_so(tmp_path: Path) -> None:
    said = json.dumps({"summary": "Flask is old, says everybody who knows. " * 200, "claims": []})
    async with served(tmp_path, max_output_tokens=100) as (bench, server):
        server.replies["single"].append(said)
        shown = await bench.drive(await bench.ask(ONE, strategy=Strategy.SINGLE))
    assert len(shown["answer"]) < 1_600
    assert "The report is cut at 200 tokens" in " ".join(shown["drafts"][0]["gaps"]) and "cut" in shown["answer"]
