"""Settings become the limits that a run works under."""

import subprocess
import sys

import pytest

from bot.bootstrap import limits_of
from bot.settings import SettingsError, load


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


def test_who_calls_no_model_and_no_server_does_not_wait_for_their_clients_to_be_imported() -> None:
    program = "import sys, bot.bootstrap, bot.operator_file, bot.cli; "
    program += "print({'openai', 'mcp', 'jsonschema'} & set(sys.modules))"
    assert "set()" == subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip()
