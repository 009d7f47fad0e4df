"""The list before the plan, one subtask where two overlap, and findings that workers leave for each other."""

import asyncio
import json
from pathlib import Path

import pytest
from bench import Bench, open_bench
from scripts import FLASK_QUOTE, SHIP, plans, reports, searches, task, title, works

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.strategies.listing import asks_for_list
from orchestration.values.domain import Strategy
from orchestration.values.events import FindingShared, SubtaskCompleted
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion


async def test_a_question_about_the_largest_of_a_kind_has_them_looked_up_before_the_plan(tmp_path: Path) -> None:
    script = {"worker": [works] * 6, "supervisor": [plans("Flask", "Django")], "critic": [SHIP]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        question = "When did the two largest web frameworks appear?"
        shown = await bench.drive(await bench.ask(question, strategy=Strategy.SUPERVISOR))
    assert ["The list", "Flask", "Django"] == [subtask["title"] for subtask in shown["subtasks"]]
    assert ["s1", "s2", "s3"] == [subtask["subtask_id"] for subtask in shown["subtasks"]]
    assert ["worker", "worker", "supervisor"] == [request.agent for request in model.requests][:3]
    assert task(model.requests[2])["list"].startswith("The list has a date.")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Compare the five largest cloud providers", True),
        ("What do the top 3 queues cost?", True),
        ("Which of the three most popular licences allow that?", True),
        ("Compare Flask and Django", False),
        ("What is the latest release?", False),
        ("The best way to test", False),
    ],
)
def test_only_a_counted_superlative_asks_for_a_list(question: str, expected: bool) -> None:
    assert expected == asks_for_list(question)


async def test_subtasks_that_overlap_are_merged_before_money_is_spent(tmp_path: Path) -> None:
    twice = [
        {"title": "Flask releases", "instructions": "Find the release dates of Flask."},
        {"title": "Django", "instructions": "Find the release dates of Django."},
        {"title": "Flask releases and dates", "instructions": "Find release dates of Flask, and who made it."},
    ]
    script = {"supervisor": [says(json.dumps({"subtasks": twice}))], "worker": [works] * 4, "critic": [SHIP]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when?"))
    assert ["Flask releases and dates", "Django"] == [subtask["title"] for subtask in shown["subtasks"]]
    assert "who made it" in shown["subtasks"][0]["instructions"]


class InTurn(ScriptedModel):
    """Django's worker waits for its second call until Flask's has reported and, where that is on, shared."""

    def __init__(self, script: dict[str, list[object]], heard: type[object]) -> None:
        super().__init__(script)  # type: ignore[arg-type]  # the lines are of several kinds
        self._heard = heard
        self.bench: Bench | None = None

    async def complete(self, request: ChatRequest) -> Completion:
        if request.agent == "worker" and title(request) == "Django" and len(request.messages) == 2:
            await self._flask_was_heard(request.run_id)
        return await super().complete(request)

    async def _flask_was_heard(self, run_id: str) -> None:
        assert self.bench is not None
        seen = set[str]()
        while self._heard.__name__ not in seen:
            await asyncio.sleep(0.01)
            seen = {event["type"] for event in (await self.bench.show(run_id))["events"]}


@pytest.mark.parametrize("shares", [True, False])
async def test_a_finished_workers_findings_reach_the_others_next_turn_only_where_that_is_on(
    tmp_path: Path, shares: bool
) -> None:
    def django(request: ChatRequest) -> Completion:
        if len(request.messages) == 2:
            return searches("Django first released")
        return reports("Django has a date.", FLASK_QUOTE)(request)

    def either(request: ChatRequest) -> Completion:
        return django(request) if title(request) == "Django" else works(request)

    limits = Limits(model="test-model", share_findings=shares)
    script = {"supervisor": [plans("Flask", "Django")], "worker": [either] * 4, "critic": [SHIP]}
    heard = FindingShared if shares else SubtaskCompleted
    async with InTurn(script, heard) as model, open_bench(tmp_path, model, limits=limits) as bench:
        model.bench = bench
        run_id = await bench.ask("Flask vs Django: when?")
        shown = await bench.drive(run_id)
        assert "complete" == shown["status"] or shown["critiques"]
    last = [r for r in model.requests if r.agent == "worker" and title(r) == "Django"][-1]
    heard = [m["content"] for m in last.messages if "finding_of" in str(m["content"])]
    assert (["Flask"] if shares else []) == [json.loads(text)["finding_of"] for text in heard]
    assert shares == any(event["type"] == "FindingShared" for event in shown["events"])
    assert shares == any(step["operation"] == "share" for step in shown["steps"])
    told = [(finding["subtask_id"], finding["claims"][0]) for finding in shown["findings"]]
    flask = ("s1", f"Flask has a date. [{bench.documents['Flask']}]")
    assert ([flask] if shares else []) == [finding for finding in told if finding[0] == "s1"]
