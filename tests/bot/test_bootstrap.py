"""Settings become the limits that a run works under."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.bootstrap import limits_of
from bot.setup.settings import SettingsError, load

ROOT = Path(__file__).parents[2]


def test_what_is_set_reaches_the_runs() -> None:
    endpoint = {"openai_base_url": "http://127.0.0.1:1/v1", "model": "first", "models": {"critic": "other"}}
    limits = limits_of(load(None, **endpoint, fallback_model="second", auto_revisions=2))
    assert ("first", "other", "second", 2) == (
        limits.model_for("worker"),
        limits.model_for("critic"),
        limits.fallback_model,
        limits.auto_revisions,
    )


def test_the_offline_model_falls_back_to_nobody() -> None:
    assert limits_of(load(None, fallback_model="second")).fallback_model is None


def test_more_than_three_revisions_of_its_own_are_refused_with_what_to_write() -> None:
    with pytest.raises(SettingsError, match="a whole number from 0 to 3"):
        load(None, auto_revisions=4)


def test_a_command_that_reads_rows_waits_for_nothing_that_only_a_run_needs(tmp_path: Path) -> None:
    needless = {"openai", "mcp", "jsonschema", "aiohttp", "slack_sdk", "slack_bolt", "trafilatura", "numpy", "alembic"}
    needless |= {
        "orchestration.run.research",
        "orchestration.strategies",
        "rich.markdown",
        "sqlalchemy.dialects.postgresql",
    }
    program = "import atexit, sys; from bot.terminal.commands.cli import command_line; sys.argv[1:] = ['spend']; "
    program += f"atexit.register(lambda: print(sorted({needless} & sys.modules.keys()))); command_line()"
    for _ in range(2):  # the first makes the tables
        ended = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={"PATH": "/usr/bin", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
    assert (ended.stdout.splitlines()[-1], ended.returncode) == ("[]", 0)
