"""The consent ladder on the bench: a dear run asks before it spends, goes on as answered, and never asks twice."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench import CENT, PRICE, Bench, open_bench

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.money.prices import FREE, Prices
from orchestration.run.consent import AS_IT_IS, chosen, options_in
from orchestration.run.research import Research
from orchestration.strategies.way import CRITIC_CALLS, Calls
from orchestration.values.domain import Conversation, Question, Strategy, Usage
from orchestration.values.events import RouteChosen
from orchestration.values.inquiry import (
    Choice,
    ClarificationGiven,
    ConsentAsked,
    ConsentGiven,
    EarlierEstimates,
    Escalated,
    EscalationOffered,
)
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, PastRuns, ToolCall
from orchestration.values.roles import Role
from storage.runs.answers import Answers
from storage.runs.events import Events

ASKS = Limits(model="test-model", ask_above_nano_usd=1)
COMPARISON = "Flask vs Django: when were they released?"
SHIP = says('{"verdict": "ship", "notes": []}')


def searches(query: str) -> Completion:
    call = ToolCall("c1", "search_docs", json.dumps({"query": query}))
    return Completion("", (call,), "tool_calls", usage=Usage(100, 20))


def works(request: ChatRequest) -> Completion:
    """Searches once, then reports with the passage that came first."""
    found = [json.loads(m["content"]) for m in request.messages if m["role"] == "tool"]
    if not found:
        return searches("released")
    passage = found[0]["passages"][0]
    quote = passage["text"].split(". ")[0]
    claims = [{"text": quote, "source_id": passage["source_id"], "quote": quote}]
    return says(json.dumps({"summary": f"{quote} [{passage['source_id']}]", "claims": claims}))


def plans(*titles: str) -> Completion:
    subtasks = [{"title": title, "instructions": f"Find out when {title} appeared."} for title in titles]
    return says(json.dumps({"subtasks": subtasks}))


def a_team() -> dict[str, list[Any]]:
    return {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [SHIP]}


def answers(bench: Bench) -> Answers:
    return Answers(bench.database, bench.services.clock)


class Past:
    """Runs of a supervisor that cost what they cost, whatever the database holds."""

    async def runs(self) -> dict[Strategy, PastRuns]:
        return {Strategy.SUPERVISOR: PastRuns(34, (CENT, 2 * CENT), (1.0, 9.0), 27, 0.18)}


async def told(bench: Bench, run_id: str, kind: type) -> list[Any]:
    return [s.event for s in await Events(bench.database).of(run_id) if isinstance(s.event, kind)]


async def consent(bench: Bench, run_id: str, choice: Choice, strategy: Strategy | None = None) -> bool:
    asked = (await told(bench, run_id, ConsentAsked))[-1]
    offer = chosen(asked, choice, strategy)
    assert offer is not None
    return await answers(bench).give(run_id, ConsentGiven(asked.epoch, choice, offer.route, "U1"))


async def test_a_dear_route_asks_before_anything_is_spent(tmp_path: Path) -> None:
    async with ScriptedModel({}) as model, open_bench(tmp_path, model, limits=ASKS) as bench:
        run_id = await bench.ask(COMPARISON)
        shown = await bench.drive(run_id)
        assert await bench.drive(run_id) == shown, "a run that waits is not driven"
        (asked,) = await told(bench, run_id, ConsentAsked)
    assert ("awaiting_input", "supervisor", "0.000000") == (shown["status"], shown["strategy"], shown["cost_usd"])
    assert [] == model.requests
    costs = [other.route.estimate_high_nano_usd for other in asked.alternatives]
    assert costs == sorted(costs) and Strategy.SINGLE is asked.alternatives[0].route.strategy
    assert asked.offer.low_seconds < asked.offer.high_seconds
    assert (Strategy.SINGLE, 4) == (asked.cheaper.route.strategy, asked.deeper.route.subtask_count)


async def test_a_route_that_starts_at_once_tells_what_the_others_would_cost(tmp_path: Path) -> None:
    async with ScriptedModel(a_team()) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask(COMPARISON)
        await bench.drive(run_id)
        (routed,) = await told(bench, run_id, RouteChosen)
    others = {offer.route.strategy for offer in routed.others}
    assert set(Strategy) - {routed.route.strategy} == others
    assert all(offer.route.estimate_high_nano_usd for offer in routed.others)


async def test_nothing_is_called_cheaper_that_is_not(tmp_path: Path) -> None:
    limits = Limits(model="test-model", ask_above_nano_usd=0)
    async with ScriptedModel({}) as model, open_bench(tmp_path, model, limits=limits) as bench:
        for question in ("When was Flask released?", PRONE):
            await bench.drive(await bench.ask(question))
        alone, with_critic = [
            (await told(bench, run_id, ConsentAsked))[0]
            for run_id in sorted(head.run.run_id for head in await bench.runs.list())
        ]
    assert alone.cheaper is None and Strategy.SUPERVISOR is alone.deeper.route.strategy
    assert with_critic.offer.route.critic and not with_critic.cheaper.route.critic


async def test_where_all_is_free_there_is_still_a_smaller_and_a_larger_team(tmp_path: Path) -> None:
    limits = Limits(model="offline", ask_above_nano_usd=0)
    async with ScriptedModel({}) as model, open_bench(tmp_path, model, limits=limits) as bench:
        run_id = await bench.ask(COMPARISON)
        free = Research(replace(bench.services, prices=Prices({"offline": FREE})))
        await free.drive(run_id)
        (asked,) = await told(bench, run_id, ConsentAsked)
    assert (Strategy.SINGLE, 4) == (asked.cheaper.route.strategy, asked.deeper.route.subtask_count)


async def test_once_agreed_it_goes_on_without_asking_again(tmp_path: Path) -> None:
    async with ScriptedModel(a_team()) as model, open_bench(tmp_path, model, limits=ASKS) as bench:
        run_id = await bench.ask(COMPARISON)
        await bench.drive(run_id)
        assert await consent(bench, run_id, Choice.START)
        shown = await bench.drive(run_id)
        assert (await bench.ledger.verify()).ok
    assert ("complete", "supervisor", 6) == (shown["status"], shown["strategy"], shown["usage"]["llm_calls"])
    assert ["start"] == [asked["answer"]["choice"] for asked in shown["consents"]]
    assert shown["events"][-1]["type"] == "RunCompleted"


async def test_the_cheaper_way_is_the_way_that_is_gone(tmp_path: Path) -> None:
    async with ScriptedModel({"single": [works] * 2}) as model, open_bench(tmp_path, model, limits=ASKS) as bench:
        run_id = await bench.ask(COMPARISON)
        await bench.drive(run_id)
        assert await consent(bench, run_id, Choice.CHANGE, Strategy.SINGLE)
        shown = await bench.drive(run_id)
    assert ("complete", "single", "asker") == (shown["status"], shown["strategy"], shown["route"]["chosen_by"])


async def test_a_crash_after_the_answer_pays_nothing_twice_and_does_not_ask_again(tmp_path: Path) -> None:
    reached = asyncio.Event()

    class Hanging(ScriptedModel):
        async def complete(self, request: ChatRequest) -> Completion:
            if request.agent == "worker":
                reached.set()
                await asyncio.sleep(60)
            return await super().complete(request)

    async with open_bench(tmp_path, ScriptedModel({}), limits=ASKS) as bench:
        run_id = await bench.ask(COMPARISON)
        await bench.drive(run_id)
        await consent(bench, run_id, Choice.START)
        killed = asyncio.create_task(
            bench.with_model(Hanging({"supervisor": [plans("Flask", "Django")]})).drive(run_id)
        )
        await reached.wait()
        killed.cancel()
        with pytest.raises(asyncio.CancelledError):
            await killed
        async with ScriptedModel({"worker": [works] * 4, "critic": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ("complete", 1) == (shown["status"], len(shown["consents"]))


async def test_who_names_strategy_and_budget_has_agreed_to_both(tmp_path: Path) -> None:
    async with ScriptedModel({"single": [works] * 2}) as model, open_bench(tmp_path, model, limits=ASKS) as bench:
        statuses = []
        for own in (None, 50 * CENT):
            place = Conversation("T1", "C1", f"{own}")
            question = Question("When was Flask released?", place, "U1", strategy=Strategy.SINGLE, budget_nano_usd=own)
            run, _ = await bench.runs.create(question, key=f"{own}", budget_nano_usd=100 * CENT)
            statuses.append((await bench.drive(run.run_id))["status"])
    assert ["awaiting_input", "complete"] == statuses


@pytest.mark.parametrize(("limit", "calls", "status"), [(0, 0, "awaiting_input"), (25 * CENT, 2, "complete")])
async def test_zero_asks_always_and_a_cheap_route_never(tmp_path: Path, limit: int, calls: int, status: str) -> None:
    limits = Limits(model="test-model", ask_above_nano_usd=limit)
    async with ScriptedModel({"single": [works] * calls}) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await bench.drive(await bench.ask("When was Flask released?"))
    assert status == shown["status"]


async def test_what_cannot_be_known_is_asked_back_once_and_becomes_part_of_the_question(tmp_path: Path) -> None:
    async with ScriptedModel({"single": [works] * 2}) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask("Look into it, please")
        shown = await bench.drive(run_id)
        assert ("awaiting_input", None, []) == (shown["status"], shown["strategy"], model.requests)
        (asked,) = shown["consents"]
        assert asked["options"][-1] == AS_IT_IS
        assert await answers(bench).give(run_id, ClarificationGiven(1, "When was Flask released?", "U1"))
        shown = await bench.drive(run_id)
        task = json.loads(model.requests[0].messages[1]["content"])
    assert ("complete", "Look into it, please", 1) == (shown["status"], shown["question"], len(shown["consents"]))
    assert "Look into it, please" in task["question"] and "When was Flask released?" in task["question"]


async def test_an_answer_that_says_nothing_either_is_not_asked_about_again(tmp_path: Path) -> None:
    async with ScriptedModel({"single": [works] * 2}) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask("Look into it, please")
        await bench.drive(run_id)
        await answers(bench).give(run_id, ClarificationGiven(1, AS_IT_IS, "U1"))
        shown = await bench.drive(run_id)
        task = json.loads(model.requests[0].messages[1]["content"])
    assert ("complete", 1, "Look into it, please") == (shown["status"], len(shown["consents"]), task["question"])


async def test_a_clarified_question_may_still_ask_for_its_price(tmp_path: Path) -> None:
    async with ScriptedModel({}) as model, open_bench(tmp_path, model, limits=ASKS) as bench:
        run_id = await bench.ask("Look into it, please")
        await bench.drive(run_id)
        await answers(bench).give(run_id, ClarificationGiven(1, COMPARISON, "U1"))
        shown = await bench.drive(run_id)
    assert ["clarification", "price"] == [asked["kind"] for asked in shown["consents"]]
    assert ("awaiting_input", "supervisor") == (shown["status"], shown["strategy"])


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("Do you mean the language or the snake?", ("language", "snake")),
        ("Is it about Q1, Q2, or Q3?", ("Q1", "Q2", "Q3")),
        ("Which market, Spain or Portugal?", ("Spain", "Portugal")),
        ("What should I look into?", ()),
        ("Do you mean a, b, c, d or e?", ()),
    ],
)
def test_a_question_back_that_names_its_answers_offers_them(question: str, options: tuple[str, ...]) -> None:
    assert options == options_in(question)


MISSING = '{"verdict":"revise","notes":[{"kind":"missing","text":"Nothing on Django.","subtask_id":"s1"}]}'
PRONE = "How many users did Flask have, with sources?"


def missing(*texts: str) -> Completion:
    notes = [{"kind": "missing", "text": text, "subtask_id": "s1"} for text in texts]
    return says(json.dumps({"verdict": "revise", "notes": notes}))


@pytest.mark.parametrize(
    ("gaps", "workers"),
    [
        (["Nothing on Django."], 1),
        (["Nothing on Django.", "Nothing on Bottle.", "Its users are not counted."], 3),
        ([f"Nothing on {name}." for name in ("Bottle", "Falcon", "Tornado", "Sanic", "Quart", "Pyramid")], 4),
    ],
)
async def test_where_one_agent_leaves_a_gap_just_the_workers_are_offered_that_a_yes_starts(
    tmp_path: Path, gaps: list[str], workers: int
) -> None:
    first: dict[str, list[Any]] = {"single": [works] * 2, "critic": [missing(*gaps)]}
    more: dict[str, list[Any]] = {"worker": [works] * (2 * workers), "critic": [SHIP]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask(PRONE)
        async with ScriptedModel(first) as model:
            await bench.with_model(model).drive(run_id)
        (offered,) = await told(bench, run_id, EscalationOffered)
        route = offered.offer.route
        assert ("supervisor", workers) == (route.strategy, route.subtask_count)
        calls = [Calls(Role.WORKER, 2 * workers, 4 * workers, (1200, 5000), (150, 700)), CRITIC_CALLS]
        low = sum(c.low * PRICE.cost(Usage(c.input_tokens[0], c.output_tokens[0])) for c in calls)
        high = sum(c.high * PRICE.cost(Usage(c.input_tokens[1], c.output_tokens[1])) for c in calls)
        assert (low, high) == (route.estimate_low_nano_usd, route.estimate_high_nano_usd)
        before = await bench.show(run_id)
        assert await answers(bench).escalate(run_id, Escalated(1, offered.offer.route, "U1"))
        async with ScriptedModel(more) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ("awaiting_review", "complete") == (before["status"], shown["status"])
    assert ("supervisor", 2, 1 + workers) == (shown["strategy"], shown["draft_version"], len(shown["subtasks"]))
    asked = "\n".join(subtask["instructions"] for subtask in shown["subtasks"][1:])
    assert sorted(gaps) == sorted(asked.splitlines())
    assert before["answer"].split(" [")[0] in shown["answer"]
    assert ["worker"] * (2 * workers) + ["critic"] == [r.agent for r in model.requests]


async def test_a_team_or_another_kind_of_note_brings_no_offer(tmp_path: Path) -> None:
    vague = says(MISSING.replace("missing", "vague"))
    script = a_team() | {"critic": [says(MISSING)]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        team, alone = await bench.ask(COMPARISON), await bench.ask(PRONE)
        async with ScriptedModel(script) as model:
            await bench.with_model(model).drive(team)
        async with ScriptedModel({"single": [works] * 2, "critic": [vague]}) as model:
            await bench.with_model(model).drive(alone)
        assert [] == await told(bench, team, EscalationOffered) + await told(bench, alone, EscalationOffered)


async def test_a_route_is_announced_with_what_earlier_estimates_were_worth(tmp_path: Path) -> None:
    async with ScriptedModel(a_team()) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask(COMPARISON)
        await Research(replace(bench.services, past=Past())).drive(run_id)
        (chosen,) = await told(bench, run_id, RouteChosen)
    assert EarlierEstimates(34, 27, 0.18) == chosen.earlier
    assert {None} == {offer.earlier for offer in chosen.others}


async def test_a_price_that_is_asked_about_says_what_earlier_ones_were_worth(tmp_path: Path) -> None:
    async with ScriptedModel({}) as model, open_bench(tmp_path, model, limits=ASKS) as bench:
        run_id = await bench.ask(COMPARISON)
        await Research(replace(bench.services, past=Past())).drive(run_id)
        (asked,) = await told(bench, run_id, ConsentAsked)
    assert EarlierEstimates(34, 27, 0.18) == asked.offer.earlier
