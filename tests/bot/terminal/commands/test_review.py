"""Deciding on a run in the terminal: approve, revise, discard, cancel, retry."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer

from bot.bootstrap import open_services
from bot.setup import settings
from storage.engine.driver import DriverLock

QUESTION = "Compare FastAPI and Flask for a small JSON API"


@pytest.fixture
def draft(terminal: Any, library: Path) -> dict[str, Any]:
    """A run with notes that wait for a decision."""
    run: dict[str, Any] = terminal.run("ask", QUESTION, "--json").json
    assert run["status"] == "awaiting_review"
    return run


def test_a_revision_is_worked_on_here_and_approved(terminal: Any, draft: dict[str, Any]) -> None:
    run, note = draft["run_id"], draft["critiques"][0]["notes"][0]["note_id"]
    revised = terminal.run("review", run, "request_revisions", "--note", note.lower(), "--json")
    assert (revised.code, revised.json["draft_version"]) == (0, 2)
    assert revised.json["reviews"][0]["note_ids"] == [note]
    assert "Draft 2 is written." in revised.err

    if revised.json["status"] == "awaiting_review":
        approved = terminal.run("review", run, "approve", "--comment", "Good.", "--json").json
        assert (approved["status"], approved["reviews"][-1]["comment"]) == ("complete", "Good.")
    again = terminal.run("review", run, "approve")
    assert (again.code, again.out) == (2, "")
    assert (
        again.err
        == f"Run {run} is complete and decided. You can still ask for a new version with `request_revisions`.\n"
    )


def test_unknown_notes_are_named(terminal: Any, draft: dict[str, Any]) -> None:
    said = terminal.run("review", draft["run_id"], "request_revisions", "--note", "N99")
    assert said.code == 2
    assert said.err.startswith("There is no note N99: the draft has the notes N1, ")


def test_a_discarded_run_takes_no_further_decision(terminal: Any, draft: dict[str, Any]) -> None:
    run = draft["run_id"]
    assert terminal.run("review", run, "discard").out == f"Discarded. Run {run}.\n"
    for command in (["review", run, "approve"], ["cancel", run], ["retry", run]):
        said = terminal.run(*command)
        assert said.code == 2
        assert said.err.startswith(f"Run {run} is discarded: ")


@pytest.mark.parametrize("command", [["show"], ["review", "approve"], ["cancel"], ["retry"]])
def test_an_unknown_run_is_a_sentence(terminal: Any, command: list[str]) -> None:
    name, *rest = command
    said = terminal.run(name, "r_nowhere", *rest)
    assert (said.code, said.out) == (2, "")
    assert said.err == "There is no run r_nowhere. `threadwork runs` lists them.\n"


async def test_beside_a_driver_a_revision_is_left_to_it(terminal: Any, draft: dict[str, Any]) -> None:
    run = draft["run_id"]
    with DriverLock(terminal.folder / "threadwork.db.lock"):
        said = await asyncio.to_thread(terminal.run, "review", run, "request_revisions", "--comment", "Shorter.")
    assert (said.code, said.out) == (0, "")
    assert "The process that drives this database is working on it." in said.err
    async with open_services(settings.load(None, database_url=terminal.database_url)) as services:
        assert (await services.runs.get(run)).status == "queued"


async def test_retry_of_a_run_whose_process_died_says_who_takes_it_up(terminal: Any, draft: dict[str, Any]) -> None:
    with DriverLock(terminal.folder / "threadwork.db.lock"):
        left = ("review", draft["run_id"], "request_revisions", "--comment", "Shorter.")
        await asyncio.to_thread(terminal.run, *left)
        said = await asyncio.to_thread(terminal.run, "retry", draft["run_id"])
    assert said.code == 2
    assert said.err.endswith("the next `threadwork serve` or `ask` takes it up.\n")


async def test_retry_goes_on_from_what_is_paid_for(terminal: Any, library: Path, model: ModelServer) -> None:
    paused = await asyncio.to_thread(terminal.run, "ask", QUESTION, "--budget", "0.0002")
    assert paused.code == 3
    before = await asyncio.to_thread(terminal.newest_run)
    run, calls = before["run_id"], model.calls("supervisor")
    again = await asyncio.to_thread(terminal.run, "retry", run)
    # The cap is the run's own, so it pauses again; what it had paid for is not asked twice.
    assert again.code == 3
    assert model.calls("supervisor") == calls
