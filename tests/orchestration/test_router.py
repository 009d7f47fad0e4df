import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain import Conversation, Question, Strategy
from orchestration.router import choose_route, entities

DEMO = (
    "Compare FastAPI, Flask, and Django for building a small JSON API. "
    "I want to pick the one with the best developer experience for solo work."
)


def ask(text: str, strategy: Strategy | None = None) -> Question:
    return Question(text, Conversation("T1", "C1", "1.0"), "U1", strategy=strategy)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (DEMO, 3),
        ("Postgres vs MySQL vs SQLite for a side project", 3),
        ("What's the difference between TCP and UDP?", 2),
        ("Which is better for queues: Redis, Kafka or RabbitMQ?", 3),
        ("Should we use Kafka or RabbitMQ?", 2),
        ("Collect release dates for Python, Ruby, Go and Rust", 4),
        ("1. Who maintains Flask?\n2. When was Django released?\n3. What is ASGI?", 3),
        ("What are the five largest cities of France and who are their mayors?", 3),
    ],
)
def test_independent_parts_go_to_a_supervisor_with_a_worker_each(text: str, parts: int) -> None:
    route = choose_route(ask(text))
    assert (Strategy.SUPERVISOR, parts) == (route.strategy, route.subtask_count)


@pytest.mark.parametrize(
    "text",
    [
        "What is write-ahead logging in SQLite?",
        "Who founded the company that built the first transistor radio?",
        "Summarise this paper and criticise its methodology",
        "How do I set a cache header in Django?",
        "hello",
        "",
    ],
)
def test_one_line_of_enquiry_stays_with_one_agent(text: str) -> None:
    assert Strategy.SINGLE == choose_route(ask(text)).strategy


def test_the_asker_overrides_the_rules_and_the_reason_says_so() -> None:
    route = choose_route(ask(DEMO, Strategy.SINGLE))
    assert (Strategy.SINGLE, 1, "asker") == (route.strategy, route.subtask_count, route.chosen_by)


def test_the_reason_names_what_the_rule_saw() -> None:
    assert "FastAPI, Flask and Django can be researched side by side, then compared." == choose_route(ask(DEMO)).reason


def test_never_more_subtasks_than_a_plan_may_have() -> None:
    text = "Compare " + ", ".join(f"Tool{n}" for n in range(12)) + " and Another"
    assert 4 == choose_route(ask(text)).subtask_count


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    assert choose_route(ask(text)).reason


@pytest.mark.parametrize("text", ["a" * 40_000, "compare " * 5_000, "a, " * 13_000, "x vs " * 8_000, "- \n" * 13_000])
def test_hostile_length_costs_no_more_than_a_long_question(text: str) -> None:
    begun = time.process_time()
    choose_route(ask(text))
    assert time.process_time() - begun < 1.0


def test_names_are_cut_where_the_sentence_goes_on() -> None:
    assert ["FastAPI", "Flask", "Django"] == entities("FastAPI, Flask, and Django for building a small JSON API")
