"""A note on one member's report has that one work again, and whoever weighs the reports weigh them again."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from bench import open_bench
from scripts import plans, synthesizes, task, title, works

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.values.domain import Note, NoteKind, Strategy

JUDGEMENT = {
    "answer": "Position K.",
    "agreements": [],
    "disagreements": [],
    "action_items": [],
    "minority_argument": "",
    "would_change_if": "",
}
JUDGES = [says(json.dumps(JUDGEMENT))] * 2
MERGES = [synthesizes("Merged {s1}{s2}.")]
FIRST: Mapping[Strategy, Mapping[str, Sequence[Any]]] = {
    Strategy.FANOUT: {"planner": [plans("Law", "History")], "specialist": [works] * 4, "synthesizer": MERGES},
    Strategy.DEBATE: {"analyst": [works] * 4, "judge": JUDGES},
}
AGAIN: Mapping[Strategy, Mapping[str, Sequence[Any]]] = {
    Strategy.FANOUT: {"specialist": [works] * 2, "synthesizer": MERGES},
    Strategy.DEBATE: {"analyst": [works] * 2, "judge": JUDGES},
}


@pytest.mark.parametrize("strategy", list(FIRST))
async def test_the_noted_member_works_again_and_the_whole_is_weighed_anew(tmp_path: Path, strategy: Strategy) -> None:
    async with ScriptedModel(FIRST[strategy]) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask("Should we move to Flask?", strategy=strategy)
        shown = await bench.drive(run_id)
    second = shown["subtasks"][1]["title"]
    async with ScriptedModel(AGAIN[strategy]) as model, open_bench(tmp_path, model) as bench:
        draft = await bench.revised(run_id, Note("N1", NoteKind.VAGUE, "Which one?", "s2"))
    assert {second} == {title(r) for r in model.requests if r.agent in ("specialist", "analyst")}
    assert ["N1"] == [note["note_id"] for note in task(model.requests[0])["notes"]]
    assert [f"{second}: reworked for N1"] == list(draft.changed)
    assert (1, 2) == tuple(report.version for report in draft.reports)
