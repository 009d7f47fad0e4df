"""What an endpoint sends and reports is bounded: by bytes, by time, and by the hold of its request."""

import gzip
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from bench import DOLLAR, Bench, open_bench
from model_server import Fault, ModelServer, reply
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.llm.openai_compatible.bounded import REPLY_BYTES
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds, ledger_entries

QUESTION = "When was Flask released?"
ANSWER = '{"summary": "Nothing was found.", "claims": []}'
MEGABYTE = 1_000_000


@asynccontextmanager
async def served(folder: Path, **limits: Any) -> AsyncIterator[tuple[Bench, ModelServer]]:
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, limits=Limits(model="test-model", call_seconds=60, **limits)) as bench,
    ):
        yield bench, server


async def driven(bench: Bench) -> dict[str, Any]:
    return await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))


async def booked(bench: Bench) -> list[tuple[str, int, int]]:
    """State, hold and what was spent on the run's scope, for every hold, oldest first."""
    statement = (
        select(holds.c.state, holds.c.amount_nano_usd, ledger_entries.c.spent)
        .join(ledger_entries, ledger_entries.c.hold_id == holds.c.hold_id)
        .where(ledger_entries.c.scope.like("run:%"), ledger_entries.c.kind != "hold")
        .order_by(holds.c.opened_at, holds.c.hold_id)
    )
    return await bench.database.read(lambda conn: [tuple(row) for row in conn.execute(statement)])


class Flood:
    """A reply without a Content-Length, as large as it is ordered; it counts what left before the connection broke."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes, self.left, self.closed = megabytes, 0, False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        whole = json.dumps(reply(ANSWER, await request.json()))
        try:
            for _ in range(self.megabytes):
                await response.write(b" " * MEGABYTE)
                self.left += 1
            await response.write(whole.encode())
        except (ConnectionError, OSError):
            self.closed = True
        return response


async def test_a_reply_without_a_length_is_read_up_to_its_bound_and_not_asked_for_again(tmp_path: Path) -> None:
    flood = Flood(300)
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(flood)
        shown = await driven(bench)
        ((state, amount, spent),) = await booked(bench)
    assert ("assumed", amount) == (state, spent)
    assert (1, "error") == (len(server.received), shown["status"])
    assert "16,000,000 bytes" in shown["error"] and "not repeated" in shown["error"]
    assert flood.closed and flood.left * MEGABYTE < REPLY_BYTES + 20 * MEGABYTE  # what the sockets hold on the way


async def test_a_large_reply_below_the_bound_is_read(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(Flood(15))
        shown = await driven(bench)
    assert "complete" == shown["status"]


@pytest.mark.parametrize(("megabytes", "status"), [(1, "complete"), (20, "error")])
async def test_a_packed_reply_is_counted_unpacked(tmp_path: Path, megabytes: int, status: str) -> None:
    async def packed(request: web.Request) -> web.StreamResponse:
        whole = b" " * (megabytes * MEGABYTE) + json.dumps(reply(ANSWER, await request.json())).encode()
        return web.Response(body=gzip.compress(whole), headers={"Content-Encoding": "gzip"})

    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(packed)
        shown = await driven(bench)
        states = [state for state, *_ in await booked(bench)]
    assert (1, status) == (len(server.received), shown["status"])
    assert ["settled" if status == "complete" else "assumed"] == states


async def test_a_length_beyond_the_bound_is_refused_before_the_body(tmp_path: Path) -> None:
    async def promising(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(300 * MEGABYTE)})
        await response.prepare(request)
        await response.write(b"{")
        return response

    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(promising)
        shown = await driven(bench)
    assert (1, "error") == (len(server.received), shown["status"])


def reporting(usage: Any, said: str = ANSWER) -> Fault:
    async def fault(request: web.Request) -> web.StreamResponse:
        return web.json_response({**reply(said, await request.json()), "usage": usage})

    return fault


async def test_a_usage_beyond_its_hold_books_the_whole_hold_and_says_so_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    usage = {"prompt_tokens": 2000, "completion_tokens": 100_000_000}
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(reporting(usage))
        with caplog.at_level(logging.WARNING):
            shown = await driven(bench)
        ((state, amount, spent),) = await booked(bench)
        assert (await bench.ledger.verify()).ok
    assert ("settled", amount) == (state, spent)
    assert amount < DOLLAR and shown["cost_usd"] == shown["estimated_cost_usd"]
    (step,) = [step for step in shown["steps"] if step["operation"] == "chat"]
    assert (True, 2000) == (step["estimated"], step["output_tokens"])
    (line,) = [record for record in caplog.records if "beyond its hold" in record.message]
    assert usage == line.__dict__["reported"]


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 3, "completion_tokens": 9},
        {"prompt_tokens": True, "completion_tokens": True},
        {"prompt_tokens": 600, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 9000}},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": "lots", "completion_tokens": 9},
        {"prompt_tokens": 600.5, "completion_tokens": 9},
        {"prompt_tokens": -600, "completion_tokens": 9},
        None,
    ],
)
async def test_a_usage_that_measures_nothing_is_priced_by_the_text_and_marked(tmp_path: Path, usage: Any) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(reporting(usage))
        shown = await driven(bench)
        ((state, amount, spent),) = await booked(bench)
    (step,) = [step for step in shown["steps"] if step["operation"] == "chat"]
    assert ("settled", True, 12) == (state, step["estimated"], step["output_tokens"])
    assert step["input_tokens"] > 300 and 0 < spent < amount
    assert shown["estimated_cost_usd"] == shown["cost_usd"]


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"input_tokens": 600, "output_tokens": 9}, (600, 9, 0)),
        ({"prompt_eval_count": 600, "eval_count": 9}, (600, 9, 0)),
        ({"prompt_tokens": "600", "completion_tokens": 9.0}, (600, 9, 0)),
        ({"prompt_tokens": 600, "completion_tokens": 9, "prompt_cache_hit_tokens": 500}, (600, 9, 500)),
        ({"prompt_tokens": 600, "completion_tokens": 9, "cache_read_input_tokens": 400}, (600, 9, 400)),
        (
            {"prompt_tokens": 600, "completion_tokens": 90, "completion_tokens_details": {"reasoning_tokens": 80}},
            (600, 90, 0),
        ),
        (
            {
                "prompt_tokens": 600,
                "completion_tokens": 90,
                "completion_tokens_details": {"reasoning_tokens": 80},
                "total_tokens": 770,
            },
            (600, 170, 0),
        ),
        (
            {"prompt_tokens": 600, "completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 80}},
            (600, 89, 0),
        ),
    ],
)
async def test_a_usage_is_read_under_every_name_and_thoughts_count(
    tmp_path: Path, usage: dict[str, Any], counted: tuple[int, int, int]
) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(reporting(usage))
        shown = await driven(bench)
    (step,) = [step for step in shown["steps"] if step["operation"] == "chat"]
    assert counted == tuple(step[name] for name in ("input_tokens", "output_tokens", "cache_read_tokens"))
    assert not step["estimated"]


async def test_thoughts_without_a_usage_are_priced_by_their_text(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(reporting(None, f"<think>{'hm ' * 400}</think>{ANSWER}"))
        shown = await driven(bench)
    (step,) = [step for step in shown["steps"] if step["operation"] == "chat"]
    assert 300 <= step["output_tokens"] <= 320
    assert "hm" not in shown["answer"]
