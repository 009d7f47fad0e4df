"""A run that a short budget made small: with money again, and nothing spent, it goes as its question called for."""

import json
from pathlib import Path
from typing import Any

from bench import CENT, DOLLAR, Bench, open_bench

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.values.events import PlanReady, RouteChosen
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed
from storage.runs.events import Events

QUESTION = "Flask vs Django vs Bottle: when were they released?"
SHIP = says('{"verdict": "ship", "notes": []}')
NOTHING = 10
"""Nano-USD: not enough for any call."""


def plans(request: ChatRequest) -> Completion:
    subtasks = [
        {"title": title, "instructions": f"When did {title} appear?"} for title in ("Flask", "Django", "Bottle")
    ]
    return says(json.dumps({"subtasks": subtasks}))


def works(request: ChatRequest) -> Completion:
    title = json.loads(request.messages[1]["content"])["subtask"]["title"]
    return says(json.dumps({"summary": f"{title} has a date.", "claims": []}))


def team() -> dict[str, list[Any]]:
    return {"supervisor": [plans], "worker": [works] * 3, "critic": [SHIP]}


async def short_of_money(bench: Bench) -> str:
    """A run that paused at its cap before its first call, with one agent instead of a team."""
    run_id = await bench.ask(QUESTION, budget=NOTHING)
    shown = await bench.drive(run_id)
    assert ("paused", "single", "0.000000") == (shown["status"], shown["strategy"], shown["cost_usd"])
    assert "not enough for supervisor" in shown["route"]["reason"]
    return run_id


async def told(bench: Bench, run_id: str, kind: type) -> list[Any]:
    return [s.event for s in await Events(bench.database).of(run_id) if isinstance(s.event, kind)]


async def test_a_raised_cap_brings_the_larger_route_back_and_the_thread_says_why(tmp_path: Path) -> None:
    async with ScriptedModel(team()) as model, open_bench(tmp_path, model) as bench:
        run_id = await short_of_money(bench)
        assert [] == model.requests
        await bench.runs.retry(run_id, "U1", budget_nano_usd=DOLLAR)
        shown = await bench.drive(run_id)
        assert (await bench.ledger.verify()).ok
        routes = await told(bench, run_id, RouteChosen)
    assert ("complete", "supervisor") == (shown["status"], shown["strategy"])
    assert shown["route"]["reason"].startswith("There is budget again. ")
    assert ["Flask", "Django", "Bottle"] == [subtask["title"] for subtask in shown["subtasks"]]
    assert ["complete"] * 3 == [subtask["status"] for subtask in shown["subtasks"]]
    assert [(True, "v1/route"), (False, "v1/route/2")] == [(e.route.lowered, e.key) for e in routes]
    assert routes[1].others and routes[1].route.estimate_high_nano_usd > routes[0].route.estimate_high_nano_usd


async def test_the_plan_of_the_larger_route_is_announced_beside_the_small_ones(tmp_path: Path) -> None:
    async with ScriptedModel(team()) as model, open_bench(tmp_path, model) as bench:
        run_id = await short_of_money(bench)
        await bench.runs.retry(run_id, "U1", budget_nano_usd=DOLLAR)
        await bench.drive(run_id)
        found = await told(bench, run_id, PlanReady)
    assert [("v1/plan", 1), ("v1/plan/2", 3)] == [(plan.key, len(plan.subtasks)) for plan in found]


async def test_without_more_money_the_route_stays_and_is_not_announced_again(tmp_path: Path) -> None:
    async with ScriptedModel({}) as model, open_bench(tmp_path, model) as bench:
        run_id = await short_of_money(bench)
        await bench.runs.retry(run_id, "U1")
        shown = await bench.drive(run_id)
        routes = await told(bench, run_id, RouteChosen)
    assert ("paused", "single", 1) == (shown["status"], shown["strategy"], len(routes))


async def test_a_little_more_money_brings_two_workers_back(tmp_path: Path) -> None:
    limits = Limits(model="test-model", max_output_tokens=300)
    async with ScriptedModel(team()) as model, open_bench(tmp_path, model, limits=limits) as bench:
        run_id = await short_of_money(bench)
        await bench.runs.retry(run_id, "U1", budget_nano_usd=5 * CENT)
        await bench.drive(run_id)
        first, second = await told(bench, run_id, RouteChosen)
    assert (1, 2, True) == (first.route.subtask_count, second.route.subtask_count, second.route.lowered)
    assert "There is budget again." in second.route.reason and "enough for two at once" in second.route.reason


async def test_what_was_paid_for_on_the_small_route_keeps_it(tmp_path: Path) -> None:
    down = ModelCallFailed("The endpoint is down.", billing="none", transient=False)
    report = says('{"summary": "Flask has a date.", "claims": []}')
    script = {"single": [says("no report"), down, report]}
    limits = Limits(model="test-model", max_output_tokens=100)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        run_id = await bench.ask(QUESTION, budget=CENT)
        failed = await bench.drive(run_id)
        assert ("error", "single") == (failed["status"], failed["strategy"])
        await bench.runs.retry(run_id, "U1", budget_nano_usd=DOLLAR)
        shown = await bench.drive(run_id)
        routes = await told(bench, run_id, RouteChosen)
    assert ("single", 1) == (shown["strategy"], len(routes))


async def test_once_chosen_anew_the_route_is_replayed_as_it_is(tmp_path: Path) -> None:
    def dies(request: ChatRequest) -> Completion:
        raise ValueError

    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await short_of_money(bench)
        await bench.runs.retry(run_id, "U1", budget_nano_usd=DOLLAR)
        async with ScriptedModel({"supervisor": [plans], "worker": [works, dies, dies]}) as model:
            await bench.with_model(model).drive(run_id)
        await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"worker": [works] * 2, "critic": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
        routes, found = await told(bench, run_id, RouteChosen), await told(bench, run_id, PlanReady)
    assert ("complete", "supervisor") == (shown["status"], shown["strategy"])
    assert (2, 2) == (len(routes), len(found))


async def test_after_a_crash_nothing_is_chosen_anew_by_itself(tmp_path: Path) -> None:
    """Money that was in flight at the crash may have been spent on the small route."""
    async with ScriptedModel({"single": []}) as model, open_bench(tmp_path, model) as bench:
        run_id = await short_of_money(bench)
        await bench.runs.retry(run_id, "U1", budget_nano_usd=DOLLAR)
        await bench.services.run_log.take_up(run_id)
        await bench.drive(run_id)
        assert 1 == len(await told(bench, run_id, RouteChosen))


async def test_a_larger_route_that_is_dear_asks_first(tmp_path: Path) -> None:
    limits = Limits(model="test-model", ask_above_nano_usd=5 * CENT)
    async with ScriptedModel({}) as model, open_bench(tmp_path, model, limits=limits) as bench:
        run_id = await short_of_money(bench)
        await bench.runs.retry(run_id, "U1", budget_nano_usd=DOLLAR)
        shown = await bench.drive(run_id)
    assert ("awaiting_input", "supervisor") == (shown["status"], shown["strategy"])


async def test_what_it_was_to_go_without_is_decided_anew_too(tmp_path: Path) -> None:
    limits = Limits(model="test-model", fallback_model="cheap-model")
    async with ScriptedModel(team()) as model, open_bench(tmp_path, model, limits=limits) as bench:
        run_id = await short_of_money(bench)
        assert "v1/economy" in [step["step_id"] for step in (await bench.show(run_id))["steps"]]
        await bench.runs.retry(run_id, "U1", budget_nano_usd=DOLLAR)
        shown = await bench.drive(run_id)
    assert "complete" == shown["status"]
    assert {"test-model"} == {request.model for request in model.requests}
