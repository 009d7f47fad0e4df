"""Two sides that do not know each other, and a judge who does not know them, asked in both orders."""

import json
from pathlib import Path
from typing import Any

from bench import open_bench
from scripts import down, fails_for, task, title, works

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.values.domain import Strategy
from orchestration.values.ports import ChatRequest, Completion

QUESTION = "Should we move to Flask?"
ANALYSTS = {"analyst": [works] * 4}


def judges(**changes: Any) -> Completion:
    output = {
        "answer": "Position K is right.",
        "agreements": ["Flask is from 2010"],
        "disagreements": ["Whether age matters"],
        "action_items": [{"text": "Measure it", "confidence": 0.8}],
        "minority_argument": "It is old.",
        "would_change_if": "A benchmark.",
        "stronger": "K",
    }
    return says(json.dumps({**output, **changes}))


async def test_it_goes_two_analysts_then_the_judge_in_both_orders(tmp_path: Path) -> None:
    async with (
        ScriptedModel({**ANALYSTS, "judge": [judges(), judges()]}) as model,
        open_bench(tmp_path, model) as bench,
    ):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.DEBATE))
    assert ("complete", "debate") == (shown["status"], shown["strategy"])
    # No critic reads it: what code finds waits for nobody.
    assert [True] == [critique["final"] for critique in shown["critiques"]]
    assert ["Advocate", "Skeptic"] == [subtask["title"] for subtask in shown["subtasks"]]
    orders = [[p["position"] for p in task(r)["positions"]] for r in model.requests if r.agent == "judge"]
    assert [["K", "M"], ["M", "K"]] == sorted(orders)
    keys = {step["step_id"] for step in shown["steps"] if step["agent"] == "judge"}
    assert {"v1/judge/1/chat/1", "v1/judge/2/chat/1"} == keys


async def test_the_answer_has_what_both_orders_agree_on_and_names_the_sides(tmp_path: Path) -> None:
    second = judges(action_items=[{"text": "Measure it", "confidence": "40 %"}, {"text": "Wait", "confidence": 0.9}])
    async with ScriptedModel({**ANALYSTS, "judge": [judges(), second]}) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.DEBATE))
    answer = shown["answer"]
    assert answer.startswith("The advocate is right.") and "the advocate stronger both times" in answer
    assert "### Both sides agree (high confidence)\n\n- Flask is from 2010" in answer
    assert "### They disagree (needs investigation)\n\n- Whether age matters" in answer
    assert "- Measure it (confidence 60%)\n- Wait (confidence 45%, named in one order only)" in answer
    assert "### Best minority argument\n\nIt is old." in answer
    assert "### What would change this\n\nA benchmark." in answer


async def test_where_the_orders_disagree_the_answer_says_so_and_shows_both(tmp_path: Path) -> None:
    other = judges(answer="Position M is right.", stronger="M")
    async with ScriptedModel({**ANALYSTS, "judge": [judges(), other]}) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.DEBATE))
    assert shown["answer"].startswith("*Asked in both orders, the judge came to different results")
    assert "The advocate is right." in shown["answer"] and "The skeptic is right." in shown["answer"]


async def test_neither_side_sees_the_other_and_the_judge_sees_no_names(tmp_path: Path) -> None:
    async with (
        ScriptedModel({**ANALYSTS, "judge": [judges(), judges()]}) as model,
        open_bench(tmp_path, model) as bench,
    ):
        await bench.drive(await bench.ask(QUESTION, strategy=Strategy.DEBATE))
    for request in model.requests:
        told = request.messages[1]["content"]
        if request.agent == "judge":
            given = json.dumps([list(position) for position in task(request)["positions"]])
            assert "s1" not in told and "subtask_id" not in given and "title" not in given
        else:
            assert ("Skeptic" if title(request) == "Advocate" else "Advocate") not in told


async def test_a_side_that_fails_leaves_the_other_and_no_judgement(tmp_path: Path) -> None:
    script = {"analyst": [fails_for("Skeptic")] * 3}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.DEBATE))
    assert "complete" == shown["status"] and "Advocate has a date." in shown["answer"]
    gaps = ["Skeptic: The endpoint is down.", "There is no verdict: only one side made a case."]
    assert gaps == shown["drafts"][0]["gaps"]


async def test_a_judge_that_answers_in_one_order_only_is_said_to(tmp_path: Path) -> None:
    script = {**ANALYSTS, "judge": [judges(), down()]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.DEBATE))
    assert "The advocate is right." in shown["answer"]
    assert "in one order only" in shown["drafts"][0]["gaps"][0]


async def test_without_a_judge_the_cases_stand_side_by_side(tmp_path: Path) -> None:
    script = {**ANALYSTS, "judge": [down(), says("hm"), says("hm")]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.DEBATE))
    assert "## Advocate" in shown["answer"] and "## Skeptic" in shown["answer"]
    assert "could not be used" in shown["drafts"][0]["gaps"][0]


async def test_words_on_the_judgement_have_it_judged_anew_from_the_same_cases(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.DEBATE)
        async with ScriptedModel({**ANALYSTS, "judge": [judges(), judges()]}) as model:
            await bench.with_model(model).drive(run_id)
        assert await bench.request_revisions(run_id, comment="Weigh the costs more")
        async with ScriptedModel({"judge": [judges(answer="Still K."), judges()]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ["Weigh the costs more"] * 2 == [task(request)["notes"][0]["text"] for request in model.requests]
    assert ["Judged again for your comment"] == shown["drafts"][1]["changed"]


async def test_a_missing_fact_is_looked_up_by_a_worker_and_laid_before_the_judge(tmp_path: Path) -> None:
    def weighs(request: ChatRequest) -> Completion:
        return judges(answer=task(request)["findings"][0]["summary"])

    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.DEBATE)
        async with ScriptedModel({**ANALYSTS, "judge": [judges(), judges()]}) as model:
            await bench.with_model(model).drive(run_id)
        assert await bench.request_revisions(run_id, comment="Also cover Django")
        async with ScriptedModel({"worker": [works, works], "judge": [weighs, weighs]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert shown["answer"].startswith("Also cover Django has a date. [1]")
    assert shown["answer"].endswith("## Also cover Django\n\nAlso cover Django has a date. [1]")
