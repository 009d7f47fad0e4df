"""A document that came with the question is analysed by whichever strategy works on it, with the offline model."""

from pathlib import Path

import pytest
from bench import DOLLAR, Bench, open_bench
from scripts import task

from orchestration.llm.offline import OfflineModel
from orchestration.values.domain import Conversation, Note, NoteKind, Question, Strategy
from orchestration.values.ports import ChatRequest, Completion

STUDY = """# Pilot of short weeks

Norvik Labs ran a short week with 61 teams in 2024.

## Method

Teams volunteered, there was no control group, and most measures were self-reported.

## Recommendations

Companies should measure output before they start.
"""


class Listening(OfflineModel):
    def __init__(self) -> None:
        super().__init__()
        self.requests: list[ChatRequest] = []

    async def complete(self, request: ChatRequest) -> Completion:
        self.requests.append(request)
        return await super().complete(request)


async def asked_with_study(bench: Bench, strategy: Strategy) -> str:
    place = Conversation("T1", "C1", "1.0")
    added = await bench.services.library.add(  # type: ignore[attr-defined]  # the bench's library is the real one
        team_id="T1", channel_id="C1/1.0", title="Pilot of short weeks", text=STUDY
    )
    question = Question("Analyse this study", place, "U1", strategy=strategy, document_ids=(added.document_id,))
    run, _ = await bench.runs.create(question, key=f"study:{strategy}", budget_nano_usd=DOLLAR)
    return run.run_id


@pytest.mark.parametrize("strategy", list(Strategy))
async def test_entities_summary_critique_and_action_items_come_from_the_document(
    tmp_path: Path, strategy: Strategy
) -> None:
    async with open_bench(tmp_path, OfflineModel()) as bench:
        run_id = await asked_with_study(bench, strategy)
        first = await bench.drive(run_id)
        assert await bench.request_revisions(run_id, comment="Also add what sick days did")
        second = await bench.drive(run_id)
    assert (1, 2) == (first["draft_version"], second["draft_version"])
    for shown in (first, second):
        answer = shown["answer"]
        assert all(part in answer for part in ("Entities", "Summary", "Critique of methodology", "Action items"))
        assert "Norvik Labs" in answer and "no control group" in answer and "should measure output" in answer
        assert ["Pilot of short weeks"] == [source["title"] for source in shown["sources"]]
        assert ("## Also add what sick days did" in answer) == (shown is second and strategy is not Strategy.SINGLE)
        quoted = {claim["quote"] for claim in shown["claims"] if claim["support"] == "quoted"}
        assert "Companies should measure output before they start." in quoted


async def test_a_debate_about_a_document_is_followed_by_its_analysis_by_somebody_without_a_side(tmp_path: Path) -> None:
    async with open_bench(tmp_path, model := Listening()) as bench:
        shown = await bench.drive(await asked_with_study(bench, Strategy.DEBATE))
    assert ["Advocate", "Skeptic", "Document analysis"] == [subtask["title"] for subtask in shown["subtasks"]]
    argued, _, analysed = shown["answer"].partition("## Document analysis")
    assert "no verdict" in argued and "The skeptic quotes:" in argued and "**Entities · Norvik Labs" in analysed
    wanted = {"analyst": False, "worker": True}
    assert {(role, parts) for role, parts in wanted.items()} == {
        (request.agent, "parts" in task(request)) for request in model.requests if request.tools
    }


async def test_a_note_on_the_analysis_has_only_that_done_again_and_weighed_anew(tmp_path: Path) -> None:
    async with open_bench(tmp_path, OfflineModel()) as bench:
        run_id = await asked_with_study(bench, Strategy.DEBATE)
        await bench.drive(run_id)
    async with open_bench(tmp_path, model := Listening()) as bench:
        draft = await bench.revised(run_id, Note("N1", NoteKind.VAGUE, "Which teams?", "s3"))
    assert {"worker", "judge"} == {request.agent for request in model.requests}
    assert all(len(task(r)["parts"]) == 4 for r in model.requests if r.agent == "worker")
    assert ("Document analysis: reworked for N1",) == draft.changed
    assert (1, 1, 2) == tuple(report.version for report in draft.reports)
    assert all(part in draft.answer for part in ("Entities", "Summary", "Critique of methodology", "Action items"))


async def test_both_sides_of_a_debate_argue_from_the_document(tmp_path: Path) -> None:
    async with open_bench(tmp_path, OfflineModel()) as bench:
        shown = await bench.drive(await asked_with_study(bench, Strategy.DEBATE))
    assert {"Pilot of short weeks"} == {source["title"] for source in shown["sources"]}


@pytest.mark.parametrize("strategy", list(Strategy))
async def test_every_agent_that_searches_is_told_which_documents_belong_to_the_question(
    tmp_path: Path, strategy: Strategy
) -> None:
    async with open_bench(tmp_path, model := Listening()) as bench:
        await bench.drive(await asked_with_study(bench, strategy))
    searching = [request for request in model.requests if request.tools]
    assert searching and all(["Pilot of short weeks"] == [d["title"] for d in task(r)["documents"]] for r in searching)


async def test_without_documents_a_task_says_nothing_of_them(tmp_path: Path) -> None:
    async with open_bench(tmp_path, model := Listening()) as bench:
        shown = await bench.drive(await bench.ask("Analyse Flask", strategy=Strategy.SINGLE))
    assert all("documents" not in task(request) for request in model.requests)
    assert not any(step["step_id"].endswith("/documents") for step in shown["steps"])
