"""The playground starts ordinary runs of the real strategies and follows them in the event table."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Services, open_services
from bot.demo import load_handbook
from bot.playground.playground import TASKS, Playground, Wanted
from bot.setup.local_team import LOCAL_TEAM
from bot.setup.settings import load_demo
from orchestration.llm.offline.model import OfflineModel
from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError
from storage.runs.show import show

COMPARE = TASKS[1]["text"]


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    configured = load_demo(database_url=f"sqlite+aiosqlite:///{tmp_path / 'play.db'}")
    await load_handbook(configured, LOCAL_TEAM)
    async with open_services(configured, drive=True, model=OfflineModel()) as opened:
        yield opened


async def played(playground: Playground, strategy: Strategy, task: str = COMPARE) -> list[dict[str, Any]]:
    (run_id,) = await playground.start(Wanted(task, (strategy,), None))
    return [picture async for picture in playground.follow(run_id)]


@pytest.mark.parametrize(
    ("strategy", "roles"),
    [
        (Strategy.SINGLE, {"single"}),
        (Strategy.SUPERVISOR, {"supervisor", "worker", "critic"}),
        (Strategy.SEQUENTIAL, {"planner", "worker", "inspector"}),
        (Strategy.FANOUT, {"planner", "specialist", "synthesizer"}),
        (Strategy.DEBATE, {"analyst", "judge"}),
    ],
)
async def test_every_pattern_is_drawn_as_its_own_agents_and_ends_with_all_of_them_done(
    services: Services, strategy: Strategy, roles: set[str]
) -> None:
    pictures = await played(Playground(services, "ana"), strategy)
    last = pictures[-1]
    assert {agent["role"] for agent in last["agents"]} == roles
    assert {agent["state"] for agent in last["agents"]} == {"done"}
    assert {arrow["state"] for arrow in last["arrows"]} == {"done"}
    assert last["counters"]["done"] == last["counters"]["all"] == len(last["agents"])
    whole = await show(services.database, last["run_id"])
    assert last["counters"]["cost_usd"] == whole["cost_usd"]
    assert last["counters"]["tokens"] == whole["usage"]["input_tokens"] + whole["usage"]["output_tokens"]
    assert sum(agent["tokens"] for agent in last["agents"]) <= last["counters"]["tokens"]
    assert last["answer"] == whole["answer"]


async def test_every_agent_is_reached_by_an_arrow_and_leads_to_the_answer(services: Services) -> None:
    last = (await played(Playground(services, "ana"), Strategy.SUPERVISOR))[-1]
    ends = {arrow["to"] for arrow in last["arrows"]}
    assert ends == {agent["id"] for agent in last["agents"]} | {"answer"}
    assert [arrow["to"] for arrow in last["arrows"] if arrow["from"] == "question"] == ["supervisor"]
    assert [arrow["from"] for arrow in last["arrows"] if arrow["to"] == "answer"] == ["critic"]


async def test_stages_are_drawn_one_after_the_other(services: Services) -> None:
    last = (await played(Playground(services, "ana"), Strategy.SEQUENTIAL))[-1]
    order = [arrow["to"] for arrow in last["arrows"]][:-1]
    assert order == [agent["id"] for agent in last["agents"]]


async def test_the_words_of_an_agent_are_what_it_reported(services: Services) -> None:
    last = (await played(Playground(services, "ana"), Strategy.SUPERVISOR))[-1]
    reports = {one["subtask_id"]: one["report"] for one in (await show(services.database, last["run_id"]))["subtasks"]}
    workers = [agent for agent in last["agents"] if agent["role"] == "worker"]
    assert [agent["words"] for agent in workers] == [reports[agent["id"]] for agent in workers]
    assert all(agent["words"] for agent in workers)


async def test_the_decision_table_has_a_row_for_each_pattern_that_ran(services: Services) -> None:
    playground = Playground(services, "ana")
    assert await playground.past() == []
    await played(playground, Strategy.SINGLE)
    await played(playground, Strategy.DEBATE)
    rows = {row["strategy"]: row for row in await playground.past()}
    assert list(rows) == [Strategy.SINGLE, Strategy.DEBATE]
    assert rows["single"]["runs"] == rows["single"]["answered"] == 1
    assert rows["debate"]["tokens"] > rows["single"]["tokens"]


async def test_a_budget_is_shared_out_and_no_run_gets_more_than_its_share(services: Services) -> None:
    playground = Playground(services, "ana")
    wanted = Wanted.read({"task": COMPARE, "strategies": ["single", "debate"], "budget_usd": "0.10"})
    run_ids = await playground.start(wanted)
    assert [(await show(services.database, run_id))["budget_usd"] for run_id in run_ids] == ["0.050000"] * 2


async def test_a_model_that_costs_money_needs_a_budget_first(tmp_path: Path) -> None:
    from bot.setup import settings

    configured = settings.load(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'paid.db'}",
        openai_base_url="http://127.0.0.1:9/v1",
        model="gpt-5",
    )
    async with open_services(configured) as services:
        with pytest.raises(AskerError, match="Name a budget first"):
            await Playground(services, "ana").start(Wanted(COMPARE, (Strategy.SINGLE,), None))
        assert await services.runs.list() == []


async def test_a_run_of_somebody_else_is_not_shown(services: Services) -> None:
    from orchestration.values.domain import Conversation, Question

    other = Question("Private?", Conversation("T1", "C1", "1.0"), "U1")
    run, _ = await services.runs.create(other, key="k", budget_nano_usd=1)
    with pytest.raises(AskerError, match="does not belong"):
        [picture async for picture in Playground(services, "ana").follow(run.run_id)]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Write a task"),
        ({"task": "x", "strategies": []}, "at least one pattern"),
        ({"task": "x", "strategies": "single"}, "at least one pattern"),
        ({"task": "x", "strategies": ["single"], "budget_usd": "much"}, "not an amount"),
        ({"task": "x", "strategies": ["single"], "budget_usd": "-1"}, "not an amount"),
        ({"task": "x" * 20_001, "strategies": ["single"]}, "too long"),
    ],
)
def test_what_cannot_be_run_is_refused_with_what_to_write(body: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AskerError, match=sentence):
        Wanted.read(body)
