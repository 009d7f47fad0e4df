"""Where an agent has had enough: it answers without tools, and a replay of the run knows it."""

import asyncio
import json
from pathlib import Path

from bench import open_bench

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.values.domain import Strategy, Usage
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed, ToolCall

QUESTION = "When was Flask released?"
DONE = says('{"summary": "Nothing was found.", "claims": []}')


def searches(query: str) -> Completion:
    call = ToolCall("c1", "search_docs", json.dumps({"query": query}))
    return Completion("", (call,), "tool_calls", usage=Usage(100, 20))


async def test_the_same_call_with_the_same_result_three_times_ends_an_agents_tools(tmp_path: Path) -> None:
    script = {"single": [searches("Flask")] * 3 + [DONE]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert [True, True, True, False] == [bool(request.tools) for request in model.requests]
    assert "complete" == shown["status"]


async def test_other_calls_in_between_do_not_hide_that_a_call_comes_again(tmp_path: Path) -> None:
    script = {"single": [searches(q) for q in ("Flask", "Django", "Flask", "Django", "Flask")] + [DONE]}
    limits = Limits(model="test-model", worker_iterations=20)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert [True] * 5 + [False] == [bool(request.tools) for request in model.requests]


async def test_an_agent_that_still_calls_tools_without_having_any_ends_after_its_repair(tmp_path: Path) -> None:
    script = {"single": [searches("Flask")] * 5}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert "error" == shown["status"]
    assert shown["error"].startswith("1 page was found, but there is no report.")


async def test_a_run_past_its_calls_answers_with_what_it_has_and_says_so(tmp_path: Path) -> None:
    script = {"single": [searches("Flask"), searches("Django"), DONE]}
    limits = Limits(model="test-model", run_calls=2)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert [True, True, False] == [bool(request.tools) for request in model.requests]
    assert ["The run has made 2 model calls, which is its limit: it answers with what it has."] == shown["setbacks"]


async def test_a_run_past_its_tokens_answers_with_what_it_has(tmp_path: Path) -> None:
    script = {"single": [searches("Flask"), DONE]}
    limits = Limits(model="test-model", run_tokens=100)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert [True, False] == [bool(request.tools) for request in model.requests]
    assert "120 tokens" in shown["setbacks"][0]


async def test_a_retry_takes_the_tools_away_at_the_same_place_and_pays_nothing_again(tmp_path: Path) -> None:
    limits = Limits(model="test-model", worker_seconds=300)
    broken = ModelCallFailed("down", billing="none", transient=False)

    def slow(request: ChatRequest) -> Completion:
        bench.clock.leap(200)
        return searches("Flask")

    # The first call takes most of the agent's time; the repair of what follows without tools fails.
    first = ScriptedModel({"single": [slow, says("no JSON"), broken]})
    async with open_bench(tmp_path, first, limits=limits) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SINGLE)
        await bench.drive(run_id)
        await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"single": [DONE]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert [True, False, False] == [bool(request.tools) for request in first.requests]
    assert ("complete", 3) == (shown["status"], shown["usage"]["llm_calls"])
    assert not [step for step in shown["steps"] if step["status"] == "superseded"]


async def test_a_run_ends_by_its_deadline_though_a_tool_hangs(tmp_path: Path) -> None:
    script = {"single": [searches("Flask")]}
    limits = Limits(model="test-model", run_seconds=3, worker_seconds=3600)
    async with open_bench(tmp_path, ScriptedModel(script), limits=limits) as bench:

        async def hangs(*args: object, **named: object) -> None:
            await asyncio.Event().wait()

        bench.services.library.search = hangs  # type: ignore[method-assign, assignment]  # a disk that never answers
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert shown["status"] in ("complete", "error")
    said = shown["error"] or shown["drafts"][0]["gaps"][0]
    # Where the machine stands still on the way to the tool, it is the run that says so.
    assert "ran out of time" in said or "reached its deadline of 3 working seconds" in said


async def test_a_run_ends_by_its_deadline_though_its_evidence_cannot_be_read(tmp_path: Path) -> None:
    limits = Limits(model="test-model", run_seconds=3, worker_seconds=3600)

    def cites(request: ChatRequest) -> Completion:
        found = json.loads(request.messages[-1]["content"])["passages"][0]["source_id"]
        return says(json.dumps({"summary": f"It did. [{found}]", "claims": []}))

    script = {"single": [searches("Flask"), cites]}
    async with open_bench(tmp_path, ScriptedModel(script), limits=limits) as bench:

        async def hangs(*args: object, **named: object) -> None:
            await asyncio.sleep(60)

        bench.services.library.sources = hangs  # type: ignore[method-assign, assignment]  # a disk that never answers
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    sentence = "The run reached its deadline of 3 working seconds (THREADWORK_RUN_SECONDS)."
    assert ("error", sentence) == (shown["status"], shown["error"])
