"""What a run goes without when its budget is short: a step at a time, each told to the thread."""

import json
from pathlib import Path
from typing import Any

from bench import CENT, Bench, open_bench

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.values.domain import Strategy, Usage
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion

QUESTION = "Flask vs Django vs Bottle: when were they released?"
SHIP = says('{"verdict": "ship", "notes": []}')


def plans(request: ChatRequest) -> Completion:
    most = json.loads(request.messages[1]["content"])["max_subtasks"]
    titles = ("Flask", "Django", "Bottle", "Quart")[:most]
    return says(json.dumps({"subtasks": [{"title": t, "instructions": f"When did {t} appear?"} for t in titles]}))


def works(request: ChatRequest) -> Completion:
    title = json.loads(request.messages[1]["content"])["subtask"]["title"]
    return says(json.dumps({"summary": f"{title} has a date.", "claims": []}))


def dearly(request: ChatRequest) -> Completion:
    return says(works(request).text, usage=Usage(100, 1000))


async def asked(bench: Bench, budget: int) -> dict[str, Any]:
    return await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, budget=budget))


def savings(shown: dict[str, Any]) -> list[str]:
    return [event["key"].rpartition("/")[2] for event in shown["events"] if event["type"] == "Degraded"]


async def test_with_money_enough_nothing_is_left_out(tmp_path: Path) -> None:
    script = {"supervisor": [plans], "worker": [works] * 4, "critic": [SHIP]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await asked(bench, 100 * CENT)
    assert ([], []) == (savings(shown), shown["setbacks"])


async def test_a_cheaper_model_comes_first(tmp_path: Path) -> None:
    script = {"supervisor": [plans], "worker": [works] * 4, "critic": [SHIP]}
    limits = Limits(model="test-model", fallback_model="cheap-model", max_output_tokens=500)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await asked(bench, 3 * CENT)
    assert ["cheaper_model"] == savings(shown)
    assert {"cheap-model"} == {request.model for request in model.requests}
    assert "$0.03 is left" in shown["setbacks"][0]


async def test_then_fewer_workers_are_planned_for(tmp_path: Path) -> None:
    """Three workers cost 1.3 cents at the least, two 0.96."""
    script = {"supervisor": [plans], "worker": [works] * 2, "critic": [SHIP]}
    limits = Limits(model="test-model", max_output_tokens=300)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await asked(bench, CENT)
    assert ["fewer_workers"] == savings(shown)
    assert "2 workers instead of 3" in shown["setbacks"][0]
    assert 2 == len(shown["subtasks"])


async def test_a_plan_for_more_workers_than_there_is_money_for_is_shared_out(tmp_path: Path) -> None:
    titles = ("Flask", "Django", "Bottle")
    plan = {"subtasks": [{"title": t, "instructions": f"When did {t} appear?"} for t in titles]}
    script = {"supervisor": [says(json.dumps(plan))], "worker": [works] * 2, "critic": [SHIP]}
    limits = Limits(model="test-model", max_output_tokens=300)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await asked(bench, CENT)
    assert [
        ("s1", "Flask and Bottle", "When did Flask appear?\nWhen did Bottle appear?"),
        ("s2", "Django", "When did Django appear?"),
    ] == [(task["subtask_id"], task["title"], task["instructions"]) for task in shown["subtasks"]]


async def test_then_no_critic_is_asked(tmp_path: Path) -> None:
    script = {"supervisor": [plans], "worker": [works] * 2}
    limits = Limits(model="test-model", max_output_tokens=200)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await asked(bench, CENT * 9 // 10)
    assert (["fewer_workers", "no_critic"], "complete") == (savings(shown), shown["status"])


async def test_a_refusal_in_the_middle_leaves_a_worker_out_and_the_draft_says_so(tmp_path: Path) -> None:
    """Each worker may cost about 1.5 cents and costs 0.4: after three of them there is no room for a fourth."""
    script = {"supervisor": [plans], "worker": [dearly] * 3, "critic": [SHIP]}
    limits = Limits(model="test-model", max_output_tokens=300, max_output_tokens_by_role={"worker": 3000})
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await asked(bench, CENT * 26 // 10)
        assert (await bench.ledger.verify()).ok
    statuses = sorted(subtask["status"] for subtask in shown["subtasks"])
    assert ["complete", "complete", "complete", "error"] == statuses, shown["setbacks"]
    assert (["fewer_workers"], "complete") == (savings(shown), shown["status"])
    assert "threadwork budget set run:" in shown["drafts"][0]["gaps"][0]


async def test_a_critic_that_there_is_no_money_for_is_left_out(tmp_path: Path) -> None:
    script = {"supervisor": [plans], "worker": [works] * 4}
    limits = Limits(model="test-model", max_output_tokens=300, max_output_tokens_by_role={"critic": 9000})
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await asked(bench, 3 * CENT)
        assert (await bench.ledger.verify()).ok
    assert (["no_critic"], "complete") == (savings(shown), shown["status"])
    assert shown["setbacks"][0].startswith("The draft gets no review.")


async def test_where_not_even_one_report_was_paid_for_it_stops(tmp_path: Path) -> None:
    limits = Limits(model="test-model", max_output_tokens=300, max_output_tokens_by_role={"worker": 9000})
    async with ScriptedModel({"supervisor": [plans]}) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await asked(bench, 2 * CENT)
    assert "paused" == shown["status"]
    assert "threadwork budget set run:" in shown["error"]


async def test_taken_up_again_it_works_under_the_same_savings(tmp_path: Path) -> None:
    limits = Limits(model="test-model", max_output_tokens=300)

    def dies(request: ChatRequest) -> Completion:
        raise ValueError

    first = ScriptedModel({"supervisor": [plans], "worker": [works, dies]})
    async with open_bench(tmp_path, first, limits=limits) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, budget=CENT * 11 // 10)
        await bench.drive(run_id)
        await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"worker": [works], "critic": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ("complete", 2) == (shown["status"], len(shown["subtasks"]))
    assert not [step for step in shown["steps"] if step["status"] == "superseded"]
