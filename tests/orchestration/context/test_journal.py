"""What was paid for is kept through a release that only asks in other words."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, open_bench
from scripts import FLASK_QUOTE, reports, searches
from sqlalchemy import update

from orchestration.agents import agent
from orchestration.llm.scripted import ScriptedModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion
from storage.engine.tables import steps

finds = reports(FLASK_QUOTE, FLASK_QUOTE)


def breaks(request: ChatRequest) -> Completion:
    raise RuntimeError("a bug")


async def broken_off(bench: Bench) -> str:
    """After its first call."""
    run_id = await bench.ask("When was Flask released?", strategy=Strategy.SINGLE)
    async with ScriptedModel({"single": [searches("Flask first released"), breaks]}) as model:
        await bench.with_model(model).drive(run_id)
    assert await bench.runs.retry(run_id, "U1")
    return run_id


async def goes_on(bench: Bench, run_id: str, *replies: Any) -> list[dict[str, Any]]:
    async with ScriptedModel({"single": list(replies)}) as model:
        await bench.with_model(model).drive(run_id)
    shown = await bench.show(run_id)
    assert "complete" == shown["status"]
    return [step for step in shown["steps"] if step["operation"] == "chat"]


async def test_instructions_in_other_words_repeat_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await broken_off(bench)
        monkeypatch.setattr(agent, "DATA_RULE", "The same in other words.")
        first, second = await goes_on(bench, run_id, finds)
    assert ("complete", "complete") == (first["status"], second["status"])
    assert None not in (first["prompt"], second["prompt"]) and first["prompt"] != second["prompt"]


async def test_another_setting_repeats_the_call(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await broken_off(bench)
        bench.services = replace(bench.services, limits=Limits(model="cheap-model"))
        calls = await goes_on(bench, run_id, searches("Flask first released"), finds)
    assert ["superseded", "complete", "complete"] == [step["status"] for step in calls]


@pytest.mark.parametrize(("outcome", "kept"), [("ok", True), ("truncated", False)])
async def test_a_call_of_version_0_1_is_known_by_its_place_where_it_could_be_used(
    tmp_path: Path, outcome: str, kept: bool
) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await broken_off(bench)
        loaded = (await bench.services.journal.load(run_id))["v1/single/s1/chat/1"]
        result = loaded.result.replace('"outcome":"ok"', f'"outcome":"{outcome}"')
        old = update(steps).where(steps.c.key == loaded.key).values(prompt="", request_hash="0" * 64, result=result)
        await bench.database.write(lambda conn: conn.execute(old))
        calls = await goes_on(bench, run_id, *([] if kept else [searches("Flask first released")]), finds)
    assert (["complete"] if kept else ["superseded", "complete"]) == [step["status"] for step in calls[:-1]]
