"""The one place that calls a model, through the official client against a real HTTP server with faults to order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bench import CENT, DOLLAR, Bench, open_bench
from model_server import Fault, ModelServer, hang, payload, reset, status, text, trickle
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.llm.scripted import ScriptedModel
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed
from storage.engine.tables import holds

QUESTION = "When was Flask released?"
LIMITS = Limits(model="test-model", call_seconds=20, worker_seconds=40)
HASTY = Limits(model="test-model", call_seconds=1, worker_seconds=3600)
NO_BODY = {"error": {"message": "no"}}


@asynccontextmanager
async def served(
    folder: Path, *, limits: Limits = LIMITS, team_budget: int = 50 * DOLLAR
) -> AsyncIterator[tuple[Bench, ModelServer]]:
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, limits=limits, team_budget=team_budget) as bench,
    ):
        yield bench, server


async def held(bench: Bench) -> dict[str, str]:
    """State of every hold by id, oldest first."""
    statement = select(holds.c.hold_id, holds.c.state).order_by(holds.c.opened_at, holds.c.hold_id)
    return await bench.database.read(lambda conn: {row.hold_id: row.state for row in conn.execute(statement)})


async def test_a_run_over_http_carries_the_headers_and_the_cap_of_the_contract(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        run_id = await bench.ask(QUESTION)
        shown = await bench.drive(run_id)
    assert "complete" == shown["status"]
    assert {(run_id, "single")} == {(r.run_id, r.agent) for r in server.received}
    assert {2000} == {r.body["max_tokens"] for r in server.received}
    assert [True, True] == ["tools" in r.body for r in server.received]


@pytest.mark.parametrize(
    ("fault", "first_hold"),
    [
        (status(429, NO_BODY, headers={"Retry-After": "0"}), "released"),
        (status(500, NO_BODY), "settled"),
        (status(503, NO_BODY), "settled"),
        (text("<html>busy</html>"), "assumed"),
        (text("{broken", content_type="application/json"), "assumed"),
        (payload({"choices": None}), "assumed"),
        (payload({"choices": []}), "assumed"),
        (payload({"error": {"message": "in a 200"}}), "assumed"),
        (payload([1, 2]), "assumed"),
        (reset(), "assumed"),
    ],
)
async def test_a_passing_fault_is_retried_once_with_a_hold_of_its_own(
    tmp_path: Path, fault: Fault, first_hold: str
) -> None:
    """Three requests: the one that failed, its retry, and the answer after the tool results."""
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(fault)
        shown = await bench.drive(await bench.ask(QUESTION))
        states = list((await held(bench)).values())
        assert (await bench.ledger.verify()).ok
    assert [first_hold, "settled", "settled"] == states
    (told,) = shown["setbacks"]
    assert told.endswith("test-model is asked again as single.")
    assert (3, "complete") == (len(server.received), shown["status"])


@pytest.mark.parametrize("fault", [hang(3600), trickle(3600)])
async def test_a_reply_that_never_ends_costs_its_hold_and_ends_at_the_calls_deadline(
    tmp_path: Path, fault: Fault
) -> None:
    """The call's whole time is gone with the first attempt, so nothing is left for a second."""
    async with served(tmp_path, limits=HASTY) as (bench, server):
        server.faults["single"].append(fault)
        shown = await bench.drive(await bench.ask(QUESTION))
        assert ["assumed"] == list((await held(bench)).values())
    assert "error" == shown["status"]


async def test_an_endpoint_that_is_not_there_costs_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        await server.stop()
        shown = await bench.drive(await bench.ask(QUESTION))
        assert {"released"} == set((await held(bench)).values())
    assert ("error", "0.000000") == (shown["status"], shown["cost_usd"])


@pytest.mark.parametrize("code", [401, 403, 404, 413])
async def test_a_refusal_is_not_repeated_and_costs_nothing(tmp_path: Path, code: int) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(status(code, NO_BODY))
        shown = await bench.drive(await bench.ask(QUESTION))
        assert {"released"} == set((await held(bench)).values())
    assert (1, "error", "0.000000") == (len(server.received), shown["status"], shown["cost_usd"])
    assert f"HTTP {code}" in shown["error"]


async def test_a_used_up_quota_is_not_repeated(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(status(429, {"error": {"code": "insufficient_quota"}}))
        shown = await bench.drive(await bench.ask(QUESTION))
    assert (1, "error") == (len(server.received), shown["status"])
    assert "quota" in shown["error"]


async def test_a_fault_that_stays_ends_after_three_requests(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([status(500, NO_BODY)] * 9)
        shown = await bench.drive(await bench.ask(QUESTION))
    assert (3, "error") == (len(server.received), shown["status"])


async def test_a_wait_longer_than_the_call_may_take_is_not_waited_for(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(status(429, NO_BODY, headers={"Retry-After": "3600"}))
        shown = await bench.drive(await bench.ask(QUESTION))
    assert (1, "error") == (len(server.received), shown["status"])


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(status(307, NO_BODY, headers={"Location": f"{server.base_url}/elsewhere"}))
        shown = await bench.drive(await bench.ask(QUESTION))
    assert (1, "error") == (len(server.received), shown["status"])


async def test_a_missing_usage_is_estimated_and_marked(tmp_path: Path) -> None:
    answer = {
        "choices": [{"message": {"content": '{"summary": "Nothing found.", "claims": []}'}}],
        "model": "test-model",
    }
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(payload(answer))
        shown = await bench.drive(await bench.ask(QUESTION))
    (step,) = [step for step in shown["steps"] if step["operation"] == "chat"]
    assert step["estimated"] and step["input_tokens"] > 0 and step["cost_usd"] > "0"
    assert shown["estimated_cost_usd"] == shown["cost_usd"]


async def test_no_request_leaves_before_its_hold_is_committed(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    async with served(tmp_path) as (bench, server):

        async def look(received: Any) -> None:
            seen.append(list((await held(bench)).values()))

        server.before_reply = look
        await bench.drive(await bench.ask(QUESTION))
    assert [["open"], ["settled", "open"]] == seen


async def test_side_by_side_runs_never_pass_the_teams_cap(tmp_path: Path) -> None:
    cap = 2 * CENT
    async with served(tmp_path, team_budget=cap) as (bench, _):
        run_ids = [await bench.ask(QUESTION, key=f"k{n}", budget=DOLLAR) for n in range(12)]
        shown = await asyncio.gather(*(bench.drive(run_id) for run_id in run_ids))
        assert (await bench.ledger.verify()).ok
    assert sum(Decimal(run["cost_usd"]) * DOLLAR for run in shown) <= cap
    assert {"complete", "paused"} >= {run["status"] for run in shown}
    assert any(run["status"] == "paused" for run in shown)


async def test_hostile_replies_never_break_a_run(tmp_path: Path) -> None:
    hostile: list[Callable[[], str]] = [
        lambda: '{"summary": "<!channel> \\ud800 \\u0000 [x](http://evil.example)", "claims": []}',
        lambda: "[" * 10_000,
        lambda: '{"summary": ' + "9" * 5000 + "}",
    ]
    ends = {}
    for make in hostile:
        async with served(tmp_path / str(hostile.index(make))) as (bench, server):
            server.replies["single"].extend([make(), make()])
            shown = await bench.drive(await bench.ask(QUESTION))
        ends[make()[:14]] = shown["status"]
    # What can be read is an answer; what cannot fails the run with a sentence.
    assert ["complete", "error", "error"] == list(ends.values())


async def test_all_attempts_of_a_call_share_its_deadline(tmp_path: Path) -> None:
    def late(request: ChatRequest) -> Completion:
        bench.clock.leap(300)
        raise ModelCallFailed("It is busy.", billing="input", transient=True, retry_after=0)

    script = {"single": [late, late]}
    limits = Limits(model="test-model", call_seconds=400, worker_seconds=3600, run_seconds=3600)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await bench.drive(await bench.ask(QUESTION))
        assert ["settled", "settled"] == list((await held(bench)).values())
    first, second = (request.timeout_seconds for request in model.requests)
    assert 300 < first <= 400 and 0 < second <= 100
    assert "error" == shown["status"]


async def test_a_usage_that_no_ledger_could_hold_is_priced_by_the_text(tmp_path: Path) -> None:
    answer = {
        "choices": [{"message": {"content": '{"summary": "Nothing found.", "claims": []}'}}],
        "model": "test-model",
        "usage": {"prompt_tokens": 10**30, "completion_tokens": 5},
    }
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(payload(answer))
        shown = await bench.drive(await bench.ask(QUESTION))
        assert {"settled"} == set((await held(bench)).values())
    assert "complete" == shown["status"]
    assert shown["estimated_cost_usd"] == shown["cost_usd"] > "0"
