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
    assert "line 1: is no JSON object" in wrong.err


def test_without_a_file_it_is_the_shipped_set_as_a_table(terminal: Any) -> None:
    said = terminal.run("eval", "router", "--half", "held-out")
    assert said.out.splitlines()[0].split()[:5] == ["label", "rows", "precision", "recall", "F1"]
    assert "accuracy 0." in said.out.splitlines()[-1]
    assert 2 == terminal.run("eval", "router", "--half", "third").code


async def test_history_shows_how_each_routes_runs_ended(terminal: Any, library: Any, model: ModelServer) -> None:
    empty = await asyncio.to_thread(terminal.run, "eval", "router", "--history")
    assert ("", "No run has reached a draft yet. `threadwork ask QUESTION` starts one.\n") == (empty.out, empty.err)
    asked = await asyncio.to_thread(terminal.run, "ask", "What is Flask?", "--strategy", "single", "--json")
    said = (await asyncio.to_thread(terminal.run, "eval", "router", "--history", "--json")).json
    (record,) = said["routes"]
    assert ("single", 1, 0) == (record["strategy"], record["runs"], record["approved_at_first_pass"])
    assert record["cost_per_run_usd"] == asked.json["cost_usd"]
    table = await asyncio.to_thread(terminal.run, "eval", "router", "--history")
    assert "approved first time" in table.out and "revision" not in table.out
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
    before, after = found["notes_before"], found["notes_after"]
    assert before == after + 1
    assert "Version 2, by a person for N1: $" in shown.out
    assert f", {before} {'note' if before == 1 else 'notes'} before and {after} after" in shown.out


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


def test_search_is_measured_on_anyones_files(terminal: Any) -> None:
    (terminal.folder / "d.jsonl").write_text(
        '{"id": "a", "title": "Tea", "text": "Tea is steeped."}\n{"id": 2, "title": "Coffee", "text": "It is ground."}'
    )
    questions = terminal.folder / "q.jsonl"
    questions.write_text(
        '{"query": "How is tea made?", "relevant": ["a"]}\n{"query": "coffee", "relevant": [2, "x"]}\n'
    )
    files = ("--file", "q.jsonl", "--library", "d.jsonl")
    said = terminal.run("eval", "retrieval", *files, "--json")
    assert (2, 0.8066, 0.75, 2) == tuple(said.json[k] for k in ("rows", "ndcg_at_10", "recall_at_5", "documents"))
    assert said.json["ms_p50"] <= said.json["ms_p95"]
    assert "1 relevant ids belong to no document" in said.err
    shown = terminal.run("eval", "retrieval", *files, "--misses", "1")
    assert shown.out.splitlines()[:2] == ["0.613  coffee", "2 questions over 2 documents, 2 chunks"]
    questions.write_text('{"query": "tea", "relevant": ["a"]}\n{"query": 1}\n')
    wrong = terminal.run("eval", "retrieval", *files)
    assert (2, "") == (wrong.code, wrong.out)
    assert "q.jsonl, line 2: relevant: Field required" in wrong.err
    assert 2 == terminal.run("eval", "retrieval", "--file", "q.jsonl").code
