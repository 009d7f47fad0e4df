"""`threadwork check --call` against endpoints that do as asked, refuse, talk instead, or are slow."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from families import both, each, error, has, refuses, schema
from model_server import Fault, ModelServer, ends, hang, reply
from sqlalchemy import select

from bot.check import calls
from bot.check import model as check_model
from bot.check.finding import Finding, Mark
from bot.clock import SystemClock
from bot.setup.settings import Settings, load
from storage.engine.opening import open_database
from storage.engine.tables import holds

PRICES = '[models."test-model"]\ninput_usd_per_million = 1.0\noutput_usd_per_million = 4.0\n'
FITS = json.dumps({"summary": "The moon pulls the water. " * 6, "words": ["moon", "water", "pull", "tide", "sun"]})
CALLS = [{"id": "call_1", "type": "function", "function": {"name": "search_docs", "arguments": '{"query": "Flask"}'}}]


def configured(folder: Path, server: ModelServer, **changes: Any) -> Settings:
    (folder / "prices.toml").write_text(PRICES)
    database = f"sqlite+aiosqlite:///{folder / 'check.db'}"
    given = {"openai_base_url": server.base_url, "model": "test-model", "database_url": database, **changes}
    return load(None, prices=folder / "prices.toml", **given)


async def looked(folder: Path, server: ModelServer, **changes: Any) -> tuple[dict[str, Finding], list[str]]:
    said: list[str] = []
    found = await calls.look(configured(folder, server, **changes), said.append)
    return {finding.part: finding for finding in found}, said


async def states(folder: Path) -> list[str]:
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'check.db'}", clock=SystemClock())
    try:
        statement = select(holds.c.state).order_by(holds.c.opened_at, holds.c.hold_id)
        return await database.read(lambda conn: list(conn.execute(statement).scalars()))
    finally:
        await database.close()


def able(received: Any) -> Fault:
    """Calls the tool where there is one, keeps to the format where there is none."""
    if "tools" in received.body:
        return ends("tool_calls", None, tool_calls=CALLS)
    return ends("stop", FITS)


async def test_an_endpoint_that_does_as_asked_is_called_twice_for_the_price_that_was_said(tmp_path: Path) -> None:
    async with ModelServer(weather=able) as server:
        found, said = await looked(tmp_path, server)
    assert ["tools of test-model", "output format of test-model", "speed of test-model"] == list(found)[:3]
    assert {Mark.GOOD} == {finding.mark for finding in found.values()}
    assert {"THREADWORK_CALL_SECONDS", "THREADWORK_WORKER_SECONDS"} < set(found)
    (price,) = said
    assert price.startswith("Calling test-model, twice each, for at most $0.0")
    assert (2, []) == (len(server.received), [r.body for r in server.received if both(r.body)])
    assert ["settled", "settled"] == await states(tmp_path)


async def test_what_an_endpoint_refuses_is_said_and_costs_nothing(tmp_path: Path) -> None:
    refusing = each(
        refuses(schema, "This response_format is unavailable"),
        refuses(has("temperature"), "temperature is not supported"),
        refuses(has("max_tokens"), "Unsupported parameter: max_tokens"),
    )
    async with ModelServer(weather=lambda r: refusing(r) or able(r)) as server:
        found, _ = await looked(tmp_path, server)
    left_out = found["left out for test-model"].what
    assert "max_tokens (sent as max_completion_tokens), json_schema (refused), temperature (refused)" == left_out
    assert "fits its schema (json_object)" in found["output format of test-model"].what
    assert ["released", "settled", "released", "released", "settled"] == await states(tmp_path)


async def test_a_model_that_calls_no_tool_is_wrong_and_says_what_to_do(tmp_path: Path) -> None:
    async with ModelServer(weather=lambda r: ends("stop", FITS)) as server:
        found, _ = await looked(tmp_path, server)
    tools = found["tools of test-model"]
    assert Mark.WRONG is tools.mark and "no tool was called" in tools.what and "parser" in tools.fix


async def test_a_server_without_a_tool_call_parser_is_named_with_its_own_words(tmp_path: Path) -> None:
    words = '"auto" tool choice requires --enable-auto-tool-choice'
    refusing = refuses(has("tools"), words)
    async with ModelServer(weather=lambda r: refusing(r) or able(r)) as server:
        found, _ = await looked(tmp_path, server)
    tools = found["tools of test-model"]
    assert Mark.WRONG is tools.mark and words in tools.what and "Serve it with" in tools.fix
    assert Mark.GOOD is found["output format of test-model"].mark


async def test_an_answer_that_does_not_fit_is_wrong(tmp_path: Path) -> None:
    async with ModelServer(weather=lambda r: able(r) if "tools" in r.body else ends("stop", "Tides!")) as server:
        found, _ = await looked(tmp_path, server)
    assert Mark.WRONG is found["output format of test-model"].mark


async def test_an_endpoint_that_answers_neither_is_one_finding(tmp_path: Path) -> None:
    async with ModelServer(weather=lambda r: error("no such key", 401)) as server:
        found, _ = await looked(tmp_path, server)
    assert ["calls of test-model"] == list(found)
    assert Mark.WRONG is found["calls of test-model"].mark
    assert ["released", "released"] == await states(tmp_path)


async def test_a_slow_model_is_told_which_deadline_to_raise(tmp_path: Path) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        answer = reply(FITS, body)
        answer["usage"]["completion_tokens"] = 1
        return web.json_response(answer)

    async with ModelServer(weather=lambda r: able(r) if "tools" in r.body else slow, latency_seconds=0.3) as server:
        found, _ = await looked(tmp_path, server)
    worker = found["THREADWORK_WORKER_SECONDS"]
    assert Mark.WRONG is worker.mark and worker.fix.startswith("Write THREADWORK_WORKER_SECONDS=")


async def test_an_endpoint_that_hangs_costs_its_hold_and_says_how_long_it_was_waited_for(tmp_path: Path) -> None:
    async with ModelServer(weather=lambda r: hang(20)) as server:
        found, _ = await looked(tmp_path, server, call_seconds=1)
    assert "1 s (THREADWORK_CALL_SECONDS)" in found["calls of test-model"].what
    assert ["assumed", "assumed"] == await states(tmp_path)


async def test_a_model_without_a_price_is_not_called(tmp_path: Path) -> None:
    async with ModelServer(weather=able) as server:
        found, said = await looked(tmp_path, server, model="a-model-nobody-priced")
    assert ({}, [], []) == (found, said, server.received)


async def test_a_base_url_without_its_v1_is_found_out(tmp_path: Path) -> None:
    async with ModelServer() as server:
        bare = server.base_url.removesuffix("/v1")
        found = await check_model.look(configured(tmp_path, server, openai_base_url=bare))
    assert ("OPENAI_BASE_URL", Mark.WRONG, f"Write {bare}/v1.") == (found[0].part, found[0].mark, found[0].fix)
