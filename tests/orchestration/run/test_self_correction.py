"""A run that mends its critic's notes by itself, and when it leaves them to a person."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bench import CENT, open_bench

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.values.domain import RunStatus, Strategy, Usage
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed
from storage.money.budgets import BudgetDefaults, Budgets

QUESTION = "Flask vs Django: when were they released?"
PLAN = says(
    json.dumps({"subtasks": [{"title": t, "instructions": f"When did {t} appear?"} for t in ("Flask", "Django")]})
)
SHIP = says('{"verdict": "ship", "notes": []}')


def limits(rounds: int) -> Limits:
    return Limits(model="test-model", auto_revisions=rounds)


def works(request: ChatRequest) -> Completion:
    task = json.loads(request.messages[1]["content"])
    fixed = ", ".join(note["text"] for note in task.get("notes", ()))
    title = task["subtask"]["title"]
    return says(json.dumps({"summary": f"{title} has a date.{f' Fixed: {fixed}' if fixed else ''}", "claims": []}))


def notes(*texts: str, subtask_id: str | None = "s2") -> Completion:
    listed = [{"kind": "vague", "text": text, "subtask_id": subtask_id} for text in texts]
    return says(json.dumps({"verdict": "revise", "notes": listed}))


async def run(
    folder: Path, rounds: int, critic: Sequence[Any], *, workers: int, budget: int | None = None
) -> dict[str, Any]:
    script = {"supervisor": [PLAN], "worker": [works] * workers, "critic": critic}
    async with ScriptedModel(script) as model, open_bench(folder, model, limits=limits(rounds)) as bench:
        asked = await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, **({"budget": budget} if budget else {}))
        shown = await bench.drive(asked)
        assert (await bench.ledger.verify()).ok
        return shown


async def test_by_default_a_person_decides(tmp_path: Path) -> None:
    shown = await run(tmp_path, 0, [notes("Which one?")], workers=2)
    assert ("awaiting_review", 1, []) == (shown["status"], shown["draft_version"], shown["rounds"])


async def test_it_mends_a_note_by_itself_and_stops_where_the_critic_ships(tmp_path: Path) -> None:
    shown = await run(tmp_path, 3, [notes("Which one?"), SHIP], workers=3)
    assert ("complete", 2) == (shown["status"], shown["draft_version"])
    assert "Django has a date. Fixed: Which one?" in shown["answer"]
    (change,) = shown["rounds"]
    assert ("itself", ["N1"], 1, 0, True) == (
        change["by"],
        change["note_ids"],
        change["notes_before"],
        change["notes_after"],
        change["fewer_notes"],
    )
    assert ["Django: reworked for N1"] == change["changed"]
    # One worker call and one critic call of 100 tokens in and 50 out at the bench's price.
    assert "0.000600" == change["cost_usd"]
    assert [] == shown["reviews"]


async def test_its_rounds_are_capped_and_then_a_person_decides(tmp_path: Path) -> None:
    critic = [notes("Which one?"), notes("What of the old?"), notes("Whose date is that?")]
    shown = await run(tmp_path, 2, critic, workers=4)
    assert ("awaiting_review", 3) == (shown["status"], shown["draft_version"])
    assert [1, 1] == [change["notes_after"] for change in shown["rounds"]]


async def test_each_version_has_the_calls_of_a_run_to_itself_as_after_a_restart(tmp_path: Path) -> None:
    script = {"supervisor": [PLAN], "worker": [works] * 3, "critic": [notes("Which one?"), SHIP]}
    bounds = Limits(model="test-model", auto_revisions=1, run_calls=4)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=bounds) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
    assert ("complete", 2, []) == (shown["status"], shown["draft_version"], shown["setbacks"])
    assert [True] * 3 == [bool(request.tools) for request in model.requests if request.agent == "worker"]


async def test_more_than_three_rounds_are_never_made(tmp_path: Path) -> None:
    critic = [notes(text) for text in ("Which one?", "Since when?", "Says who though?", "Really and truly?")]
    shown = await run(tmp_path, 9, critic, workers=5)
    assert 4 == shown["draft_version"]


@pytest.mark.parametrize("again", ["Which one?", "WHICH one"])
async def test_the_same_note_twice_goes_to_a_person(tmp_path: Path, again: str) -> None:
    shown = await run(tmp_path, 3, [notes("Which one?"), notes(again)], workers=3)
    assert ("awaiting_review", 2) == (shown["status"], shown["draft_version"])
    assert ["N1 of version 2 came back after a revision: a person decides now."] == shown["setbacks"]
    assert [False] == [change["fewer_notes"] for change in shown["rounds"]]


async def test_a_critic_that_cannot_be_read_gives_it_nothing_to_mend(tmp_path: Path) -> None:
    shown = await run(tmp_path, 3, [says("hm"), says("hm")], workers=2)
    assert ("awaiting_review", 1) == (shown["status"], shown["draft_version"])


async def test_what_cannot_be_fixed_for_a_broken_model_leaves_the_draft_to_a_person(tmp_path: Path) -> None:
    broken = ModelCallFailed("The endpoint is down.", billing="none", transient=False)
    script = {"supervisor": [PLAN], "worker": [works] * 3, "critic": [notes("Which one?"), broken]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits(1)) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
    # The second version is written, only nobody has reviewed it.
    assert ("awaiting_review", 2) == (shown["status"], shown["draft_version"])
    note = shown["critiques"][1]["notes"][0]["text"]
    assert "Nobody has reviewed this draft. The endpoint is down." == note


async def test_a_round_that_the_budget_stops_leaves_the_draft_to_a_person(tmp_path: Path) -> None:
    dear = {"worker": 3000}

    def costs(request: ChatRequest) -> Completion:
        return says(works(request).text, usage=Usage(100, 1000))

    script = {"supervisor": [PLAN], "worker": [costs] * 2, "critic": [notes("Which one?")]}
    bounds = Limits(model="test-model", auto_revisions=1, max_output_tokens=500, max_output_tokens_by_role=dear)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=bounds) as bench:
        # Two workers fit one after the other and then the critic; a third worker's 1.6 cents do not.
        run_id = await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR, budget=CENT * 21 // 10)
        shown = await bench.drive(run_id)
        assert ("awaiting_review", 1) == (shown["status"], shown["draft_version"]), shown["error"]
        assert shown["setbacks"][-1].startswith("Version 2 was not written.")
        assert await bench.request_revisions(run_id, "N1")
        assert RunStatus.QUEUED == await bench.status(run_id)


async def test_killed_inside_a_round_it_goes_on_with_the_same_round(tmp_path: Path) -> None:
    class Drained(Exception):
        pass

    def dies(request: ChatRequest) -> Completion:
        raise Drained

    first = {"supervisor": [PLAN], "worker": [works] * 2 + [dies], "critic": [notes("Which one?")]}
    async with open_bench(tmp_path, ScriptedModel(first), limits=limits(1)) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR)
        await bench.drive(run_id)
        await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"worker": [works], "critic": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ("complete", 2, 1) == (shown["status"], shown["draft_version"], len(shown["rounds"]))


async def test_a_person_may_still_ask_for_more_after_its_own_rounds(tmp_path: Path) -> None:
    first = {"supervisor": [PLAN], "worker": [works] * 3, "critic": [notes("Which one?"), notes("Since when?")]}
    async with open_bench(tmp_path, ScriptedModel(first), limits=limits(1)) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR)
        await bench.drive(run_id)
        assert await bench.request_revisions(run_id, "N1", version=2)
        async with ScriptedModel({"worker": [works], "critic": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ["itself", "person"] == [change["by"] for change in shown["rounds"]]
    assert "complete" == shown["status"]


async def test_killed_inside_a_round_that_it_cannot_pay_for_any_more_it_leaves_the_draft_to_a_person(
    tmp_path: Path,
) -> None:
    class Hanging(ScriptedModel):
        async def complete(self, request: ChatRequest) -> Completion:
            if "previous" in json.loads(request.messages[1]["content"]):
                reached.set()
                await asyncio.sleep(60)
            return await super().complete(request)

    reached = asyncio.Event()
    script = {"supervisor": [PLAN], "worker": [works] * 2, "critic": [notes("Which one?")]}
    async with Hanging(script) as model, open_bench(tmp_path, model, limits=limits(1)) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR)
        driving = asyncio.create_task(bench.research.drive(run_id))
        await reached.wait()
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        assert RunStatus.QUEUED == await bench.status(run_id)
        budgets = Budgets(bench.database, bench.services.clock, BudgetDefaults(CENT))
        await budgets.set("team:T1", 1, "month", "U1")
        shown = await bench.drive(run_id)
    assert ("awaiting_review", 1) == (shown["status"], shown["draft_version"]), shown["error"]
    assert shown["setbacks"][-1].startswith("Version 2 was not written.")


async def test_a_critic_that_hangs_to_the_deadline_leaves_the_version_that_was_written(tmp_path: Path) -> None:
    class Hanging(ScriptedModel):
        async def complete(self, request: ChatRequest) -> Completion:
            if request.agent == "critic" and "Fixed" in request.messages[1]["content"]:
                await asyncio.Event().wait()
            return await super().complete(request)

    def late(request: ChatRequest) -> Completion:
        bench.clock.leap(3599)
        return works(request)

    script = {"supervisor": [PLAN], "worker": [works, works, late], "critic": [notes("Which one?")]}
    bounds = Limits(model="test-model", auto_revisions=1, run_seconds=3600)
    async with Hanging(script) as model, open_bench(tmp_path, model, limits=bounds) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
    assert ("awaiting_review", 2) == (shown["status"], shown["draft_version"])
    assert "The critic did not finish. It ran out of time" in shown["critiques"][1]["notes"][0]["text"]
