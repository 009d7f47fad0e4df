"""The same journey in a terminal: processes of their own, a model over HTTP, JSON in the contract's shape."""

import asyncio
import csv
import io
import json
import signal
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from model_server import Received, status
from office import Office

QUESTION = "Compare FastAPI and Flask on getting started and licence"
PAGES = {
    "fastapi.md": "# FastAPI\n\n## Getting started\n\nFastAPI is installed with `pip install fastapi`.\n",
    "flask.md": "# Flask\n\n## Getting started\n\nFlask is installed with `pip install Flask`.\n\n"
    "## Licence\n\nFlask has the BSD licence.\n",
}
HEAD = {
    *("run_id", "team_id", "channel_id", "thread_ts", "user_id", "question", "status", "strategy", "route"),
    *("usage", "cost_usd", "estimated_cost_usd", "seconds", "started_at", "ended_at"),
}
RUN = HEAD | {*("subtasks", "answer", "draft_version", "critiques", "reviews", "claims", "sources", "steps")}
PARTS = {
    "subtasks": {"subtask_id", "title", "instructions", "status", "report", "error"},
    "critiques": {"draft_version", "verdict", "notes"},
    "reviews": {"user_id", "decision", "comment", "note_ids", "at"},
    "claims": {"text", "source_id", "quote", "support"},
    "sources": {"source_id", "title", "url", "retrieved_at"},
    "steps": {
        *("step_id", "agent", "operation", "model", "input_tokens", "output_tokens", "cache_read_tokens"),
        *("cost_usd", "estimated", "seconds", "status"),
    },
}


@pytest.fixture
def terminal(office: Office) -> Office:
    """An empty library of its own team, beside the handbook of another one."""
    folder = office.folder / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return office


async def document(office: Office, *arguments: str, code: int = 0) -> Any:
    """What a command prints with --json."""
    said, out, err = await office.terminal(*arguments, "--json")
    assert said == code, err
    assert "Traceback" not in err
    return json.loads(out)


def assert_shape(run: Mapping[str, Any]) -> None:
    assert run.keys() >= RUN, RUN - run.keys()
    assert run["route"].keys() >= {"strategy", "reason", "estimate_usd"}
    low, high = map(Decimal, run["route"]["estimate_usd"])
    assert 0 < low <= high
    assert run["usage"].keys() >= {"input_tokens", "output_tokens", "cache_read_tokens", "llm_calls"}
    for name, keys in PARTS.items():
        assert run[name], name
        assert all(part.keys() >= keys for part in run[name]), name
    notes = [note for critique in run["critiques"] for note in critique["notes"]]
    assert notes and all(note.keys() >= {"note_id", "kind", "text", "subtask_id"} for note in notes)
    assert {claim["support"] for claim in run["claims"]} <= {"quoted", "unquoted", "uncited"}
    assert Decimal(run["cost_usd"]) == sum(Decimal(step["cost_usd"]) for step in run["steps"])
    assert all(isinstance(run[name], str) and run[name].endswith("Z") for name in ("started_at", "ended_at"))


async def test_a_folder_is_asked_about_revised_approved_and_billed(terminal: Office) -> None:
    added = await document(terminal, "docs", "add", "pages")
    assert len(added["added"]) == len((await document(terminal, "docs", "list"))["documents"]) == 2
    found = await document(terminal, "docs", "search", "install Flask")
    assert "pip install Flask" in found["passages"][0]["text"]

    asked = await document(terminal, "ask", QUESTION)
    run_id = asked["run_id"]
    assert_shape(await document(terminal, "review", run_id, "request_revisions", "--note", "N1"))
    shown = await document(terminal, "show", run_id)
    assert_shape(shown)
    assert (shown["status"], shown["draft_version"], shown["strategy"]) == ("awaiting_review", 2, "supervisor")
    assert [critique["draft_version"] for critique in shown["critiques"]] == [1, 2]
    code, out, _ = await terminal.terminal("review", run_id, "approve")
    assert (code, out) == (0, f"Approved. Run {run_id}.\n")
    approved = await document(terminal, "show", run_id)
    assert approved["status"] == "complete"
    assert [review["decision"] for review in approved["reviews"]] == ["request_revisions", "approve"]
    code, _, err = await terminal.terminal("review", run_id, "approve")
    assert code == 2 and run_id in err

    await the_books_agree(terminal, approved)


async def the_books_agree(terminal: Office, run: Mapping[str, Any]) -> None:
    [head] = (await document(terminal, "runs", "--team", "local"))["runs"]
    assert head.keys() >= HEAD and head["cost_usd"] == run["cost_usd"]
    code, out, _ = await terminal.terminal("spend", "--format", "json")
    spend = json.loads(out)
    assert code == 0
    assert spend.keys() >= {
        *("team_id", "period", "timezone", "budget_usd", "spent_usd", "estimated_usd", "held_usd"),
        *("runs", "groups", "by"),
    }
    assert (spend["spent_usd"], spend["held_usd"], spend["runs"]["approved"]) == (run["cost_usd"], "0.000000", 1)
    assert sum(Decimal(group["spent_usd"]) for group in spend["groups"]) == Decimal(run["cost_usd"])
    assert sum(group["llm_calls"] for group in spend["groups"]) == len(terminal.model.received)
    code, out, _ = await terminal.terminal("spend", "--by", "model", "--format", "csv")
    assert [row["model"] for row in csv.DictReader(io.StringIO(out))] == ["test-model"]
    code, out, _ = await terminal.terminal("ledger", "verify")
    assert code == 0 and "match" in out


async def test_budgets_are_set_listed_enforced_and_removed(terminal: Office) -> None:
    assert (await terminal.terminal("budget", "set", "team:local", "0.0001"))[0] == 0
    budgets = (await document(terminal, "budget", "list"))["budgets"]
    assert [(row["scope"], row["limit_usd"], row["period"]) for row in budgets] == [("team:local", "0.000100", "month")]
    paused = await document(terminal, "ask", "When was Flask first released?", code=3)
    assert (paused["status"], paused["cost_usd"], terminal.model.received) == ("paused", "0.000000", [])
    assert (await terminal.terminal("budget", "remove", "team:local"))[0] == 0
    assert (await document(terminal, "retry", paused["run_id"]))["status"] == "complete"


async def test_exit_codes_say_how_it_ended(terminal: Office) -> None:
    terminal.model.faults["single"].extend([status(401)] * 3)
    assert (await terminal.terminal("ask", "What is Flask?"))[0] == 1
    wrong = [
        ("ask", ""),
        ("ask", QUESTION, "--strategy", "quick"),
        ("show", "r_nowhere"),
        ("budget", "set", "nobody", "1"),
        ("docs", "remove", "d_nowhere"),
        ("dance",),
    ]
    said = await asyncio.gather(*(terminal.terminal(*arguments) for arguments in wrong))
    assert [code for code, _, _ in said] == [2] * len(wrong), said
    assert all(out == "" and err and "Traceback" not in err for _, out, err in said)
    assert (await terminal.terminal("ask", QUESTION, "--budget", "0.0000001"))[0] == 3


async def test_ctrl_c_ends_the_command_and_keeps_what_was_paid_for(terminal: Office) -> None:
    asked = asyncio.Event()

    async def hold(received: Received) -> None:
        if received.agent == "worker":
            asked.set()
            await asyncio.Event().wait()

    terminal.model.before_reply = hold
    asking = terminal.start("ask", QUESTION)
    await asyncio.wait_for(asked.wait(), 60)
    asking.send_signal(signal.SIGINT)
    code, _, err = await asyncio.to_thread(asking.communicate)
    assert code == 130
    assert "threadwork retry r_" in err and "Traceback" not in err
    terminal.model.before_reply = None
    [run] = (await document(terminal, "runs"))["runs"]
    assert run["status"] == "cancelled"
    again = await document(terminal, "retry", run["run_id"])
    assert again["status"] in ("awaiting_review", "complete")
    assert terminal.model.calls("supervisor") == 1
    assert (await terminal.terminal("ledger", "verify"))[0] == 0
