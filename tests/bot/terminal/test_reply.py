"""A run that asks, in the terminal: `ask` on one and without one, `--yes`, and `threadwork answer`."""

import asyncio
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer

from bot.bootstrap import open_services
from bot.setup import settings

QUESTION = "Compare FastAPI and Flask on getting started"
VAGUE = "Look into it, please"
MISSING = '{"verdict":"revise","notes":[{"kind":"missing","text":"Nothing on Flask.","subtask_id":"s1"}]}'


@pytest.fixture
def asking(terminal: Any, library: Path) -> Any:
    terminal.settings["THREADWORK_ASK_ABOVE_USD"] = "0"
    return terminal


def asked(terminal: Any, question: str = QUESTION, *options: str) -> str:
    said = terminal.run("ask", question, *options, "--json")
    assert (said.code, said.json["status"], said.json["answer"]) == (0, "awaiting_input", None)
    return str(said.json["run_id"])


def test_without_a_terminal_the_run_waits_and_says_how_to_answer(asking: Any) -> None:
    said = asking.run("ask", QUESTION)
    assert said.code == 0
    assert "supervisor with 2 workers" in said.err and "cheaper: single agent" in said.err
    run_id = asking.newest_run()["run_id"]
    assert f"`threadwork answer {run_id} ANSWER`" in said.err
    answered = asking.run("answer", run_id, "cheaper", "--json")
    assert (answered.code, answered.json["status"], answered.json["strategy"]) == (0, "complete", "single")
    assert answered.json["consents"][0]["answer"]["choice"] == "cheaper"


def test_yes_starts_without_asking(asking: Any) -> None:
    said = asking.run("ask", QUESTION, "--yes")
    assert said.code == 0
    assert "FastAPI is installed with" in said.out


def test_strategy_and_budget_together_start_without_asking(asking: Any) -> None:
    said = asking.run("ask", QUESTION, "--strategy", "single", "--budget", "0.50")
    assert "FastAPI is installed with" in said.out


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("perhaps", "Answer start, cheaper, deeper or the name of a strategy."),
        ("", "Answer start, cheaper, deeper or the name of a strategy."),
        ("escalate", "has no offer of more workers"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_the_run_waits_on(asking: Any, answer: str, sentence: str) -> None:
    run_id = asked(asking)
    said = asking.run("answer", run_id, answer)
    assert (said.code, sentence in said.err) == (2, True), said.err
    assert asking.newest_run()["status"] == "awaiting_input"


def test_a_run_that_asks_nothing_says_so(terminal: Any, library: Path) -> None:
    run_id = terminal.run("ask", "How is Flask installed?", "--json").json["run_id"]
    said = terminal.run("answer", run_id, "start")
    assert (said.code, "is complete: it is not asking anything" in said.err) == (2, True)
    assert "There is no run r_x" in terminal.run("answer", "r_x", "start").err


def test_a_question_back_takes_own_words_or_the_number_of_an_option(terminal: Any, library: Path) -> None:
    own = terminal.run("answer", asked(terminal, VAGUE), "How is Flask installed?", "--json").json
    assert (own["status"], own["question"]) == ("complete", VAGUE)
    assert "Flask is installed with" in own["answer"]
    number = terminal.run("answer", asked(terminal, VAGUE), "1", "--json").json
    assert number["consents"][0]["answer"]["text"] == "Take it as it is"


async def test_beside_a_driver_the_answer_is_left_to_it(asking: Any) -> None:
    run_id = await asyncio.to_thread(asked, asking)
    configured = settings.load(None, database_url=asking.database_url)
    async with open_services(configured, drive=True) as services:
        assert services.driver is not None
        said = await asyncio.to_thread(asking.run, "answer", run_id, "single")
        assert (said.code, "is working on it" in said.err) == (0, True)
        assert await services.driver.ended(run_id) == "complete"


async def test_an_offer_of_more_workers_names_its_price_and_how_to_take_it_up(
    terminal: Any, library: Path, model: ModelServer
) -> None:
    model.replies["critic"].append(MISSING)
    said = await asyncio.to_thread(terminal.run, "ask", "How many users does Flask have, with sources?")
    run_id = (await asyncio.to_thread(terminal.newest_run))["run_id"]
    (offer,) = [line for line in said.err.splitlines() if f"`threadwork answer {run_id} escalate`" in line]
    assert "supervisor with 1 worker, $" in offer


async def test_more_workers_are_started_by_their_word(terminal: Any, library: Path, model: ModelServer) -> None:
    model.replies["critic"].append(MISSING)
    said = await asyncio.to_thread(terminal.run, "ask", "How many users does Flask have, with sources?", "--json")
    assert said.json["status"] == "awaiting_review", said.err
    more = await asyncio.to_thread(terminal.run, "answer", said.json["run_id"], "escalate", "--json")
    assert (more.json["strategy"], more.json["draft_version"]) == ("supervisor", 2)
    assert [draft["version"] for draft in more.json["drafts"]] == [1, 2]


def test_at_a_terminal_it_asks_until_the_answer_can_be_used(asking: Any) -> None:
    code, screen = typed(asking, "ask", QUESTION, lines=["perhaps", "c"])
    assert code == 0, screen
    assert "s, c, d or the name of a strategy" in screen
    assert "Answer start, cheaper, deeper or the name of a strategy." in screen
    assert asking.newest_run()["strategy"] == "single"


def test_at_a_terminal_an_empty_line_leaves_it_for_later(asking: Any) -> None:
    code, screen = typed(asking, "ask", QUESTION, lines=[""])
    assert code == 0, screen
    assert asking.newest_run()["status"] == "awaiting_input"


def typed(terminal: Any, *arguments: str, lines: list[str]) -> tuple[int, str]:
    """Exit code and screen of a command on a terminal, at which these lines are typed when it asks."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=terminal.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), **terminal.settings, "TERM": "dumb"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    screen, left = "", list(lines)
    while True:
        try:
            screen += os.read(ours, 4096).decode(errors="replace")
        except OSError:
            break
        if left and screen.count("> ") > len(lines) - len(left):
            os.write(ours, f"{left.pop(0)}\n".encode())
    process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, screen
