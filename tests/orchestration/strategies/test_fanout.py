"""Specialists look at the same thing from their own points of view; what they disagree about is named."""

from dataclasses import replace
from pathlib import Path

from bench import Bench, open_bench
from scripts import cited_in, down, fails_for, plans, synthesizes, task, title, works

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.strategies.shortfall import UNFINISHED
from orchestration.values.domain import Strategy
from orchestration.values.ports import ChatRequest, Completion

QUESTION = "Look at Flask from a legal and a historical point of view"
PLANNED = {"planner": [plans("Law", "History")]}


async def test_it_goes_planner_specialists_side_by_side_synthesizer(tmp_path: Path) -> None:
    script = {**PLANNED, "specialist": [works] * 4, "synthesizer": [synthesizes("It is of 2010 {s1}.")]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.FANOUT))
    assert ("complete", "fanout") == (shown["status"], shown["strategy"])
    # No critic reads it: what code finds waits for nobody.
    assert [True] == [critique["final"] for critique in shown["critiques"]]
    assert "It is of 2010 [1]." == shown["answer"]
    assert {"Law", "History"} == {title(r) for r in model.requests if r.agent == "specialist"}
    assert "specialists" == task(model.requests[0])["wanted"]


async def test_a_conflict_is_named_with_those_between_whom_it_is(tmp_path: Path) -> None:
    merged = synthesizes("Two dates {s1}{s2}.", ("One says 2010, one 2005.", ("s1", "s2")))
    script = {**PLANNED, "specialist": [works] * 4, "synthesizer": [merged]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.FANOUT))
    assert "- One says 2010, one 2005. (Law and History)" in shown["answer"]


async def test_one_failed_specialist_leaves_the_others_useful_and_is_named(tmp_path: Path) -> None:
    script = {
        "planner": [plans("Law", "History", "Money")],
        "specialist": [fails_for("Law")] * 5,
        "synthesizer": [synthesizes("It is of 2010 {s2}.")],
    }
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.FANOUT))
    assert f"{UNFINISHED}\n\n- Law: The endpoint is down.\n\nIt is of 2010 [1]." == shown["answer"]
    assert ["Law: The endpoint is down."] == shown["drafts"][0]["gaps"]
    assert "The endpoint is down." == task(model.requests[-1])["reports"][0]["error"]


async def test_with_one_report_left_nobody_is_paid_to_merge_it(tmp_path: Path) -> None:
    script = {**PLANNED, "specialist": [fails_for("Law")] * 3}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.FANOUT))
    assert "complete" == shown["status"] and "History has a date. [1]" in shown["answer"]


async def test_a_synthesizer_that_fails_leaves_the_reports_side_by_side_and_says_so(tmp_path: Path) -> None:
    script = {**PLANNED, "specialist": [works] * 4, "synthesizer": [down()]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.FANOUT))
    assert "## Law\n\nLaw has a date. [1]\n\n## History" in shown["answer"]
    assert "side by side" in shown["drafts"][0]["gaps"][0]


async def test_a_document_gets_its_four_parts_without_a_planner(tmp_path: Path) -> None:
    def merges(request: ChatRequest) -> Completion:
        return says(f'{{"answer": "All of it {cited_in(task(request)["reports"][0]["summary"])}.", "conflicts": []}}')

    script = {"specialist": [works] * 8, "synthesizer": [merges]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await ask_about(bench, "Flask", "Please analyse this"))
    titles = ["Entities", "Summary", "Critique of methodology", "Action items"]
    assert titles == [subtask["title"] for subtask in shown["subtasks"]]
    named = [task(r).get("documents") for r in model.requests if r.agent == "specialist"]
    assert [[{"source_id": bench.documents["Flask"], "title": "Flask"}]] * 8 == named


async def test_own_words_on_the_answer_are_fixed_by_one_more_synthesis(tmp_path: Path) -> None:
    first = {**PLANNED, "specialist": [works] * 4, "synthesizer": [synthesizes("Long {s1}.")]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.FANOUT)
        async with ScriptedModel(first) as model:
            await bench.with_model(model).drive(run_id)
        assert await bench.request_revisions(run_id, comment="Shorter, please")
        async with ScriptedModel({"synthesizer": [synthesizes("Short {s1}.")]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ("Short [1].", ["Rewritten from the reports for your comment"]) == (
        shown["answer"],
        shown["drafts"][1]["changed"],
    )
    assert "Shorter, please" == task(model.requests[0])["notes"][0]["text"]


async def test_missing_facts_are_looked_up_and_merged_in(tmp_path: Path) -> None:
    first = {**PLANNED, "specialist": [works] * 4, "synthesizer": [synthesizes("Before {s1}.")]}
    again = {"worker": [works, works], "synthesizer": [synthesizes("After {s3}.")]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.FANOUT)
        async with ScriptedModel(first) as model:
            await bench.with_model(model).drive(run_id)
        assert await bench.request_revisions(run_id, comment="Also add Django")
        async with ScriptedModel(again) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert "After [1]." == shown["answer"] and "Django" == shown["sources"][0]["title"]


async def ask_about(bench: Bench, title: str, text: str, strategy: Strategy = Strategy.FANOUT) -> str:
    """Asks with the page of that title as the question's own document."""
    run_id = await bench.ask("to be replaced", strategy=strategy)
    question = (await bench.runs.get(run_id)).question
    asked = replace(question, text=text, document_ids=(bench.documents[title],))
    run, _ = await bench.runs.create(asked, key=f"about:{title}:{text}", budget_nano_usd=10**9)
    return run.run_id
