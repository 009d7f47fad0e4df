"""`threadwork eval strategies` from the terminal."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pytest
from model_server import Gate, ModelServer

from orchestration.values.domain import Strategy

TASKS = (
    '{"id": "port", "kind": "fact", "question": "On which port does Flask\'s local server run?",'
    ' "expects": [{"any_of": ["5000"], "quoted": true}]}',
    '{"id": "trench", "kind": "absent", "question": "How deep is the Mariana Trench?"}',
    '{"id": "wrong", "kind": "fact", "question": "Until when does Django 5.2 get security updates?",'
    ' "expects": [{"any_of": ["April 1828"]}]}',
)
EVAL = ("eval", "strategies", "--suite", "tasks.jsonl", "--strategies", "supervisor")


@pytest.fixture
def suite(terminal: Any) -> Path:
    path: Path = terminal.folder / "tasks.jsonl"
    path.write_text("\n".join(TASKS), encoding="utf-8")
    return path


def test_the_table_names_every_strategy_with_latency_cost_and_accuracy(terminal: Any, suite: Path) -> None:
    said = terminal.run(*EVAL[:4])
    head, _, columns, *rows = said.out.splitlines()
    assert (0, "offline · 3 tasks of tasks.jsonl · 15 runs") == (said.code, head)
    assert columns.startswith("strategy    tasks")
    assert columns.split()[2:4] == ["p50", "p95"]
    assert [row.split()[0] for row in rows[:5]] == list(Strategy)
    assert rows[0].split()[-6:] == ["$0.000000", "66.7%", "20.8%", "to", "93.9%", "baseline"]
    assert rows[1].endswith("+0 −0")
    assert "offline: 15 of 15 runs to do.\n" == said.err


def test_as_json_every_run_is_there_with_what_is_wrong_in_its_answer(terminal: Any, suite: Path) -> None:
    shown = terminal.run(*EVAL, "--runs", "2", "--format", "json").json
    assert ("offline", 2, {"wanted": 12, "done": 12, "counted": 12}, None) == (
        shown["model"],
        shown["runs_per_task"],
        shown["runs"],
        shown["stopped"],
    )
    assert [("single", True), ("supervisor", False)] == [(s["strategy"], s["baseline"]) for s in shown["strategies"]]
    single = shown["strategies"][0]
    assert (3, 6, 0.6667, "0.000000") == tuple(single[n] for n in ("tasks", "runs", "accuracy", "cost_per_task_usd"))
    assert single["accuracy_95"] == [0.2077, 0.9385]
    assert {"right": 2, "runs": 4} == single["kinds"]["fact"]
    wrong = [result for result in shown["results"] if not result["right"]]
    assert {("wrong", "lacks 'April 1828'")} == {(r["task_id"], *r["faults"]) for r in wrong}


def test_the_picture_is_a_png_file(terminal: Any, suite: Path) -> None:
    said = terminal.run(*EVAL, "--format", "png", "--output", "table.png")
    assert (0, "") == (said.code, said.out)
    assert (terminal.folder / "table.png").read_bytes().startswith(b"\x89PNG")
    nowhere = terminal.run(*EVAL, "--format", "png", "--output", "no/table.png")
    assert 2 == nowhere.code
    assert "no/table.png cannot be written" in nowhere.err


def test_a_bad_suite_option_or_model_is_one_sentence(terminal: Any, suite: Path) -> None:
    suite.write_text(f"{TASKS[0]}\n{{}}\n", encoding="utf-8")
    for arguments, sentence in (
        (EVAL, "tasks.jsonl, line 2: id: Field required."),
        (("eval", "strategies", "--strategies", "swarm"), "--strategies: 'swarm' is not a strategy."),
        (("eval", "strategies", "--model", "gpt"), "--model gpt: there is no endpoint."),
        (("eval", "strategies", "--budget", "lots"), "--budget: lots is not an amount"),
        (("eval", "strategies", "--library", "gone"), "gone has no documents to search."),
    ):
        said = terminal.run(*arguments)
        assert (2, "") == (said.code, said.out)
        assert sentence in said.err


def test_documents_of_a_task_are_there_for_its_run_alone(terminal: Any, suite: Path) -> None:
    (terminal.folder / "memo.md").write_text("# Memo\n\nThe lighthouse keeper orders 4711 lamps.\n", encoding="utf-8")
    task = {"question": "How many lamps does the lighthouse keeper order?", "kind": "document"}
    with_it = task | {"id": "with", "documents": ["memo.md"], "expects": [{"any_of": ["4711"], "quoted": True}]}
    without = task | {"id": "without", "kind": "absent"}
    suite.write_text(f"{json.dumps(with_it)}\n{json.dumps(without)}\n", encoding="utf-8")
    shown = terminal.run(*EVAL, "--format", "json").json
    assert [[]] * 4 == [result["faults"] for result in shown["results"]]
    suite.write_text(json.dumps(with_it | {"documents": ["gone.md"]}), encoding="utf-8")
    lost = terminal.run(*EVAL)
    assert 2 == lost.code
    assert "there is no document gone.md" in lost.err


async def test_killed_it_goes_on_and_pays_again_only_for_the_call_in_flight(
    terminal: Any, suite: Path, model: ModelServer
) -> None:
    whole = await asyncio.to_thread(terminal.run, *EVAL, "--database", "other.db", "--format", "json")
    calls = len(model.received)
    model.received.clear()
    gate = Gate("worker")
    model.before_reply = gate
    process = terminal.start(*EVAL)
    await gate.reached()
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.communicate)
    gate.opened.set()
    model.before_reply = None
    in_flight = model.calls("worker")
    resumed = await asyncio.to_thread(terminal.run, *EVAL, "--format", "json")
    assert 0 == resumed.code
    assert "of 6 runs to do" in resumed.err and " are already done." in resumed.err
    assert calls + in_flight == len(model.received)
    again = await asyncio.to_thread(terminal.run, *EVAL, "--format", "json")
    assert calls + in_flight == len(model.received)
    assert "0 of 6 runs to do. 6 are already done." in again.err
    assert [r["right"] for r in whole.json["results"]] == [r["right"] for r in again.json["results"]]


async def test_ctrl_c_says_how_far_it_came_and_the_next_call_pays_for_nothing_twice(
    terminal: Any, suite: Path, model: ModelServer
) -> None:
    gate = Gate("critic")
    model.before_reply = gate
    process = terminal.start(*EVAL)
    await gate.reached()
    process.send_signal(signal.SIGINT)
    # Before the reply that it waits for is there: or else another run would be done.
    said = await asyncio.to_thread(next, (line for line in process.stderr if b"Stopping" in line))
    gate.opened.set()
    code, _, _ = await asyncio.to_thread(process.communicate)
    assert 130 == code
    assert b"Stopping. 1 of 6 runs are done; the same command continues from there." in said
    begun = model.received[-1].run_id
    resumed = await asyncio.to_thread(terminal.run, *EVAL, "--format", "json")
    assert {"wanted": 6, "done": 6, "counted": 6} == resumed.json["runs"]
    assert 1 == sum(received.run_id == begun and received.agent == "critic" for received in model.received)


async def test_the_budget_stops_it_before_a_run_that_may_not_fit_and_a_higher_one_goes_on(
    terminal: Any, suite: Path, model: ModelServer
) -> None:
    capped = await asyncio.to_thread(terminal.run, *EVAL, "--budget", "0.014", "--format", "json")
    assert 3 == capped.code
    assert {"wanted": 6, "done": 1, "counted": 0} == capped.json["runs"]
    assert [] == capped.json["strategies"]
    assert (
        "Stopped by the budget. $0.01" in capped.err
        and "The same command with a higher budget continues." in capped.err
    )
    assert capped.json["stopped"].endswith(".")
    paid = len(model.received)
    same = await asyncio.to_thread(terminal.run, *EVAL, "--budget", "0.014", "--format", "json")
    assert (3, paid) == (same.code, len(model.received))
    more = await asyncio.to_thread(terminal.run, *EVAL, "--budget", "1", "--format", "json")
    assert (0, {"wanted": 6, "done": 6, "counted": 6}) == (more.code, more.json["runs"])
    first = model.received[0].run_id
    assert paid == sum(received.run_id == first for received in model.received)
    costs = {row["strategy"]: float(row["cost_per_task_usd"]) for row in more.json["strategies"]}
    assert 0 < costs["single"] < costs["supervisor"]


async def test_a_run_at_its_own_cap_counts_as_failed_and_wrong(terminal: Any, suite: Path, model: ModelServer) -> None:
    terminal.settings["THREADWORK_RUN_BUDGET_USD"] = "0.000001"
    said = await asyncio.to_thread(terminal.run, *EVAL, "--format", "json")
    assert (0, []) == (said.code, model.received)
    assert {"paused"} == {result["status"] for result in said.json["results"]}
    assert [(3, 0.0), (3, 0.0)] == [(row["failed"], row["accuracy"]) for row in said.json["strategies"]]


def test_failed_runs_count_as_wrong_until_they_are_retried(terminal: Any, suite: Path) -> None:
    terminal.settings |= {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "THREADWORK_MODEL": "m"}
    terminal.settings |= {"THREADWORK_PRICES": str(prices(terminal.folder)), "THREADWORK_RUN_SECONDS": "30"}
    suite.write_text(TASKS[1], encoding="utf-8")
    failed = terminal.run(*EVAL, "--strategies", "single", "--format", "json")
    assert ("error", False) == tuple(failed.json["results"][0][name] for name in ("status", "right"))
    counted = terminal.run(*EVAL, "--strategies", "single", "--format", "json")
    assert "0 of 1 runs to do" in counted.err
    again = terminal.run(*EVAL, "--strategies", "single", "--retry-failed")
    assert "1 of 1 runs to do" in again.err


def prices(folder: Path) -> Path:
    path = folder / "prices.toml"
    path.write_text('[models."m"]\ninput_usd_per_million = 0\noutput_usd_per_million = 0\n', encoding="utf-8")
    return path


async def test_a_run_that_the_evaluations_budget_cuts_short_is_not_counted_and_goes_on(
    terminal: Any, suite: Path, model: ModelServer
) -> None:
    # The hold of one call is dearer than the whole run was expected to be.
    terminal.settings["THREADWORK_MAX_OUTPUT_TOKENS"] = "100000"
    capped = await asyncio.to_thread(terminal.run, *EVAL, "--budget", "0.1", "--format", "json")
    assert (3, [], []) == (capped.code, capped.json["results"], model.received)
    assert capped.json["stopped"].startswith("$0.10 of it is left, and a call of run r_")
    more = await asyncio.to_thread(terminal.run, *EVAL, "--budget", "2", "--format", "json")
    assert (0, {"wanted": 6, "done": 6, "counted": 6}) == (more.code, more.json["runs"])
    assert {"paused"}.isdisjoint(result["status"] for result in more.json["results"])


async def test_a_second_evaluation_on_the_same_file_waits_its_turn_and_starts_nothing_of_the_first(
    terminal: Any, suite: Path, model: ModelServer
) -> None:
    gate = Gate("single")
    model.before_reply = gate
    process = terminal.start(*EVAL)
    await gate.reached()
    beside = await asyncio.to_thread(terminal.run, *EVAL)
    assert 2 == beside.code
    assert "Another evaluation is using .threadwork-eval.db." in beside.err
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.communicate)
    gate.opened.set()
    model.received.clear()
    free = await asyncio.to_thread(terminal.run, *EVAL, "--model", "offline", "--format", "json")
    assert ("offline", {"wanted": 6, "done": 6, "counted": 6}) == (free.json["model"], free.json["runs"])
    assert [] == model.received
