"""What an endpoint refuses is found out by what was sent, at no charge, and remembered for its model."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, open_bench
from families import Body, Weather, each, error, has, json_object, refuses, schema, system
from model_server import ModelServer, reply, text
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds

QUESTION = "Compare Flask and Django: when was each first released?"
VAGUE = "Invalid request."


def any_format(body: Body) -> bool:
    return "response_format" in body


@asynccontextmanager
async def served(folder: Path, weather: Weather, **limits: Any) -> AsyncIterator[tuple[Bench, ModelServer]]:
    async with (
        ModelServer(weather=weather) as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(
            folder, model, limits=Limits(model="test-model", call_seconds=60, worker_seconds=120, **limits)
        ) as b,
    ):
        yield b, server


async def states(bench: Bench) -> list[str]:
    statement = select(holds.c.state).order_by(holds.c.opened_at, holds.c.hold_id)
    return await bench.database.read(lambda conn: list(conn.execute(statement).scalars()))


def planned(server: ModelServer) -> list[Body]:
    """What the supervisor sent: a format, a temperature, a cap and a system message."""
    return [received.body for received in server.received if received.agent == "supervisor"]


PARTS: dict[str, Callable[[Body], bool]] = {
    "json_schema": schema,
    "temperature": has("temperature"),
    "max_tokens": has("max_tokens"),
    "system": system,
}


@pytest.mark.parametrize(
    ("refused", "requests"), [("json_schema", 2), ("temperature", 4), ("max_tokens", 5), ("system", 6)]
)
async def test_a_part_that_no_error_names_is_found_by_going_without_one_after_the_other(
    tmp_path: Path, refused: str, requests: int
) -> None:
    """Only that part is remembered: the next run sends all the others again."""
    async with served(tmp_path, refuses(PARTS[refused], VAGUE)) as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
        assert requests == len(planned(server))
        assert ["released"] * (requests - 1) == (await states(bench))[: requests - 1]
        server.received.clear()
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, key="again"))
    (sent,) = planned(server)
    assert [name for name in PARTS if name != refused] == [name for name, carries in PARTS.items() if carries(sent)]
    assert {"complete"} == {task["status"] for task in shown["subtasks"]}


async def test_a_format_that_is_refused_in_every_form_is_left_out(tmp_path: Path) -> None:
    async with served(tmp_path, refuses(any_format, VAGUE)) as (bench, server):
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
    forms = [body.get("response_format", {}).get("type") for body in planned(server)]
    assert ["json_schema", "json_object", None] == forms
    assert "subtasks" in planned(server)[2]["messages"][0]["content"]  # the schema, in words


async def test_two_parts_that_no_error_names_are_both_found(tmp_path: Path) -> None:
    refusing = each(refuses(any_format, VAGUE), refuses(has("temperature"), VAGUE))
    async with served(tmp_path, refusing) as (bench, server):
        for key in "ab":
            shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, key=key))
            assert shown["status"] in ("complete", "awaiting_review")
        server.received.clear()
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, key="c"))
    (sent,) = planned(server)
    assert not {"response_format", "temperature"} & set(sent)


@pytest.mark.parametrize(
    ("part", "message", "code", "requests"),
    [
        (any_format, "response_format is not supported", 400, 3),
        (any_format, "This server knows no JSON mode", 422, 3),
        (any_format, "failed to parse grammar", 500, 3),
        (json_object, "'response_format.type' must be 'json_schema' or 'text'", 400, 1),
        (has("temperature"), "temperature does not support 0.2", 400, 2),
        (has("max_tokens"), "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", 400, 2),
        (has("max_tokens"), "Unknown parameter: max_tokens", 400, 2),
        (system, "System role not supported", 500, 2),
        (system, "Conversation roles must alternate user/assistant", 400, 2),
    ],
)
async def test_a_part_that_the_error_names_goes_first(
    tmp_path: Path, part: Callable[[Body], bool], message: str, code: int, requests: int
) -> None:
    async with served(tmp_path, refuses(part, message, code)) as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
        assert {"settled", "released"} >= set(await states(bench))
    assert requests == len(planned(server))
    assert shown["status"] in ("complete", "awaiting_review")
    assert [] == shown["setbacks"]


async def test_a_cap_that_is_too_large_is_lowered_to_the_one_that_is_named_and_keeps_its_name(tmp_path: Path) -> None:
    words = "max_tokens is too large: 2000. This model takes at most 1024 (see max_completion_tokens)."
    refusing = refuses(lambda body: body.get("max_tokens", 0) > 1024, words)
    async with served(tmp_path, refusing) as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
    assert [2000, 1024] == [body["max_tokens"] for body in planned(server)]
    assert {1024} == {received.body["max_tokens"] for received in server.received[1:]}
    assert shown["status"] in ("complete", "awaiting_review")


async def test_a_request_that_is_refused_whatever_it_carries_ends_after_every_part_was_tried(tmp_path: Path) -> None:
    async with served(tmp_path, refuses(lambda body: True, "Computer says no.")) as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
        assert ["released"] * 6 == await states(bench)
        server.received.clear()
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, key="again"))
    assert (6, "error", "0.000000") == (len(server.received), shown["status"], shown["cost_usd"])
    assert schema(planned(server)[0])  # nothing was learnt from what did not help
    assert "The model endpoint answered HTTP 400." == shown["error"]
    assert {"Computer says no."} == {said["words"] for said in shown["endpoint_said"]}


async def test_an_endpoint_whose_errors_always_ask_for_less_is_not_followed_for_ever(tmp_path: Path) -> None:
    def one_less(received: Any) -> Any:
        return error(f"max_tokens must be at most {received.body['max_tokens'] - 1}")

    async with served(tmp_path, one_less) as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
        assert {"released"} == set(await states(bench))
    assert (11, "error") == (len(server.received), shown["status"])
    assert "takes no output cap" in shown["error"] and "THREADWORK_MAX_OUTPUT_TOKENS" in shown["error"]


async def test_an_endpoint_that_only_streams_is_asked_for_a_stream(tmp_path: Path) -> None:
    def streams(received: Any) -> Any:
        body = received.body
        if not body.get("stream"):
            return error("This model only supports streaming: stream must be set to true.")
        answer = reply('{"subtasks": [{"title": "Flask", "instructions": "When was Flask released?"}]}', body)
        if received.agent != "supervisor":
            return None
        whole = answer["choices"][0]["message"]["content"]
        pieces = [{"choices": [{"delta": {"content": whole[n : n + 20]}}]} for n in range(0, len(whole), 20)]
        pieces += [{"choices": [{"delta": {}, "finish_reason": "stop"}]}, {"choices": [], "usage": answer["usage"]}]
        events = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces)
        return text(f"{events}data: [DONE]\n\n", content_type="text/event-stream")

    async with served(tmp_path, streams) as (bench, server):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
        assert 1 == (await states(bench)).count("released")
    assert (2, ["Flask"]) == (len(planned(server)), [task["title"] for task in shown["subtasks"]])
    assert not any(step["estimated"] for step in shown["steps"])
