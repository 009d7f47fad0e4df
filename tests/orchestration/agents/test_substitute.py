"""Another model for a role whose own stays away, over real HTTP; and a cheaper one where the budget is short."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from bench import CENT, Bench, open_bench
from model_server import Fault, ModelServer, status, text
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds

QUESTION = "When was Flask released?"
NO_BODY = {"error": {"message": "no"}}


@asynccontextmanager
async def served(folder: Path, **limits: Any) -> AsyncIterator[tuple[Bench, ModelServer]]:
    values: dict[str, Any] = {"model": "test-model", "fallback_model": "cheap-model", "call_seconds": 20, **limits}
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, limits=Limits(**values)) as bench,
    ):
        yield bench, server


async def held(bench: Bench) -> list[tuple[str, str]]:
    """Model and state of every hold, the oldest first."""
    statement = select(holds.c.model, holds.c.state).order_by(holds.c.opened_at, holds.c.hold_id)
    return await bench.database.read(lambda conn: [(row.model, row.state) for row in conn.execute(statement)])


def models(server: ModelServer) -> list[str]:
    return [received.body["model"] for received in server.received]


@pytest.mark.parametrize(
    ("fault", "attempts", "state"),
    [
        (status(503, NO_BODY), 3, "settled"),
        (status(404, NO_BODY), 1, "released"),
        (status(429, {"error": {"code": "insufficient_quota"}}), 1, "released"),
        (text("<html>maintenance</html>"), 3, "assumed"),
    ],
)
async def test_where_the_first_model_stays_away_the_fallback_answers_for_the_role(
    tmp_path: Path, fault: Fault, attempts: int, state: str
) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([fault] * attempts)
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
        assert [("test-model", state)] * attempts + [("cheap-model", "settled")] * 2 == await held(bench)
        assert (await bench.ledger.verify()).ok
    # The role's later calls go to the fallback at once.
    assert ["test-model"] * attempts + ["cheap-model"] * 2 == models(server)
    assert ("complete", ["cheap-model"] * 2) == (shown["status"], _models_of_steps(shown))
    assert "cheap-model answers as single" in shown["setbacks"][-1]


async def test_a_retry_finds_what_the_fallback_answered_under_the_same_key(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        # The first model is unknown, the fallback searches, and its answer is refused: the run fails there.
        by_number = {1: status(404, NO_BODY), 3: status(401, NO_BODY)}
        server.weather = lambda received: by_number.get(len(server.received))
        run_id = await bench.ask(QUESTION, strategy=Strategy.SINGLE)
        assert "error" == (await bench.drive(run_id))["status"]
        await bench.runs.retry(run_id, "U1")
        shown = await bench.drive(run_id)
    assert ["test-model", "cheap-model", "cheap-model", "test-model"] == models(server)
    assert ("complete", ["cheap-model", "test-model"]) == (shown["status"], _models_of_steps(shown))


async def test_a_fallback_without_a_price_is_none_and_fails_nobody_else(tmp_path: Path) -> None:
    async with served(tmp_path, fallback_model="a-model-nobody-priced") as (bench, server):
        server.weather = lambda received: status(404, NO_BODY) if "advocate" in str(received.body).lower() else None
        shown = await bench.drive(await bench.ask("Should we use Flask?", strategy=Strategy.DEBATE))
    assert {"test-model"} == set(models(server))
    assert ("complete", ["error", "complete"]) == (shown["status"], [task["status"] for task in shown["subtasks"]])


async def test_a_fallback_that_fails_too_ends_the_run_with_its_sentence(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([status(404, NO_BODY)] * 2)
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert (2, "error") == (len(server.received), shown["status"])


@pytest.mark.parametrize("code", [401, 403, 413])
async def test_a_request_that_is_refused_goes_to_no_other_model(tmp_path: Path, code: int) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(status(code, NO_BODY))
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert (["test-model"], "error", []) == (models(server), shown["status"], shown["setbacks"])


async def test_the_fallback_has_a_time_of_its_own_when_the_first_used_up_all_of_its(tmp_path: Path) -> None:
    async def late(request: web.Request) -> web.StreamResponse:
        bench.clock.leap(60)
        return await status(503, NO_BODY)(request)

    async with served(tmp_path, call_seconds=60, worker_seconds=600) as (bench, server):
        server.faults["single"].append(late)
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert (["test-model", "cheap-model", "cheap-model"], "complete") == (models(server), shown["status"])


async def test_a_call_that_the_budget_has_no_room_for_goes_to_a_cheaper_model(tmp_path: Path) -> None:
    """One call's worst case is about 1.2 cents of the dear model's money, a tenth of that of the cheap one's."""
    async with served(tmp_path) as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE, budget=CENT))
        assert (await bench.ledger.verify()).ok
    assert ({"cheap-model"}, "complete") == (set(models(server)), shown["status"])
    assert any("cheaper" in sentence for sentence in shown["setbacks"])


async def test_a_dearer_fallback_is_no_saving(tmp_path: Path) -> None:
    async with served(tmp_path, fallback_model="dear-model") as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE, budget=CENT))
    assert ([], "paused") == (models(server), shown["status"])


async def test_the_critic_may_be_another_model(tmp_path: Path) -> None:
    async with served(tmp_path, model_by_role={"critic": "dear-model"}) as (bench, server):
        await bench.drive(await bench.ask("Flask vs Django: when?", strategy=Strategy.SUPERVISOR))
    by_role = {(received.agent, received.body["model"]) for received in server.received}
    assert {("supervisor", "test-model"), ("worker", "test-model"), ("critic", "dear-model")} == by_role


def _models_of_steps(shown: dict[str, Any]) -> list[str]:
    return [step["model"] for step in shown["steps"] if step["operation"] == "chat"]
