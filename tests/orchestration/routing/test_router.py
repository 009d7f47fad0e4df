"""From a question to a route: rules, a model where they are unsure, what is what the budget has room for."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from bench import DOLLAR, open_bench

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.routing.router import affordable, choose_route, fitted
from orchestration.values.domain import Conversation, Question, Route, Strategy, Turn
from orchestration.values.limits import Limits
from orchestration.values.ports import ModelCallFailed

DEMO = (
    "Compare FastAPI, Flask, and Django for building a small JSON API. "
    "I want to pick the one with the best developer experience for solo work."
)
UNSURE = "Please give the committee " + "a careful account of whatever the archive holds on the matter " * 4
REPORT = '{"summary": "Nothing was found.", "claims": []}'


def ask(text: str, strategy: Strategy | None = None) -> Question:
    return Question(text, Conversation("T1", "C1", "1.0"), "U1", strategy=strategy)


def priced(route: Route) -> tuple[int, int]:
    """A hundred a worker, ten for one agent alone."""
    cost = 10 if route.strategy is Strategy.SINGLE else 100 * route.subtask_count
    return cost, cost


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (DEMO, 3),
        ("Postgres vs MySQL vs SQLite for a side project", 3),
        ("Which is better for queues: Redis, Kafka or RabbitMQ?", 3),
        ("1. Who maintains Flask?\n2. When was Django released?\n3. What is ASGI?", 3),
    ],
)
def test_independent_parts_go_to_a_supervisor_with_a_worker_each(text: str, parts: int) -> None:
    route = choose_route(ask(text)).route
    assert (Strategy.SUPERVISOR, parts) == (route.strategy, route.subtask_count)


@pytest.mark.parametrize(
    "text", ["What is write-ahead logging in SQLite?", "How do I set a cache header in Django?", "hello", ""]
)
def test_one_line_of_enquiry_stays_with_one_agent(text: str) -> None:
    assert Strategy.SINGLE == choose_route(ask(text)).route.strategy


def test_the_asker_overrides_the_rules_and_the_reason_says_so() -> None:
    route = choose_route(ask(DEMO, Strategy.SINGLE)).route
    assert (Strategy.SINGLE, 1, "asker", "You asked for it.") == (
        route.strategy,
        route.subtask_count,
        route.chosen_by,
        route.reason,
    )


def test_the_reason_names_what_the_rule_saw() -> None:
    assert (
        "FastAPI, Flask and Django can be researched side by side, then compared."
        == choose_route(ask(DEMO)).route.reason
    )


def test_never_more_subtasks_than_a_plan_may_have() -> None:
    text = "Compare " + ", ".join(f"Tool{n}" for n in range(12)) + " and Another"
    assert 4 == choose_route(ask(text)).route.subtask_count


@pytest.mark.parametrize(
    ("text", "document_ids", "parts"),
    [
        ("Should we adopt this? Analyse the document.", ("d_1",), 3),
        ("Should we adopt this? Analyse the document.", (), 2),
        ("Should we adopt this?", ("d_1",), 2),
    ],
)
def test_a_debate_has_two_sides_and_where_a_document_is_analysed_a_worker(
    text: str, document_ids: tuple[str, ...], parts: int
) -> None:
    question = replace(ask(text, Strategy.DEBATE), document_ids=document_ids)
    assert parts == choose_route(question).route.subtask_count


def test_what_models_like_to_make_up_is_read_by_a_critic_too() -> None:
    assert choose_route(ask("What percentage of households had broadband in 2019?")).route.critic
    assert not choose_route(ask("What is an application factory?")).route.critic


def test_a_question_that_says_nothing_brings_a_question_back_and_what_is_assumed() -> None:
    choice = choose_route(ask("compare them"))
    assert ("clarify", Strategy.SINGLE) == (choice.label, choice.route.strategy)
    assert choice.clarify is not None and choice.clarify.endswith("it.")
    assert "does not say what to look into" in choice.route.reason


@pytest.mark.parametrize(
    "known", [{"earlier": (Turn("Flask or Django?", "Flask."),)}, {"document_ids": ("d_1",)}, {"strategy": "single"}]
)
def test_the_thread_a_document_or_a_chosen_strategy_makes_a_short_question_clear(known: dict[str, object]) -> None:
    question = replace(ask("summarise it"), **known)  # type: ignore[arg-type]
    assert choose_route(question).clarify is None


@pytest.mark.parametrize(
    ("left", "strategy", "parts", "words"),
    [
        (None, Strategy.SUPERVISOR, 4, "Parts."),
        (400, Strategy.SUPERVISOR, 4, "Parts."),
        (399, Strategy.SUPERVISOR, 2, "enough for two at once."),
        (199, Strategy.SINGLE, 1, "not enough for supervisor, so one agent does it."),
        (0, Strategy.SINGLE, 1, "not enough for supervisor, so one agent does it."),
    ],
)
def test_a_route_that_does_not_fit_what_is_left_becomes_a_cheaper_one_and_says_so(
    left: int | None, strategy: Strategy, parts: int, words: str
) -> None:
    route = affordable(Route(Strategy.SUPERVISOR, "Parts.", 4), priced, left)
    assert (strategy, parts) == (route.strategy, route.subtask_count)
    assert route.reason.endswith(words)


def test_the_askers_own_strategy_is_never_replaced() -> None:
    choice = fitted(choose_route(ask(DEMO, Strategy.SUPERVISOR)), priced, 0)
    assert (Strategy.SUPERVISOR, 300) == (choice.route.strategy, choice.route.estimate_high_nano_usd)


async def test_a_model_is_asked_where_the_rules_are_unsure_and_its_answer_is_a_step_of_the_run(tmp_path: Path) -> None:
    said = {"strategy": "debate", "reason": "It weighs a decision.", "subtask_count": 9}
    script = {"router": [says(json.dumps(said))], "analyst": [says(REPORT)] * 2}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask(UNSURE, budget=DOLLAR))
    assert ("debate", "It weighs a decision.", "model") == (
        shown["strategy"],
        shown["route"]["reason"],
        shown["route"]["chosen_by"],
    )
    assert "v1/router/chat/1" in [step["step_id"] for step in shown["steps"]]


async def test_sure_rules_ask_no_model(tmp_path: Path) -> None:
    async with ScriptedModel({"single": [says(REPORT)]}) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("What is Flask?"))
    assert ("single", "rules") == (shown["strategy"], shown["route"]["chosen_by"])


@pytest.mark.parametrize(
    "replies",
    [
        [ModelCallFailed("The key is wrong.", billing="none", transient=False)],
        [says("no idea"), says("still none")],
        [says('{"strategy": "guesswork", "reason": "", "subtask_count": 1}')] * 2,
    ],
)
async def test_a_router_that_fails_leaves_the_choice_to_the_rules(tmp_path: Path, replies: list[object]) -> None:
    script = {"router": replies, "single": [says(REPORT)]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:  # type: ignore[arg-type]
        shown = await bench.drive(await bench.ask(UNSURE))
    assert ("single", "rules") == (shown["strategy"], shown["route"]["chosen_by"])


async def test_the_offline_model_is_never_asked_for_a_route(tmp_path: Path) -> None:
    limits = Limits(model="test-model", model_by_role={"router": "offline"})
    async with ScriptedModel({"single": [says(REPORT)]}) as model, open_bench(tmp_path, model, limits=limits) as bench:
        shown = await bench.drive(await bench.ask(UNSURE))
    assert ("single", "rules") == (shown["strategy"], shown["route"]["chosen_by"])


async def test_a_critic_that_the_route_calls_for_reads_the_single_agents_draft(tmp_path: Path) -> None:
    note = {"verdict": "revise", "notes": [{"kind": "unsupported", "text": "Says who?", "subtask_id": "s1"}]}
    script = {"single": [says(REPORT)], "critic": [says(json.dumps(note))]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("How many people use Flask, according to its survey?"))
    assert ("awaiting_review", "single") == (shown["status"], shown["strategy"])
    assert "Says who?" in [n["text"] for n in shown["critiques"][0]["notes"]]


async def test_a_retried_run_still_has_the_critic_that_its_route_called_for(tmp_path: Path) -> None:
    down = ModelCallFailed("The key is wrong.", billing="none", transient=False)
    ship = says('{"verdict": "ship", "notes": []}')
    script = {"single": [down, says(REPORT)], "critic": [ship]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:  # type: ignore[dict-item]
        run_id = await bench.ask("How many people use Flask, according to its survey?")
        assert "error" == (await bench.drive(run_id))["status"]
        await bench.runs.retry(run_id, "U1")
        shown = await bench.drive(run_id)
    assert 1 == len(shown["critiques"])


async def test_a_plan_is_given_the_names_that_the_router_found_also_after_a_failure(tmp_path: Path) -> None:
    down = ModelCallFailed("The key is wrong.", billing="none", transient=False)
    plan = {"subtasks": [{"title": name, "instructions": name} for name in ("Webex", "Meet")]}
    ship = says('{"verdict": "ship", "notes": []}')
    script = {"supervisor": [down, says(json.dumps(plan))], "worker": [says(REPORT)] * 2, "critic": [ship]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:  # type: ignore[arg-type]
        run_id = await bench.ask("Webex versus Meet: captions, dial-in, price")
        await bench.drive(run_id)
        await bench.runs.retry(run_id, "U1")
        await bench.drive(run_id)
    tasks = [json.loads(r.messages[1]["content"]) for r in model.requests if r.agent == "supervisor"]
    assert [["Webex", "Meet"]] * 2 == [task["names"] for task in tasks]


def test_whoever_chooses_the_strategy_the_names_of_its_parts_are_looked_for() -> None:
    route = choose_route(ask("Should we use Flask or Django? Argue it out.", Strategy.SUPERVISOR)).route
    assert (("Flask", "Django"), 2) == (route.names, route.subtask_count)
