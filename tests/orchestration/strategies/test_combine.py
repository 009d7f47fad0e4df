"""No evidence, no confident answer: whatever the strategy, a run that read nothing leads with that."""

import json
from pathlib import Path
from typing import Any

import pytest
from bench import open_bench
from scripts import FLASK_QUOTE, plans, reports, searches, title

from orchestration.llm.offline.model import OfflineModel
from orchestration.llm.scripted import ScriptedModel, says
from orchestration.strategies.combine import UNFOUNDED
from orchestration.strategies.shortfall import NO_EVIDENCE, NOT_SEARCHED
from orchestration.values.domain import Strategy
from orchestration.values.ports import ChatRequest, Completion

BLUFF = "Flask was certainly released in 1999 by a team of twelve people"
VERDICT = says('{"verdict": "ship", "notes": []}')


def bluffs(request: ChatRequest) -> Completion:
    """Answers at once, from memory, with a source id that nobody gave it."""
    claims = [{"text": f"{BLUFF}.", "source_id": "d_madeup", "quote": "released in 1999"}]
    return says(json.dumps({"summary": f"{BLUFF} [d_madeup]. See https://evil.example/x.", "claims": claims}))


SCRIPTS: dict[Strategy, dict[str, list[Any]]] = {
    Strategy.SINGLE: {"single": [bluffs]},
    Strategy.SUPERVISOR: {"supervisor": [plans("Age", "Team")], "worker": [bluffs] * 2, "critic": [VERDICT]},
    Strategy.SEQUENTIAL: {"planner": [plans("Age", "Team")], "worker": [bluffs] * 2, "inspector": [VERDICT]},
    Strategy.FANOUT: {"planner": [plans("Age", "Team")], "specialist": [bluffs] * 2},
    Strategy.DEBATE: {"analyst": [bluffs] * 2},
}


@pytest.mark.parametrize("strategy", SCRIPTS)
async def test_a_confident_model_that_read_nothing_does_not_get_a_confident_answer(
    tmp_path: Path, strategy: Strategy
) -> None:
    """Nor is a synthesizer or a judge paid to polish it: the scripts have none."""
    async with ScriptedModel(SCRIPTS[strategy]) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("When was Flask released?", strategy=strategy))
    assert shown["answer"].startswith(NOT_SEARCHED)
    assert NO_EVIDENCE not in shown["answer"]
    assert shown["answer"].index(UNFOUNDED) < shown["answer"].index(BLUFF)
    body = shown["answer"].partition(UNFOUNDED)[2].strip().split("\n")
    assert all(line.startswith(">") for line in body)
    assert "evil.example" not in shown["answer"] and "[?]" in shown["answer"]
    assert {"uncited"} == {claim["support"] for claim in shown["claims"]}
    assert [] == shown["sources"]
    assert "unsupported" in {note["kind"] for note in shown["critiques"][0]["notes"]}


async def test_only_after_a_search_nothing_was_found(tmp_path: Path) -> None:
    script = {"single": [searches("Mariana Trench"), bluffs]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("How deep is the Mariana Trench?", strategy=Strategy.SINGLE))
    lead = f"{NO_EVIDENCE} Nothing was found on: How deep is the Mariana Trench?"
    assert lead == shown["answer"].split("\n")[0]


@pytest.mark.parametrize("strategy", Strategy)
async def test_the_offline_model_says_so_too(tmp_path: Path, strategy: Strategy) -> None:
    async with open_bench(tmp_path, OfflineModel()) as bench:
        shown = await bench.drive(await bench.ask("How deep is the Mariana Trench?", strategy=strategy))
    assert shown["answer"].startswith(NO_EVIDENCE)
    assert UNFOUNDED not in shown["answer"]


async def test_a_report_without_a_source_among_others_is_named_as_missing(tmp_path: Path) -> None:
    def one_reads(request: ChatRequest) -> Completion:
        if title(request) == "Team":
            return bluffs(request)
        if request.messages[-1]["role"] == "user":
            return searches("Flask first released")
        return reports("Flask was first released on 1 April 2010.", FLASK_QUOTE)(request)

    script = {"supervisor": [plans("Age", "Team")], "worker": [one_reads] * 3, "critic": [VERDICT]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask: its age and its team?", strategy=Strategy.SUPERVISOR))
    assert NO_EVIDENCE not in shown["answer"]
    gaps = ["Team: the model made no tool call, so nothing supports what is said about it."]
    assert gaps == shown["drafts"][0]["gaps"]
    assert {"s2"} == {note["subtask_id"] for note in shown["critiques"][0]["notes"]}
    assert "awaiting_review" == shown["status"]
