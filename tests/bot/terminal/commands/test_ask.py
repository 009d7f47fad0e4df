"""`threadwork ask`: alone, beside another driver, interrupted, at a cap, and with nonsense."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, Received, status
from office import ROOT

from bot.bootstrap import open_services
from bot.setup import settings
from storage.engine.driver import DriverLock

QUESTION = "Compare FastAPI and Flask on getting started and licence"
KEYS = {
    *("run_id", "team_id", "channel_id", "thread_ts", "user_id", "question", "status", "strategy", "route"),
    *("subtasks", "answer", "draft_version", "critiques", "reviews", "claims", "sources", "usage", "cost_usd"),
    *("estimated_cost_usd", "seconds", "started_at", "ended_at", "steps"),
}


def test_the_answer_goes_to_standard_output_and_the_work_to_standard_error(terminal: Any, library: Path) -> None:
    said = terminal.run("ask", QUESTION)
    assert said.code == 0
    assert "FastAPI is installed with" in said.out
    assert "\nSources\n[1] FastAPI file:pages/fastapi.md\n[2] Flask file:pages/flask.md\n" in said.out
    assert "Written by the offline model" in said.out
    assert "Route: supervisor" in said.err
    assert "✓ FastAPI: 1 source" in said.err
    assert re.search(r"`threadwork review r_\w+ approve`", said.err)
    assert "\x1b" not in said.out + said.err


def test_json_is_one_document_with_the_contracts_fields(terminal: Any, library: Path) -> None:
    said = terminal.run("ask", f"{QUESTION} --strategy single --budget 0.25", "--json")
    assert said.json["question"] == QUESTION
    assert (said.code, said.json["strategy"], said.json["team_id"]) == (0, "single", "local")
    assert said.json.keys() >= KEYS
    assert terminal.run("show", said.json["run_id"], "--json").json == said.json


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["   "], "The question is empty."),
        (["🙂🙂"], "has no words to research"),
        (["x" * 40_000], "The question has 40,000 characters"),
        ([QUESTION, "--strategy", "quick"], "`--strategy` takes one of auto, single, supervisor, sequential, fanout"),
        (
            [QUESTION, "--strategy", "two words"],
            "`--strategy` takes one of auto, single, supervisor, sequential, fanout, debate",
        ),
        ([f"{QUESTION} --budget lots"], "`--budget` takes dollars, for example `--budget 0.50`"),
        ([f"{QUESTION} --budget 0.20", "--budget", "0.30"], "`--budget` is there twice"),
        ([f"{QUESTION} --strategy debate", "--strategy", "single"], "`--strategy` is there twice"),
        ([f"{QUESTION} --stratgy single"], "Did you mean `--strategy` by `--stratgy`?"),
        ([QUESTION, "--budget", "much"], "--budget: much is not an amount in US dollars."),
        ([QUESTION, "--document", "nowhere.md"], "nowhere.md: there is no such file."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(terminal: Any, arguments: list[str], sentence: str) -> None:
    said = terminal.run("ask", *arguments)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_hostile_questions_are_answered_in_inert_text(terminal: Any) -> None:
    said = terminal.run("ask", "What is \x1b[31mred\x1b[0m \udcff <!channel> مرحبا?", "--json")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert "\x1b" not in terminal.run("runs").out


def test_a_document_of_the_question_is_seen_by_this_question_alone(terminal: Any) -> None:
    (terminal.folder / "secret.md").write_text("# Quokka\n\nThe quokka lives on Rottnest Island.\n")
    said = terminal.run("ask", "Where does the quokka live?", "--document", "secret.md")
    assert "Rottnest Island" in said.out
    assert "Rottnest Island" not in terminal.run("ask", "Where does the quokka live?").out
    assert terminal.run("docs", "search", "quokka", "--json").json["passages"] == []


def test_of_documents_that_cannot_all_be_read_none_is_kept(terminal: Any) -> None:
    (terminal.folder / "good.md").write_text("The quokka lives on Rottnest Island.\n")
    (terminal.folder / "bad.bin").write_bytes(b"a\0b")
    said = terminal.run("ask", "Where does the quokka live?", "--document", "good.md", "--document", "bad.bin")
    assert said.code == 2 and "bad.bin: skipped. It is of a kind that I cannot read" in said.err
    assert terminal.run("docs", "list", "--json").json["documents"] == []
    said = terminal.run(
        *("ask", "Where does the quokka live?", "--document", "good.md", "--document", "./good.md", "--json")
    )
    assert said.code == 0
    assert len(terminal.run("docs", "list", "--json").json["documents"]) == 1


def test_a_folder_is_no_document_and_nothing_of_it_is_kept(terminal: Any, library: Path) -> None:
    before = terminal.run("docs", "list", "--json").json
    said = terminal.run("ask", "Where does the quokka live?", "--document", "pages")
    assert (said.code, said.out) == (2, "")
    assert "pages is a folder. Name its files, or add it with `threadwork docs add pages`." in said.err
    assert terminal.run("ask", "Where does the quokka live?", "--document", "").code == 2
    assert (terminal.run("docs", "list", "--json").json, terminal.run("runs").out) == (before, "")


async def test_beside_another_driver_the_run_is_handed_to_it(terminal: Any, library: Path) -> None:
    async with open_services(settings.load(None, database_url=terminal.database_url), drive=True) as services:
        said = await asyncio.to_thread(terminal.run, "ask", QUESTION, "--json")
        assert (said.code, said.json["status"]) == (0, "awaiting_review")
        assert [line.run.run_id for line in await services.runs.list()] == [said.json["run_id"]]


async def test_when_the_other_driver_leaves_the_run_is_finished_here(terminal: Any, library: Path) -> None:
    lock = DriverLock(terminal.folder / "threadwork.db.lock")
    with lock:
        asking = terminal.start("ask", QUESTION)
        await until_there_is_a_run(terminal)
        assert asking.is_alive
    code, out, _ = await asyncio.to_thread(asking.communicate)
    assert code == 0
    assert "FastAPI is installed with" in out


async def test_ctrl_c_cancels_the_run(terminal: Any, library: Path, model: ModelServer) -> None:
    called = asyncio.Event()

    async def never(received: Received) -> None:
        called.set()
        await asyncio.Event().wait()

    model.before_reply = never
    asking = terminal.start("ask", QUESTION)
    await asyncio.wait_for(called.wait(), 60)
    asking.send_signal(signal.SIGINT)
    code, _, err = await asyncio.to_thread(asking.communicate)
    assert code == 130
    assert "Cancelled. `threadwork retry r_" in err
    assert "Traceback" not in err
    newest = await asyncio.to_thread(terminal.newest_run)
    assert newest["status"] == "cancelled"


async def test_a_cap_stops_the_run_with_exit_code_3_and_what_there_is(
    terminal: Any, library: Path, model: ModelServer
) -> None:
    said = await asyncio.to_thread(terminal.run, "ask", QUESTION, "--budget", "0.0000001")
    assert said.code == 3
    assert "budget" in said.err
    newest = await asyncio.to_thread(terminal.newest_run)
    assert (newest["status"], newest["cost_usd"]) == ("paused", "0.000000")


async def test_a_refusing_endpoint_ends_with_exit_code_1_and_a_sentence(terminal: Any, model: ModelServer) -> None:
    model.faults["single"].extend([status(401)] * 9)
    said = await asyncio.to_thread(terminal.run, "ask", "What is Flask?", "--strategy", "single")
    assert said.code == 1
    assert "Traceback" not in said.err
    assert (await asyncio.to_thread(terminal.newest_run))["error"] in said.err


async def until_there_is_a_run(terminal: Any) -> None:
    async with open_services(settings.load(None, database_url=terminal.database_url)) as services:
        changes = services.database.subscribe()
        async with asyncio.timeout(60):
            while not await services.runs.list():
                await changes.wait(1)


QUIET = "Which licence does Flask have?"


def test_a_question_for_a_team_is_written_to_a_page_with_its_proof(terminal: Any, library: Path) -> None:
    terminal.run("docs", "add", "pages", "--team", "T1")
    said = terminal.run("ask", QUIET, "--team", "T1", "--quiet", "-o", "answer.html", "--json")
    assert (said.code, said.json["team_id"], said.err) == (0, "T1", "Written to answer.html.\n")
    page = (terminal.folder / "answer.html").read_text("utf-8")
    assert "Flask has the BSD licence." in page and "found word for word" in page and "Not approved by a person" in page
    # From now on T1 is the one connected workspace.
    assert [run["team_id"] for run in terminal.run("runs", "--json").json["runs"]] == ["T1"]
    assert terminal.run("runs", "--team", "local", "--json").json["runs"] == []
    assert "Team T1, the one connected workspace." in terminal.run("spend").err


def test_a_conversation_goes_on_with_what_was_answered(terminal: Any, library: Path) -> None:
    first = terminal.run("ask", QUIET, "--json").json
    second = terminal.run("ask", "And how is it installed?", "--continue", first["run_id"], "--json").json
    assert second["thread_ts"] == first["thread_ts"]
    refused = terminal.run("ask", "And?", "--continue", first["run_id"], "--team", "T1")
    assert refused.code == 2 and "--continue` keeps the team" in refused.err


@pytest.mark.parametrize(
    ("file", "sentence"), [("a.pdf", "ends in .md or .html"), ("no/a.md", "there is no folder no")]
)
def test_where_the_answer_cannot_be_written_nothing_is_asked(terminal: Any, file: str, sentence: str) -> None:
    said = terminal.run("ask", QUIET, "-o", file)
    assert said.code == 2 and sentence in said.err
    assert terminal.run("runs", "--json").json["runs"] == []


def test_a_model_without_an_endpoint_is_refused(terminal: Any) -> None:
    said = terminal.run("ask", QUIET, "--model", "gpt-5")
    assert said.code == 2 and "there is no endpoint" in said.err
    assert terminal.run("ask", QUIET, "--model", "offline").code == 0


def test_a_dash_reads_the_question_from_standard_input(terminal: Any) -> None:
    command = [sys.executable, "-m", "bot", "ask", "-", "--quiet", "--json"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(terminal.folder)}
    said = subprocess.run(
        command, input=QUIET, env=environment, cwd=terminal.folder, capture_output=True, text=True, check=False
    )
    assert json.loads(said.stdout)["question"] == QUIET, said.stderr
