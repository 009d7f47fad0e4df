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
    assert "1 relevant ids are no document's" in said.err
    shown = terminal.run("eval", "retrieval", *files, "--misses", "1")
    assert shown.out.splitlines()[:2] == ["0.613  coffee", "2 questions over 2 documents, 2 chunks"]
    questions.write_text('{"query": "tea", "relevant": ["a"]}\n{"query": 1}\n')
    wrong = terminal.run("eval", "retrieval", *files)
    assert (2, "") == (wrong.code, wrong.out)
    assert "q.jsonl, line 2: relevant: Field required" in wrong.err
    assert 2 == terminal.run("eval", "retrieval", "--file", "q.jsonl").code
