"""`threadwork check` against a Slack and a model endpoint that answer, refuse, or are not there."""

import os
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer
from pydantic import SecretStr
from warm_start import WarmStart
from website import Answer, Website, json_reply, leads_to, sends

from bot.check import model as check_model
from bot.check import slack as check_slack
from bot.check import web as check_web
from bot.check.check import (
    Finding,
    Mark,
    database_findings,
    is_good,
    setting_findings,
    wrong_setting,
)
from bot.clock import SystemClock
from bot.connection.introduction import manifest
from bot.setup.settings import Settings, load
from bot.simulator.server import Simulator
from storage.engine.driver import DriverLock, lock_of
from storage.engine.opening import open_database

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
    assert all(finding.fix.startswith("Write ") for finding in found)


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
        "THREADWORK_VERIFY": Mark.UNUSED,
    }
    assert server.received == []


async def test_an_endpoint_out_of_reach_is_wrong_and_prices_are_told_all_the_same() -> None:
    found = marks(await check_model.look(load(None, openai_base_url=f"{NOBODY}v1", model="gpt-4o-mini", verify="all")))
    assert found == {"model endpoint": Mark.WRONG, "price of gpt-4o-mini": Mark.GOOD}


async def test_with_a_model_a_sample_of_verified_claims_is_recommended_until_it_is_set() -> None:
    settings = {"openai_base_url": f"{NOBODY}v1", "model": "gpt-4o-mini"}
    found = await check_model.look(load(None, **settings))
    assert ["THREADWORK_VERIFY=sample" in f.what for f in found if f.part == "THREADWORK_VERIFY"] == [True]
    for verify in ("sample", "all"):
        assert "THREADWORK_VERIFY" not in marks(await check_model.look(load(None, verify=verify, **settings)))


async def test_a_price_file_that_no_command_can_read_is_wrong_whatever_the_model(tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text("[models")
    assert marks(await check_model.look(load(None, prices=prices)))["THREADWORK_PRICES"] is Mark.WRONG
    unnamed = load(None, prices=prices, openai_base_url=f"{NOBODY}v1")
    assert marks(await check_model.look(unnamed))["THREADWORK_PRICES"] is Mark.WRONG


async def test_an_endpoint_without_a_model_is_wrong() -> None:
    found = await check_model.look(load(None, openai_base_url=f"{NOBODY}v1"))
    assert marks(found) == {"THREADWORK_MODEL": Mark.WRONG}


@pytest.mark.parametrize(
    ("setting", "path", "answer", "mark"),
    [
        ("tavily_api_key", "/usage", json_reply({"key": {"usage": 1}}), Mark.GOOD),
        ("tavily_api_key", "/usage", json_reply({}, status=401), Mark.WRONG),
        ("brave_api_key", "/res/v1/web/search", json_reply({"error": "q"}, status=422), Mark.GOOD),
        (
            *("brave_api_key", "/res/v1/web/search"),
            json_reply({"error": {"code": "SUBSCRIPTION_TOKEN_INVALID"}}, status=422),
            Mark.WRONG,
        ),
        ("searxng_url", "/search", json_reply({"results": []}), Mark.GOOD),
        ("searxng_url", "/search", sends(b"", "text/html", status=403), Mark.WRONG),
        ("searxng_url", "/search", sends(b"<html>hello", "text/html"), Mark.WRONG),
        ("searxng_url", "/search", leads_to("/login"), Mark.WRONG),
        ("searxng_url", "/search", json_reply({}, status=500), Mark.WRONG),
    ],
)
async def test_the_search_engine_is_asked_at_no_cost(
    setting: str, path: str, answer: Answer, mark: Mark, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Website({path: answer}) as site:
        monkeypatch.setattr(check_web, "TAVILY", site.base)
        monkeypatch.setattr(check_web, "BRAVE", site.base)
        value = site.base if setting == "searxng_url" else SecretStr("a-key")
        search, price, _ = await check_web.look(load(None, **{setting: value}))
    assert (mark, 1) == (search.mark, len(site.visits))
    assert "price of web_search" == price.part
    assert "a-key" not in str(search)


async def test_a_search_engine_that_is_not_there_or_not_set_up_is_said() -> None:
    assert Mark.WRONG is (await check_web.look(load(None, searxng_url=NOBODY)))[0].mark
    off, _ = await check_web.look(load(None))
    assert Mark.UNUSED is off.mark and "SEARXNG_URL" in off.what


async def test_the_operators_file_is_read_and_its_faults_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Mark.UNUSED is (await check_web.look(load(None)))[-1].mark
    (tmp_path / "threadwork.toml").write_text('[channels."T1/C1"]\nweb = false\n')
    read = (await check_web.look(load(None)))[-1]
    assert Mark.GOOD is read.mark and read.what.endswith("T1/C1; changes take effect when `serve` restarts")
    (tmp_path / "threadwork.toml").write_text("[channels.default]\nwebb = false\n")
    wrong = (await check_web.look(load(None)))[-1]
    assert Mark.WRONG is wrong.mark and "channels.default.webb is not known" in wrong.what


async def test_an_operators_file_that_changed_after_serve_read_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    configured, file = load(None, database_url="sqlite+aiosqlite:///a.db"), tmp_path / "threadwork.toml"
    file.write_text("[channels.default]\nweb = false\n")
    await (await open_database(configured.database_url, clock=SystemClock())).close()
    with DriverLock(lock_of(tmp_path / "a.db")):
        assert Mark.GOOD is (await check_web.look(configured))[-1].mark
        os.utime(file, (time.time() + 5, time.time() + 5))
        changed = (await check_web.look(configured))[-1]
        assert (Mark.WRONG, "Restart `serve`") == (changed.mark, changed.fix)
    assert Mark.GOOD is (await check_web.look(configured))[-1].mark


async def test_a_database_says_whether_somebody_drives_it(tmp_path: Path) -> None:
    configured = load(None, database_url=f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    assert [finding.mark for finding in await database_findings(configured)] == [Mark.UNUSED]
    (tmp_path / "a.db").touch()
    assert "no process is driving" in (await database_findings(configured))[0].what
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


def test_the_command_ends_with_2_where_something_is_to_mend(tmp_path: Path, warm: WarmStart) -> None:
    def run(**settings: str) -> tuple[int, str]:
        code, out, _ = warm.threadwork("check", folder=tmp_path, settings=settings).communicate()
        return code, out.splitlines()[-1]

    assert run() == (0, "Everything is in order.")
    assert run(THREADWORK_RUNS="many") == (2, "1 to fix.")
