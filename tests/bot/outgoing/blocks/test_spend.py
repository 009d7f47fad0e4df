"""Spend, budget and history come from the JSON of the contract."""

import json
from typing import Any

import pytest

from bot.outgoing.blocks.home import home
from bot.outgoing.blocks.spend import budget, history, spend
from bot.simulator.blockkit import message_problems, view_problems


def group(key: str) -> dict[str, Any]:
    return {"key": key, "spent_usd": "0.001250", "runs": 2, "llm_calls": 9, "input_tokens": 1200, "output_tokens": 80}


def report(by: str = "agent", *groups: str, **changes: Any) -> dict[str, Any]:
    return {
        "team_id": "T0DEMO",
        "period": "2026-11",
        "timezone": "UTC",
        "budget_usd": "50.000000",
        "spent_usd": "0.012500",
        "estimated_usd": "0.000000",
        "held_usd": "0.000000",
        "runs": {"total": 3, "approved": 1},
        "groups": [group(key) for key in groups],
        "by": by,
    } | changes


def run(**changes: Any) -> dict[str, Any]:
    facts = {"run_id": "r_1", "question": "Why <!channel>?", "status": "awaiting_review", "strategy": "single"}
    return facts | {"cost_usd": "0.001250", "started_at": "2026-11-21T09:00:00Z"} | changes


def test_spend_shows_total_budget_and_a_row_a_group() -> None:
    message = spend(report("agent", "worker", "critic"), demo=True)
    assert message_problems(message.blocks) == []
    assert message.text == "$0.0125 of $50.00 spent in 2026-11"
    table = next(block for block in message.blocks if block["type"] == "table")
    assert [cell["text"] for cell in table["rows"][1]] == ["worker", "$0.00125", "2", "9", "1,200", "80"]
    assert "nothing is charged" in json.dumps(message.blocks)


@pytest.mark.parametrize(("by", "key", "kind"), [("user", "U0ANA", "user"), ("channel", "C0RESEARCH", "channel")])
def test_people_and_channels_are_shown_by_name(by: str, key: str, kind: str) -> None:
    message = spend(report(by, key))
    assert message_problems(message.blocks) == []
    table = next(block for block in message.blocks if block["type"] == "table")
    assert table["rows"][1][0]["elements"][0]["elements"][0]["type"] == kind


def test_nothing_spent_is_no_empty_table() -> None:
    message = spend(report(spent_usd="0.000000"))
    assert message_problems(message.blocks) == [] and all(block["type"] != "table" for block in message.blocks)


def test_many_groups_point_to_the_command_that_lists_them_all() -> None:
    message = spend(report("user", *(f"U{n}" for n in range(90))))
    assert message_problems(message.blocks) == []
    assert "and 50 more: `threadwork spend --by user`" in json.dumps(message.blocks)


def test_held_and_estimated_amounts_are_named() -> None:
    wire = json.dumps(spend(report(held_usd="0.150000", estimated_usd="0.010000")).blocks)
    assert "$0.15 held by running calls" in wire and "$0.01 of it estimated" in wire


def test_a_team_without_a_limit_has_no_bar() -> None:
    assert spend(report(budget_usd=None)).text == "$0.0125 spent in 2026-11"


def test_the_budget_says_who_can_change_it() -> None:
    message = budget(report(), owners="The admins")
    assert message_problems(message.blocks) == []
    assert "The admins can change it: `/research budget set WHO USD`." in json.dumps(message.blocks)


def test_history_lists_question_status_cost_and_run() -> None:
    message = history([run(), run(run_id="r_2", question="x" * 500)])
    assert message_problems(message.blocks) == []
    wire = json.dumps(message.blocks)
    assert "awaiting review" in wire and "r_1" in wire and "$0.00125" in wire and "<!channel>" not in wire


def test_an_empty_history_says_how_to_begin() -> None:
    assert "Mention me" in history([]).text


@pytest.mark.parametrize("runs", [[], [run(run_id=f"r_{n}") for n in range(30)]])
@pytest.mark.parametrize("shown", [None, report()])
def test_the_home_tab_is_a_valid_view_with_or_without_spend(runs: list[Any], shown: dict[str, Any] | None) -> None:
    view = home(runs, shown, offline=True, demo=True, owners="The admins")
    assert view_problems(view) == []
    assert ("Spend" in json.dumps(view)) is (shown is not None)
