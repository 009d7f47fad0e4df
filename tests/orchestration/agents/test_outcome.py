"""Each thing that can become of a call, over real HTTP: what is sent, what is booked, what the asker reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bench import CENT, Bench, open_bench
from model_server import Fault, ModelServer, counts, cut, ends, status
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.tools.unsearched import NOT_SET_UP
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds

QUESTION = "When was Flask released?"
ANSWER = '{"summary": "Nothing was found.", "claims": []}'
HALF = '{"summary": "Flask was fir'


@asynccontextmanager
async def served(folder: Path, **limits: Any) -> AsyncIterator[tuple[Bench, ModelServer]]:
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, limits=Limits(model="test-model", call_seconds=20, **limits)) as bench,
    ):
        yield bench, server


async def states(bench: Bench) -> list[str]:
    """Of every hold, the oldest first."""
    statement = select(holds.c.state).order_by(holds.c.opened_at, holds.c.hold_id)
    return await bench.database.read(lambda conn: [row.state for row in conn.execute(statement)])


async def driven(bench: Bench, **asked: Any) -> dict[str, Any]:
    return await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE, **asked))


def outcomes(shown: dict[str, Any]) -> list[str]:
    return [step["outcome"] for step in shown["steps"] if step["operation"] == "chat"]


async def test_a_cut_answer_is_asked_for_once_more_with_twice_the_cap(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([ends("length", HALF), ends("stop", ANSWER)])
        shown = await driven(bench)
        assert ["settled", "settled"] == await states(bench)
    assert [2000, 4000] == [r.body["max_tokens"] for r in server.received]
    assert (["truncated", "ok"], [NOT_SET_UP]) == (outcomes(shown), shown["drafts"][0]["gaps"])


async def test_reasoning_that_eats_the_whole_cap_is_a_cut_answer_too(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([ends("length", None), ends("stop", ANSWER)])
        shown = await driven(bench)
    assert (2, ["truncated", "ok"]) == (len(server.received), outcomes(shown))


async def test_an_answer_that_is_cut_at_twice_the_cap_too_is_labelled(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([ends("length", HALF)] * 2)
        shown = await driven(bench)
        assert (await bench.ledger.verify()).ok
    assert (2, "error") == (len(server.received), shown["status"])
    assert "cut off at 4,000 tokens" in shown["error"]


async def test_a_cut_answer_is_labelled_at_once_where_the_budget_has_no_room_for_twice_the_cap(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(ends("length", HALF))
        # The first call may cost about 1.2 cents here, one with twice the cap about 2.
        shown = await driven(bench, budget=CENT * 3 // 2)
        assert ["settled"] == await states(bench)
    assert (1, "error") == (len(server.received), shown["status"])
    assert "cut off at 2,000 tokens" in shown["error"]


async def test_a_tool_call_of_a_cut_turn_is_never_executed(tmp_path: Path) -> None:
    half_meant = [{"id": "c1", "type": "function", "function": {"name": "search_docs", "arguments": '{"query": "Fl'}}]
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([ends("length", None, tool_calls=half_meant), ends("stop", ANSWER)])
        shown = await driven(bench)
    assert "execute_tool" not in {step["operation"] for step in shown["steps"]}
    assert 2 == len(server.received)


@pytest.mark.parametrize(
    ("fault", "outcome", "sentence"),
    [
        (ends("stop", None, refusal="I cannot help with that."), "refused", "refused to answer: “I cannot help"),
        (ends("content_filter", None), "filtered", "content filter"),
        (ends("content_filter", HALF), "filtered", "content filter"),
    ],
)
async def test_what_nobody_answers_is_not_asked_again_and_says_why(
    tmp_path: Path, fault: Fault, outcome: str, sentence: str
) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(fault)
        shown = await driven(bench)
        assert ["settled"] == await states(bench)
    assert (1, [outcome]) == (len(server.received), outcomes(shown))
    assert sentence in shown["error"]


@pytest.mark.parametrize("finish_reason", ["stop", None])
async def test_an_empty_answer_gets_one_repair_round_and_then_its_label(
    tmp_path: Path, finish_reason: str | None
) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].extend([ends(finish_reason, None)] * 2)
        shown = await driven(bench)
        assert ["settled", "settled"] == await states(bench)
    assert (2, ["empty", "empty"]) == (len(server.received), outcomes(shown))
    assert "it was empty" in shown["error"]


async def test_an_answer_without_a_finish_reason_is_an_answer(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(ends(None, ANSWER))
        shown = await driven(bench)
    assert (1, ["ok"]) == (len(server.received), outcomes(shown))


async def test_a_prompt_that_was_cut_silently_fails_with_the_remedy_and_is_booked(tmp_path: Path) -> None:
    long = f"{QUESTION} {'It matters for the archive. ' * 1500}"
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(counts(2048, ANSWER))
        shown = await bench.drive(await bench.ask(long, strategy=Strategy.SINGLE))
        assert ["settled"] == await states(bench)
        assert (await bench.ledger.verify()).ok
    assert (1, "error") == (len(server.received), shown["status"])
    assert "read only 2,048 of about" in shown["error"] and "larger window" in shown["error"]
    assert shown["cost_usd"] > "0.000000"


async def test_a_count_that_was_never_counted_proves_nothing(tmp_path: Path) -> None:
    long = f"{QUESTION} {'It matters for the archive. ' * 1500}"
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(counts(10, ANSWER))
        shown = await bench.drive(await bench.ask(long, strategy=Strategy.SINGLE))
    assert (1, "complete") == (len(server.received), shown["status"])


async def test_half_a_reply_is_repeated_and_costs_its_hold(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(cut())
        shown = await driven(bench)
        assert ["assumed", "settled", "settled"] == await states(bench)
    assert (3, "complete") == (len(server.received), shown["status"])


async def test_a_used_up_quota_says_so(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server):
        server.faults["single"].append(status(429, {"error": {"code": "insufficient_quota"}}))
        shown = await driven(bench)
        assert ["released"] == await states(bench)
    assert (1, True) == (len(server.received), "quota" in shown["error"])
