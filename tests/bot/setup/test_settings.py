"""What the environment may say, and the lines a person gets where it may not."""

import os
from pathlib import Path

import pytest

from bot.bootstrap import limits_of
from bot.setup.settings import (
    ROLES,
    Settings,
    SettingsError,
    load,
    load_demo,
    slack_mode,
    variable,
    variables,
)

WRONG = {
    "SLACK_BOT_TOKEN": "xapp-1-swapped",
    "SLACK_APP_TOKEN": "xoxb-swapped",
    "SLACK_API_URL": "http://slack.example/api/",
    "OPENAI_BASE_URL": "localhost:8000",
    "DATABASE_URL": "mysql://host/name",
    "THREADWORK_RUN_SECONDS": "ten",
    "THREADWORK_TEAM_RUNS": "0",
    "THREADWORK_RUN_BUDGET_USD": "a dollar",
    "THREADWORK_TEAM_BUDGET_USD": "-1",
    "THREADWORK_ASK_ABOVE_USD": "NaN",
    "THREADWORK_BUDGET_OWNERS": "everybody",
    "THREADWORK_REVIEWERS": "requester,U1",
    "THREADWORK_TIMEZONE": "Mars/Olympus",
    "THREADWORK_PRICES": "no/such/file.toml",
    "THREADWORK_MAX_OUTPUT_TOKENS_CRITIC": "many",
    "THREADWORK_WORKER_POSTS": "perhaps",
    "THREADWORK_HTTP_PORT": "70000",
    "THREADWORK_LOG_FORMAT": "xml",
    "THREADWORK_DEMO": "true",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("THREADWORK_", "SLACK_", "OPENAI_", "DATABASE_URL")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_nothing_set_is_the_offline_model_on_a_local_file() -> None:
    settings = load()
    assert settings.offline
    assert settings.database_url == "sqlite+aiosqlite:///threadwork.db"
    assert settings.run_budget_nano_usd == 1_000_000_000


@pytest.mark.parametrize(("name", "value"), WRONG.items())
def test_a_wrong_setting_is_one_line_with_its_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load()
    (line,) = raised.value.lines
    assert line.startswith(f"{name}: ")
    assert "Write" in line or "Remove" in line


def test_an_amount_beyond_all_numbers_is_wrong_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADWORK_RUN_BUDGET_USD", "1e999999")
    with pytest.raises(SettingsError, match="is not an amount of money"):
        load()


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load()
    assert set(WRONG) == {line.split(":")[0] for line in raised.value.lines}


def test_a_misspelt_name_is_answered_with_the_nearest_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADWORK_REVEIWERS", "anyone")
    with pytest.raises(SettingsError, match="Write THREADWORK_REVIEWERS, if that is meant"):
        load()


def test_the_prefix_alone_makes_no_two_names_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADWORK_ZZ", "1")
    monkeypatch.setenv("THREADWORK_BUGDET_USD", "1")
    with pytest.raises(SettingsError) as error:
        load(None)
    assert error.value.lines == (
        "THREADWORK_BUGDET_USD: is not a setting. Write THREADWORK_RUN_BUDGET_USD, if that is meant; "
        ".env.example lists all.",
        "THREADWORK_ZZ: is not a setting. Remove it; .env.example lists all.",
    )


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-very-secret")
    with pytest.raises(SettingsError) as raised:
        load()
    assert "very-secret" not in raised.value.sentence


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "THREADWORK_RUNS=7\nTHREADWORK_TEAM_RUNS=2\nTHREADWORK_MODEL_WORKER=small\nOTHER=1\n"
    )
    monkeypatch.setenv("THREADWORK_RUNS", "9")
    settings = load()
    assert (settings.runs, settings.team_runs) == (9, 2)
    assert settings.models == {"worker": "small"}


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert load().slack_app_token is None
    assert load().offline


def test_roles_fall_back_to_what_is_set_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("THREADWORK_MODEL", "large")
    monkeypatch.setenv("THREADWORK_MODEL_CRITIC", "stern")
    monkeypatch.setenv("THREADWORK_MAX_OUTPUT_TOKENS_JUDGE", "99")
    limits = limits_of(load())
    assert (limits.model_for("critic"), limits.model_for("worker")) == ("stern", "large")
    assert (limits.output_cap("judge"), limits.output_cap("critic")) == (99, 2000)


def test_money_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADWORK_RUN_BUDGET_USD", "0.1")
    monkeypatch.setenv("THREADWORK_TEAM_BUDGET_USD", "$49.99")
    settings = load()
    assert (settings.run_budget_nano_usd, settings.team_budget_nano_usd) == (100_000_000, 49_990_000_000)


def test_plain_http_is_taken_on_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("http://127.0.0.1:9/api/", "http://localhost:9/api/", "http://[::1]:9/api/"):
        monkeypatch.setenv("SLACK_API_URL", url)
        assert url == load().slack_api_url
    monkeypatch.setenv("SLACK_API_URL", "https://slack.example/api")
    with pytest.raises(SettingsError, match="does not end in /"):
        load()


def test_the_demo_ignores_slack_endpoint_database_and_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("THREADWORK_RUNS=7\n")
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENAI_API_KEY", "OPENAI_BASE_URL", "DATABASE_URL"):
        monkeypatch.setenv(name, "nonsense")
    monkeypatch.setenv("THREADWORK_TEAM_RUNS", "2")
    settings = load_demo(slack_api_url="http://127.0.0.1:9/api/")
    assert settings.demo and settings.offline
    assert (settings.runs, settings.team_runs) == (20, 2)
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"


def test_serving_needs_a_bot_token_and_a_way_to_hear() -> None:
    with pytest.raises(SettingsError) as raised:
        slack_mode(load())
    assert [line.split(":")[0] for line in raised.value.lines] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert slack_mode(load(slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_signing_secret="s")) == "socket"
    assert slack_mode(load(slack_bot_token="xoxb-1", slack_signing_secret="s")) == "http"


def test_the_example_file_lists_every_variable_and_no_other() -> None:
    example = Path(__file__).parents[3] / ".env.example"
    listed = {
        line.lstrip("#").split("=")[0]
        for line in example.read_text().splitlines()
        if line.startswith("#") and "=" in line.split()[0]
    }
    plain = {
        variable(field)
        for field in Settings.model_fields
        if field not in ("demo", "models", "max_output_tokens_by_role")
    }
    roles = set(variables()) - plain
    assert plain <= listed
    assert listed - plain <= roles
    assert 2 * len(ROLES) == len(roles)
