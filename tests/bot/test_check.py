"""`threadwork check` against a Slack and a model endpoint that answer, refuse, or are not there."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer
from pydantic import SecretStr

from bot import check_model, check_slack
from bot.check import Finding, Mark, database_findings, is_good, setting_findings, wrong_setting
from bot.introduction import manifest
from bot.settings import Settings, load
from bot.simulator.server import Simulator

ROOT = Path(__file__).parents[2]
NOBODY = "http://127.0.0.1:9/"


@pytest.fixture
async def slack() -> AsyncIterator[Simulator]:
    simulator = Simulator(manifest())
    await simulator.start()
    yield simulator
    await simulator.stop()


def tokens(slack: Simulator, **changes: Any) -> Settings:
    given = {"slack_bot_token": SecretStr(slack.bot_token), "slack_app_token": SecretStr(slack.app_token)}
    return load(None, **(given | {"slack_api_url": slack.api_url} | changes))


def marks(findings: list[Finding]) -> Mapping[str, Mark]:
    return {finding.part: finding.mark for finding in findings}


async def test_good_tokens_are_good(slack: Simulator) -> None:
    found = await check_slack.look(tokens(slack))
    assert marks(found) == {"Slack": Mark.GOOD, "scopes": Mark.GOOD, "clock": Mark.GOOD}


async def test_refused_tokens_are_named_one_by_one(slack: Simulator) -> None:
    wrong = tokens(slack, slack_bot_token=SecretStr("xoxb-wrong"), slack_app_token=SecretStr("xapp-wrong"))
    found = await check_slack.look(wrong)
    assert marks(found) == {"SLACK_BOT_TOKEN": Mark.WRONG, "SLACK_APP_TOKEN": Mark.WRONG}
    assert all(finding.mend.startswith("Write ") for finding in found)


async def test_a_scope_that_the_manifest_wants_is_missed() -> None:
    declared = dict(manifest())
    declared["oauth_config"] = {"scopes": {"bot": ["app_mentions:read", "chat:write"]}}
    simulator = Simulator(declared)
    await simulator.start()
    try:
        scopes = (await check_slack.look(tokens(simulator)))[1]
    finally:
        await simulator.stop()
    assert scopes.mark is Mark.WRONG
    assert "channels:history" in scopes.what


async def test_a_slack_out_of_reach_is_wrong(slack: Simulator) -> None:
    found = await check_slack.look(tokens(slack, slack_api_url=f"{NOBODY}api/"))
    assert marks(found) == {"SLACK_API_URL": Mark.WRONG}


async def test_a_clock_that_is_off_is_wrong() -> None:
    assert check_slack._clock("Sat, 01 Jan 2000 00:00:00 GMT").mark is Mark.WRONG
    assert check_slack._clock(None).mark is Mark.UNUSED


async def test_a_model_is_looked_up_and_priced() -> None:
    async with ModelServer() as server:
        configured = load(None, openai_base_url=server.base_url, model="gpt-4o-mini", fallback_model="test-model")
        found = marks(await check_model.look(configured))
    assert found == {
        "model endpoint": Mark.GOOD,
        "model gpt-4o-mini": Mark.UNUSED,
        "model test-model": Mark.GOOD,
        "price of gpt-4o-mini": Mark.GOOD,
        "price of test-model": Mark.WRONG,
    }
    assert server.received == []


async def test_an_endpoint_out_of_reach_is_wrong_and_prices_are_told_all_the_same() -> None:
    found = marks(await check_model.look(load(None, openai_base_url=f"{NOBODY}v1", model="gpt-4o-mini")))
    assert found == {"model endpoint": Mark.WRONG, "price of gpt-4o-mini": Mark.GOOD}


async def test_an_endpoint_without_a_model_is_wrong() -> None:
    found = await check_model.look(load(None, openai_base_url=f"{NOBODY}v1"))
    assert marks(found) == {"THREADWORK_MODEL": Mark.WRONG}


async def test_a_database_says_whether_somebody_drives_it(tmp_path: Path) -> None:
    configured = load(None, database_url=f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    assert [finding.mark for finding in await database_findings(configured)] == [Mark.UNUSED]
    (tmp_path / "a.db").touch()
    assert "nobody drives" in (await database_findings(configured))[0].what
    (tmp_path / "a.db").write_bytes(b"no database" * 100)
    assert [finding.mark for finding in await database_findings(configured)] == [Mark.WRONG]


def test_secrets_are_not_shown() -> None:
    found = setting_findings(
        load(None, slack_bot_token=SecretStr("xoxb-secret"), openai_api_key=SecretStr("sk-secret"))
    )
    assert "secret" not in "".join(finding.what for finding in found)
    assert {finding.part: finding.what for finding in found}["SLACK_BOT_TOKEN"] == "set"


def test_a_wrong_setting_keeps_its_three_parts() -> None:
    found = wrong_setting("THREADWORK_RUNS: is not a number. Write a whole number, for example 20.")
    assert found == Finding("THREADWORK_RUNS", Mark.WRONG, "is not a number", "Write a whole number, for example 20.")
    assert not is_good([found])


def test_the_command_ends_with_2_where_something_is_to_mend(tmp_path: Path) -> None:
    def run(**settings: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "bot", "check"]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
        said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return said.returncode, said.stdout.splitlines()[-1]

    assert run() == (0, "Everything is in order.")
    assert run(THREADWORK_RUNS="many") == (2, "1 to mend.")
