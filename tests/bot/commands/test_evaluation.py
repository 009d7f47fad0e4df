"""`threadwork eval` from the terminal."""

import asyncio
import json
from typing import Any

from model_server import ModelServer

SHIP = '{"verdict": "ship", "notes": []}'


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
    assert "approved at first pass" in table.out and "revision" not in table.out
    assert {"revisions": 0, "compared": 0, "fewer_notes": 0, "cost_usd": "0.000000"} == said["revisions"]


async def test_history_shows_what_revisions_cost_and_whether_the_notes_became_fewer(
    terminal: Any, library: Any, model: ModelServer
) -> None:
    note = {"kind": "vague", "text": "Which one?", "subtask_id": "s1"}
    model.replies["critic"].extend([json.dumps({"verdict": "revise", "notes": [note]}), SHIP])
    question = ("ask", "Compare Flask and Django", "--strategy", "supervisor", "--json")
    run_id = (await asyncio.to_thread(terminal.run, *question)).json["run_id"]
    revised = await asyncio.to_thread(terminal.run, "review", run_id, "request_revisions", "--note", "N1", "--json")
    (found,) = revised.json["rounds"]
    table = await asyncio.to_thread(terminal.run, "eval", "router", "--history")
    assert "1 revision, $" in table.out and "the critic had fewer notes after 1 of 1" in table.out
    said = (await asyncio.to_thread(terminal.run, "eval", "router", "--history", "--json")).json
    assert (1, 1, 1, found["cost_usd"]) == tuple(said["revisions"].values())
    shown = await asyncio.to_thread(terminal.run, "show", run_id)
    assert "Version 2, by a person for N1: $" in shown.out and ", 1 note before and 0 after" in shown.out


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
