"""A note on one member's report has that one work again, and whoever weighs the reports weigh them again."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, open_bench
from scripts import plans, synthesizes, task, title, works

from orchestration.context import RunContext
from orchestration.domain import Draft, Note, NoteKind, Strategy
from orchestration.llm.scripted import ScriptedModel, says
from orchestration.strategies.revision import revise

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


async def revised(bench: Bench, run_id: str, *notes: Note) -> Draft:
    """The next version, as the research would have it written for these notes."""
    services = bench.services
    assert await bench.request_revisions(run_id, comment="as noted")
    run = await services.run_log.take_up(run_id)
    assert run is not None
    steps, history = dict(await services.journal.load(run_id)), await services.run_log.history(run_id)
    ctx = RunContext(run, services, steps, services.clock.monotonic(), history)
    ctx.sources_read = {source.source_id for draft in history.drafts for source in draft.sources}
    assert history.route is not None
    draft = await revise(history.drafts[-1], history.route.strategy, notes, ctx)
    await ctx.confirmed()
    return draft


@pytest.mark.parametrize("strategy", list(FIRST))
async def test_the_noted_member_works_again_and_the_whole_is_weighed_anew(tmp_path: Path, strategy: Strategy) -> None:
    async with ScriptedModel(FIRST[strategy]) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask("Should we move to Flask?", strategy=strategy)
        shown = await bench.drive(run_id)
    second = shown["subtasks"][1]["title"]
    async with ScriptedModel(AGAIN[strategy]) as model, open_bench(tmp_path, model) as bench:
        draft = await revised(bench, run_id, Note("N1", NoteKind.VAGUE, "Which one?", "s2"))
    assert {second} == {title(r) for r in model.requests if r.agent in ("specialist", "analyst")}
    assert ["N1"] == [note["note_id"] for note in task(model.requests[0])["notes"]]
    assert [f"{second}: worked over for N1"] == list(draft.changed)
    assert (1, 2) == tuple(report.version for report in draft.reports)
