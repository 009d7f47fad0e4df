"""The command line as a whole: help, wrong usage, wrong settings, errors nobody expected."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner
from warm_start import WarmStart

from bot.terminal import terminal
from bot.terminal.commands.cli import build

ROOT = Path(__file__).parents[4]
Threadwork = Callable[..., tuple[int, str, str]]
COMMANDS = (
    *("demo", "serve", "ask", "estimate", "runs", "show", "review", "cancel", "retry", "spend", "check"),
    *("budget list", "budget set", "budget remove", "backup", "restore", "db copy"),
    *(
        "docs add",
        "docs list",
        "docs search",
        "docs remove",
        "ledger verify",
        "ledger adjust",
        "mcp list",
        "mcp approve",
    ),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def threadwork(tmp_path: Path, warm: WarmStart) -> Threadwork:
    """Runs a command with these settings in the test's folder: exit code, standard output, standard error."""

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        return warm.threadwork(*arguments, folder=tmp_path, settings=settings).communicate()

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(build(), [*command.split(), "--help"], env={"COLUMNS": "400"})
    assert shown.exit_code == 0
    assert f"Example: threadwork {command}" in shown.output


def test_what_this_version_cannot_do_is_not_offered() -> None:
    runner = CliRunner()
    assert [runner.invoke(build(), [name]).exit_code for name in ("eval", "export", "forget")] == [2, 2, 2]
    assert runner.invoke(build(), ["ledger", "import"]).exit_code == 2


def test_both_names_of_the_program_are_one(threadwork: Threadwork) -> None:
    assert threadwork("--help")[1].splitlines()[1].strip().startswith("Usage: threadwork")


@pytest.mark.parametrize("command", [["runs"], ["ask", "What is Flask?"], ["serve"], ["spend"]])
def test_each_wrong_setting_is_one_line_and_the_exit_code_is_2(threadwork: Threadwork, command: list[str]) -> None:
    wrong = {"THREADWORK_RUNS": "many", "DATABASE_URL": "mysql://db", "THREADWORK_RUNZ": "1"}
    code, out, err = threadwork(*command, **wrong)
    lines = err.strip().splitlines()
    assert (code, out) == (2, "")
    assert sorted(line.split(":")[0] for line in lines) == sorted(wrong)
    assert all("Write " in line for line in lines)


def test_a_setting_in_the_env_file_counts(tmp_path: Path, threadwork: Threadwork) -> None:
    (tmp_path / ".env").write_text("THREADWORK_TEAM_BUDGET_USD=7.50\n")
    budgets = json.loads(threadwork("budget", "list", "--json")[1])
    assert budgets["otherwise"]["team_month_usd"] == "7.500000"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ask"],
        ["ask", "What?", "--nonsense"],
        ["runs", "--status", "sleeping"],
        ["review", "r_x", "like"],
        ["spend", "--by", "mood"],
        ["demo", "--port", "99999"],
    ],
)
def test_wrong_usage_has_exit_code_2_and_no_traceback(tmp_path: Path, arguments: list[str]) -> None:
    said = CliRunner().invoke(build(), arguments)
    assert said.exit_code == 2
    assert "Usage: " in said.output


def test_serve_without_tokens_names_each_missing_one(threadwork: Threadwork) -> None:
    code, _, err = threadwork("serve")
    assert code == 2
    assert [line.split(":")[0] for line in err.strip().splitlines()] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path, threadwork: Threadwork) -> None:
    (tmp_path / "threadwork.db").write_bytes(b"no database at all" * 100)
    code, _, err = threadwork("runs")
    assert code == 2
    assert err.startswith("The database threadwork.db cannot be opened: ")


def test_an_unexpected_error_is_a_sentence_unless_the_traceback_is_wanted() -> None:
    program = "import sys, bot.__main__ as m; sys.excepthook = m.unexpected; 1 / 0"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert said.stderr.startswith("Something unexpected happened (ZeroDivisionError: division by zero).")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["budget", "list", "--json"], ["check"]])
def test_a_reader_that_left_is_no_error(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "bot", *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as left:
        assert left.stdout is not None and left.stderr is not None
        left.stdout.close()
        assert left.stderr.read() == ""
    assert left.returncode == 0


def test_a_terminal_without_utf_8_is_shown_what_is_most_like_it(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "bot", "check"]
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[1].startswith("-  SLACK_BOT_TOKEN")
    assert "+  THREADWORK_TIMEZONE" in said.stdout


def test_a_narrow_terminal_leaves_what_a_row_is_called_by_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys, "stdout", seen := Terminal())
    terminal.table(
        ("run", "question", "who"), [["r_7k2m9p4xqa", "What is Flask, and what is it not? " * 3, "somebody"]]
    )
    assert "r_7k2m9p4xqa" in seen.getvalue()


def test_a_full_disk_at_the_other_end_is_said_as_such(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [sys.executable, "-m", "bot", "budget", "list"],
            cwd=tmp_path,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (said.returncode, said.stderr.split("(")[0]) == (1, "There is no space left to write ")


def test_a_closed_output_loses_the_text_and_nothing_else(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    shell = ["sh", "-c", 'exec "$0" -m bot budget list >&-', sys.executable]
    said = subprocess.run(shell, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    assert (said.returncode, said.stderr) == (0, "")
