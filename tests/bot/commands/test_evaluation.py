"""`threadwork eval` from the terminal."""

import asyncio
from typing import Any

from model_server import ModelServer


def test_routing_is_measured_on_anyones_file(terminal: Any) -> None:
    file = terminal.folder / "mine.jsonl"
    file.write_text('{"question": "Redis or Memcached?", "label": "supervisor"}\n', encoding="utf-8")
    said = terminal.run("eval", "router", "--file", "mine.jsonl", "--json").json
    assert (1, 1.0, 1.0) == (said["rows"], said["accuracy"], said["macro_f1"])
    assert {"supervisor": {"supervisor": 1}} == said["confusion"]
    file.write_text("[]", encoding="utf-8")
    wrong = terminal.run("eval", "router", "--file", "mine.jsonl")
    assert (2, "") == (wrong.code, wrong.out)
    assert "line 1: is not a row" in wrong.err


def test_without_a_file_it_is_the_shipped_set_as_a_table(terminal: Any) -> None:
    said = terminal.run("eval", "router", "--half", "held-out")
    assert said.out.splitlines()[0].split()[:5] == ["label", "rows", "precision", "recall", "F1"]
    assert "accuracy 0." in said.out.splitlines()[-1]
    assert 2 == terminal.run("eval", "router", "--half", "third").code


async def test_history_shows_how_each_routes_runs_ended(terminal: Any, library: Any, model: ModelServer) -> None:
    empty = await asyncio.to_thread(terminal.run, "eval", "router", "--history")
    assert ("", "No run has come to a draft yet. `threadwork ask QUESTION` starts one.\n") == (empty.out, empty.err)
    asked = await asyncio.to_thread(terminal.run, "ask", "What is Flask?", "--strategy", "single", "--json")
    said = (await asyncio.to_thread(terminal.run, "eval", "router", "--history", "--json")).json
    (record,) = said["routes"]
    assert ("single", 1, 0) == (record["strategy"], record["runs"], record["approved_at_first_pass"])
    assert record["cost_per_run_usd"] == asked.json["cost_usd"]
    table = await asyncio.to_thread(terminal.run, "eval", "router", "--history")
    assert "approved at first pass" in table.out


def test_claims_are_checked_on_anyones_file(terminal: Any) -> None:
    file = terminal.folder / "mine.jsonl"
    file.write_text('{"claim": "Flask is small.", "evidence": ["Flask is small."], "label": "supported"}\n')
    said = terminal.run("eval", "claims", "--file", "mine.jsonl", "--json").json
    assert ({"supported": 0.0}, {"supported": 1}) == (said["flagged"], said["rows"])
    file.write_text("[]", encoding="utf-8")
    wrong = terminal.run("eval", "claims", "--file", "mine.jsonl")
    assert (2, "") == (wrong.code, wrong.out)
    assert "line 1: is no JSON object" in wrong.err
    assert terminal.run("eval", "claims", "--half", "tune").out.splitlines()[0].split()[:3] == [
        "label",
        "rows",
        "flagged",
    ]
