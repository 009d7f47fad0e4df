"""A wait that an endpoint asks for is waited, shown on the board, and counted against the run, not its worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, open_bench
from model_server import ModelServer, hang, status
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.llm.openai_compatible.waiting import asked_wait
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds

QUESTION = "When was Flask released?"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@asynccontextmanager
async def served(folder: Path, **limits: Any) -> AsyncIterator[tuple[Bench, ModelServer]]:
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, limits=Limits(model="test-model", **limits)) as bench,
    ):
        yield bench, server


async def driven(bench: Bench) -> dict[str, Any]:
    return await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))


async def states(bench: Bench) -> list[str]:
    statement = select(holds.c.state).order_by(holds.c.opened_at, holds.c.hold_id)
    return await bench.database.read(lambda conn: list(conn.execute(statement).scalars()))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=9), usegmt=True)}, 9.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=9), usegmt=True)}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s"}, 1.0),
        (
            {
                "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-reset-tokens": "1m30s",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-remaining-requests": "9",
            },
            90.0,
        ),
        ({"x-ratelimit-reset-tokens": "120ms"}, 0.12),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "inf"}, None),
        ({"x-ratelimit-reset-tokens": "a while"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_from_every_header(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds == pytest.approx(asked_wait({"date": format_datetime(NOW, usegmt=True), **headers}))


async def test_a_wait_longer_than_its_worker_may_take_is_waited_and_told(tmp_path: Path) -> None:
    """The worker has two seconds, the endpoint asks for three: the run has ten minutes."""
    async with served(tmp_path, worker_seconds=2, call_seconds=2) as (bench, server):
        server.faults["single"].append(status(429, {"error": {"message": "slow down"}}, headers={"Retry-After": "3"}))
        shown = await driven(bench)
        assert ["released", "settled", "settled"] == await states(bench)
    assert (3, "complete") == (len(server.received), shown["status"])
    (told,) = shown["setbacks"]
    assert (
        "The model provider is limiting requests (HTTP 429). test-model is asked again as single in 3 s, as it asks."
        == told
    )


async def test_a_wait_of_ours_is_the_workers_own_time(tmp_path: Path) -> None:
    """The same without the endpoint's wish: the worker's two seconds end it."""
    async with served(tmp_path, worker_seconds=2, call_seconds=2) as (bench, server):
        server.faults["single"].append(hang(3))
        shown = await driven(bench)
        assert ["assumed"] == await states(bench)
    assert (1, "error") == (len(server.received), shown["status"])


async def test_a_wait_longer_than_the_run_is_not_begun_and_says_so(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(status(429, {"error": {"message": "x"}}, headers={"Retry-After": "3600"}))
        shown = await driven(bench)
        assert ["released"] == await states(bench)
    assert (1, "error") == (len(server.received), shown["status"])
    assert "asks to wait 3600 s" in shown["error"] and "THREADWORK_RUN_SECONDS" in shown["error"]


async def test_an_endpoint_that_always_asks_to_wait_is_asked_three_times(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([status(429, {"error": {"message": "x"}}, headers={"Retry-After": "0"})] * 5)
        shown = await driven(bench)
        assert ["released"] * 3 == await states(bench)
    assert (3, "error", "0.000000") == (len(server.received), shown["status"], shown["cost_usd"])
