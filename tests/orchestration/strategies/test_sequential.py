"""Stages build on each other, see nothing else, and an inspector has the last word."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench import open_bench
from scripts import FLASK_QUOTE, SHIP, down, fails_for, plans, reports, revise, searches, task, title, works

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.values.domain import Outcome, Strategy
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed

QUESTION = "Find Flask's release, then Django's."
FIRST = {"planner": [plans("Flask", "Django", "Verdict")], "worker": [works] * 6}


async def test_it_goes_planner_stage_after_stage_inspector_and_completes(tmp_path: Path) -> None:
    async with ScriptedModel({**FIRST, "inspector": [SHIP]}) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
    assert ("complete", "sequential") == (shown["status"], shown["strategy"])
    assert ["planner", *["worker"] * 6, "inspector"] == [request.agent for request in model.requests]
    assert ["Flask", "Django", "Verdict"] == [title(request) for request in model.requests[1:7:2]]
    assert "## Flask\n\nFlask has a date. [1]\n\n## Django\n\nDjango has a date. [2]\n\n## Verdict" in shown["answer"]
    assert ("ship", []) == (shown["critiques"][0]["verdict"], shown["critiques"][0]["notes"])
    keys = {step["step_id"] for step in shown["steps"] if step["operation"] == "chat"}
    assert {"v1/planner/chat/1", "v1/stage/s1/chat/1", "v1/inspector/chat/1"} <= keys


async def test_a_stage_sees_its_subtask_and_what_it_is_handed_and_nothing_else(tmp_path: Path) -> None:
    async with ScriptedModel({**FIRST, "inspector": [SHIP]}) as model, open_bench(tmp_path, model) as bench:
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
        flask = bench.documents["Flask"]
    first, second, third = (task(request) for request in model.requests[1:7:2])
    assert {"subtask", "given"} == set(first) == set(second)
    assert [] == first["given"]
    assert [{"title": "Flask", "claims": [{"text": "Flask has a date.", "source_id": flask}]}] == second["given"]
    assert ["Flask", "Django"] == [given["title"] for given in third["given"]]


@pytest.mark.parametrize("form", ["full", "summary", "fields"])
async def test_the_setting_decides_in_which_form_findings_are_handed_over(tmp_path: Path, form: str) -> None:
    digest = says('{"digest": "Flask: 2010."}')
    script = {
        "planner": [plans("Flask", "Django")],
        "worker": [works, works, *([digest] if form == "summary" else []), works, works],
        "inspector": [SHIP],
    }
    limits = Limits(model="test-model", context=form)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
    (given,) = task(model.requests[-2])["given"]
    assert {"full": "quote", "summary": "digest", "fields": "source_id"}[form] in str(given)
    assert ("quote" in str(given)) == (form == "full")


@pytest.mark.parametrize(
    ("others", "model", "cost"),
    [
        ({"fallback_model": "cheap-model"}, "cheap-model", "0.000030"),
        ({"model_by_role": {"critic": "cheap-model"}}, "cheap-model", "0.000030"),
        ({"fallback_model": "dear-model"}, "test-model", "0.000300"),
        ({"fallback_model": "unpriced"}, "test-model", "0.000300"),
    ],
)
async def test_a_digest_is_written_and_booked_by_the_cheapest_model_there_is(
    tmp_path: Path, others: dict[str, Any], model: str, cost: str
) -> None:
    digest = says('{"digest": "Flask: 2010."}')
    script = {
        "planner": [plans("Flask", "Django")],
        "worker": [works, works, digest, works, works],
        "inspector": [SHIP],
    }
    limits = Limits(model="test-model", context="summary", **others)
    async with ScriptedModel(script) as scripted, open_bench(tmp_path, scripted, limits=limits) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
        assert (await bench.ledger.verify()).ok
    assert [("worker", model)] == [(r.agent, r.model) for r in scripted.requests if r.output.name == "digestoutput"]
    assert {"test-model"} == {r.model for r in scripted.requests if r.output.name != "digestoutput"}
    (step,) = [step for step in shown["steps"] if step["step_id"] == "v1/handover/s1/chat/1"]
    assert (100, 50, cost) == (step["input_tokens"], step["output_tokens"], step["cost_usd"])


async def test_where_the_digests_model_is_away_the_fallback_writes_it_and_the_workers_keep_theirs(
    tmp_path: Path,
) -> None:
    def by(request: ChatRequest) -> Completion:
        if request.model == "cheap-model":
            raise ModelCallFailed("Away.", billing="none", transient=False, outcome=Outcome.NOT_SERVED)
        return says('{"digest": "Flask: 2010."}') if request.output.name == "digestoutput" else works(request)

    script = {"planner": [plans("Flask", "Django")], "worker": [works, works, by, by, by, by], "inspector": [SHIP]}
    models = {"model_by_role": {"critic": "cheap-model"}, "fallback_model": "dear-model"}
    limits = Limits(model="test-model", context="summary", **models)
    async with ScriptedModel(script) as scripted, open_bench(tmp_path, scripted, limits=limits) as bench:
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
    workers = [r.model for r in scripted.requests if r.agent == "worker"]
    assert ["test-model"] * 2 + ["cheap-model", "dear-model"] + ["test-model"] * 2 == workers


async def test_a_digest_that_fails_falls_back_to_fields(tmp_path: Path) -> None:
    script = {
        "planner": [plans("Flask", "Django")],
        "worker": [works, works, down(), works, works],
        "inspector": [SHIP],
    }
    limits = Limits(model="test-model", context="summary")
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
    assert "complete" == shown["status"]
    assert "Flask has a date." == task(model.requests[-2])["given"][0]["claims"][0]["text"]


def declaring(*stages: tuple[str, list[str]]) -> Completion:
    subtasks = [{"title": t, "instructions": f"Find out when {t} appeared.", "fields": fields} for t, fields in stages]
    return says(json.dumps({"subtasks": subtasks}))


def fills(**values: str) -> Callable[[ChatRequest], Completion]:
    """Works, and fills these fields with what was found and a source that nobody read."""

    def reply(request: ChatRequest) -> Completion:
        said = works(request)
        if said.tool_calls:
            return said
        output = json.loads(said.text)
        ids = [output["claims"][0]["source_id"], "d_invented"]
        output["fields"] = [{"name": name, "value": value, "source_ids": ids} for name, value in values.items()]
        return says(json.dumps(output))

    return reply


async def test_a_stage_hands_over_exactly_the_fields_that_the_plan_declares(tmp_path: Path) -> None:
    plan = declaring(("Flask", ["release date", "licence"]), ("Django", []), ("Verdict", ["unread"]))
    filling = fills(**{"release date": "1 April 2010", "author": "nobody asked"})
    script = {"planner": [plan], "worker": [filling] * 2 + [works] * 4, "inspector": [SHIP]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
        flask = bench.documents["Flask"]
    first, second, third = (task(request) for request in model.requests[1:7:2])
    assert ["release date", "licence"] == first["subtask"]["fields"]
    assert "fields" not in second["subtask"] and "fields" not in third["subtask"]
    date = {"value": "1 April 2010", "source_ids": [flask]}
    handed = {"title": "Flask", "fields": {"release date": date}, "missing": ["licence"]}
    assert [handed] == second["given"] and handed == third["given"][0] and "claims" in third["given"][1]
    assert ["licence"] == task(model.requests[-1])["reports"][0]["missing_fields"]
    assert "complete" == shown["status"]


async def test_a_revised_stage_fills_the_fields_that_its_plan_declared(tmp_path: Path) -> None:
    plan = declaring(("Flask", ["release date"]), ("Django", []))
    first = {"planner": [plan], "worker": [fills(), fills(), works, works], "inspector": [revise(("When?", "s1"))]}
    again = {"worker": [fills(**{"release date": "2010"})] * 2 + [works] * 2, "inspector": [SHIP]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL)
        async with ScriptedModel(first) as model:
            await bench.with_model(model).drive(run_id)
        assert ["release date"] == task(model.requests[3])["given"][0]["missing"]
        assert await bench.request_revisions(run_id, "N1")
        async with ScriptedModel(again) as model:
            await bench.with_model(model).drive(run_id)
    assert "2010" == task(model.requests[2])["given"][0]["fields"]["release date"]["value"]


@pytest.mark.parametrize("form", ["full", "summary"])
async def test_where_no_fields_are_handed_over_a_planner_is_not_asked_for_any(tmp_path: Path, form: str) -> None:
    script = {"planner": [plans("Flask")], "worker": [works] * 2, "inspector": [SHIP]}
    limits = Limits(model="test-model", context=form)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
    assert "field" not in str(model.requests[0].output) + str(model.requests[0].messages)


async def test_a_failed_stage_is_named_to_the_next_ones_and_to_the_reader(tmp_path: Path) -> None:
    script = {**FIRST, "worker": [fails_for("Flask")] * 5, "inspector": [SHIP]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL))
    assert "The endpoint is down." in str(task(model.requests[2])["given"])
    assert ["error", "complete", "complete"] == [subtask["status"] for subtask in shown["subtasks"]]
    assert ["Flask: The endpoint is down."] == shown["drafts"][0]["gaps"]


async def test_a_note_on_a_stage_runs_it_and_the_later_ones_again(tmp_path: Path) -> None:
    again = {"worker": [works, reports("Django, of 2005.", "x"), works, works], "inspector": [SHIP]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL)
        async with ScriptedModel({**FIRST, "inspector": [revise(("Which one?", "s2"))]}) as model:
            await bench.with_model(model).drive(run_id)
        assert await bench.request_revisions(run_id, "N1")
        async with ScriptedModel(again) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    second, third = task(model.requests[0]), task(model.requests[2])
    assert (["N1"], ["Flask"]) == ([note["note_id"] for note in second["notes"]], [g["title"] for g in second["given"]])
    assert "notes" not in third and "Django, of 2005." == third["given"][1]["claims"][0]["text"]
    changed = ["Django: reworked for N1", "Verdict: redone, because it builds on what changed"]
    assert changed == shown["drafts"][1]["changed"]
    assert "Flask has a date." in shown["answer"] and "Django, of 2005." in shown["answer"]


async def test_missing_facts_become_one_more_stage_that_knows_the_others(tmp_path: Path) -> None:
    again = {"worker": [searches("Flask"), reports("Python it is.", FLASK_QUOTE)], "inspector": [SHIP]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL)
        async with ScriptedModel({**FIRST, "inspector": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        assert await bench.request_revisions(run_id, comment="Also add the language")
        async with ScriptedModel(again) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert 3 == len(task(model.requests[0])["given"])
    assert "s4" == shown["subtasks"][-1]["subtask_id"] and "Python it is." in shown["answer"]


async def test_a_retry_pays_for_no_stage_twice(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SEQUENTIAL)
        async with ScriptedModel({"planner": [plans("Flask", "Django")], "worker": [works, works, stops]}) as model:
            await bench.with_model(model).drive(run_id)
        await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"worker": [works, works], "inspector": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
            assert ["worker", "worker", "inspector"] == [request.agent for request in model.requests]
        assert "complete" == (await bench.show(run_id))["status"]


def stops(request: object) -> None:
    """As a bug would: the run ends, what is paid for stays."""
    raise RuntimeError
