"""One frozen Settings; nothing else reads the environment."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, PositiveInt, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.setup.setting_values import (
    NANO,
    AppToken,
    BotToken,
    Channels,
    DatabaseUrl,
    ExistingFile,
    HttpUrl,
    NanoUsd,
    Owners,
    Port,
    Reviewers,
    SlackApiUrl,
    Timezone,
    WorkerPosts,
    is_loopback,
)
from orchestration.values.errors import AskerError, OperatorError
from orchestration.values.limits import OFFLINE
from orchestration.values.roles import Role

PREFIX = "THREADWORK_"
ROLES = tuple(Role)
MODEL_NAME = "the name of a model that your endpoint serves"
SLACK_COM = "https://slack.com/api/"


class SettingsError(OperatorError):
    """A setting is missing or wrong. Write it as the line says, then start again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class Settings(BaseSettings):
    """Each field is one variable of the contract; its description says what to write there."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    slack_bot_token: BotToken | None = Field(
        None, validation_alias="SLACK_BOT_TOKEN", description="the bot token (xoxb-…) of OAuth & Permissions"
    )
    slack_app_token: AppToken | None = Field(
        None, validation_alias="SLACK_APP_TOKEN", description="an app-level token (xapp-…) with connections:write"
    )
    slack_signing_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_SIGNING_SECRET", description="the signing secret of Basic Information"
    )
    slack_api_url: SlackApiUrl = Field(
        SLACK_COM, validation_alias="SLACK_API_URL", description=f"{SLACK_COM} or a look-alike's base, ending in /"
    )
    openai_api_key: SecretStr | None = Field(
        None, validation_alias="OPENAI_API_KEY", description="the key of your model endpoint"
    )
    openai_base_url: HttpUrl | None = Field(
        None, validation_alias="OPENAI_BASE_URL", description="for example https://api.openai.com/v1"
    )
    tavily_api_key: SecretStr | None = Field(
        None, validation_alias="TAVILY_API_KEY", description="the key of your Tavily account"
    )
    brave_api_key: SecretStr | None = Field(
        None, validation_alias="BRAVE_API_KEY", description="the key of your Brave Search API account"
    )
    searxng_url: HttpUrl | None = Field(
        None, validation_alias="SEARXNG_URL", description="the address of your SearXNG, with its JSON format enabled"
    )
    model: str | None = Field(None, description=MODEL_NAME)
    models: Annotated[Mapping[str, str], NoDecode] = Field(default_factory=dict, description=MODEL_NAME)
    """By role in lower case, from THREADWORK_MODEL_<ROLE>."""
    fallback_model: str | None = Field(None, description=MODEL_NAME)
    max_output_tokens: PositiveInt = Field(2000, description="a whole number of tokens, for example 2000")
    max_output_tokens_by_role: Annotated[Mapping[str, PositiveInt], NoDecode] = Field(
        default_factory=dict, description="a whole number of tokens, for example 2000"
    )
    """By role in lower case, from THREADWORK_MAX_OUTPUT_TOKENS_<ROLE>."""
    run_seconds: PositiveInt = Field(600, description="whole seconds, for example 600")
    worker_seconds: PositiveInt = Field(30, description="whole seconds, for example 30")
    plan_seconds: PositiveInt = Field(60, description="whole seconds, for example 60")
    worker_iterations: PositiveInt = Field(6, description="a whole number, for example 6")
    call_seconds: PositiveInt = Field(120, description="whole seconds, for example 120")
    team_runs: PositiveInt = Field(3, description="a whole number, for example 3")
    user_runs: PositiveInt = Field(2, description="a whole number, for example 2")
    runs: PositiveInt = Field(20, description="a whole number, for example 20")
    database_url: DatabaseUrl = Field(
        "sqlite+aiosqlite:///threadwork.db",
        validation_alias="DATABASE_URL",
        description="sqlite+aiosqlite:///threadwork.db or postgresql://USER:PASSWORD@HOST/NAME",
    )
    run_budget_nano_usd: NanoUsd = Field(
        NANO, validation_alias="THREADWORK_RUN_BUDGET_USD", description="dollars, for example 1.00"
    )
    team_budget_nano_usd: NanoUsd = Field(
        50 * NANO, validation_alias="THREADWORK_TEAM_BUDGET_USD", description="dollars a month, for example 50.00"
    )
    budget_owners: Owners = Field(
        ("admins",), description="admins, or user and user-group ids with commas between: U012AB3CD,S045EF6GH"
    )
    reviewers: Reviewers = Field(
        ("requester",), description="requester, anyone, or user and user-group ids with commas between"
    )
    shared_channels: Channels = Field(
        (), description="ids of channels, with commas between: C012AB3CD,C045EF6GH; nothing for none"
    )
    timezone: Timezone = Field("UTC", description="a name of the tz database, for example Europe/Berlin")
    prices: ExistingFile | None = Field(None, description="the path of a TOML file with prices")
    review_days: int = Field(7, ge=0, le=3650, description="whole days, 0 for never")
    auto_revisions: int = Field(0, ge=0, le=3, description="a whole number from 0 to 3")
    ask_above_nano_usd: NanoUsd = Field(
        NANO // 4, validation_alias="THREADWORK_ASK_ABOVE_USD", description="dollars, for example 0.25"
    )
    verify: Literal["quotes", "sample", "all"] = Field("quotes", description="quotes, sample or all")
    context: Literal["full", "summary", "fields"] = Field("fields", description="full, summary or fields")
    share_findings: bool = Field(False, description="on or off")
    embedding_model: str | None = Field(None, description="the name of an embedding model that your endpoint serves")
    worker_posts: WorkerPosts = Field("short", description="short, full or off")
    http_host: str = Field("127.0.0.1", description="the address to listen on, for example 127.0.0.1")
    http_port: Port = Field(3000, description="a port number, for example 3000")
    health_port: Port = Field(3001, description="a port number, for example 3001")
    log_format: Literal["console", "json"] | None = Field(None, description="console or json")
    demo: bool = False
    """Never from the environment: `threadwork demo` sets it."""

    @property
    def offline(self) -> bool:
        return self.openai_api_key is None and self.openai_base_url is None


def load(env_file: Path | None = Path(".env"), **overrides: Any) -> Settings:
    """Settings from the environment over `.env`; overrides (by field name) win. Raises SettingsError."""
    return _build({**_file(env_file), **os.environ}, env_file, overrides)


def load_with(model: str | None, **overrides: Any) -> Settings:
    """The same with one model for all roles, where one is named; `offline` is the free one."""
    if model == OFFLINE:
        return load(**overrides, openai_api_key=None, openai_base_url=None)
    named: dict[str, Any] = {"model": model, "models": {}} if model else {}
    configured = load(**overrides, **named)
    if model and configured.offline:
        raise AskerError(f"--model {model}: there is no endpoint. Set OPENAI_API_KEY or OPENAI_BASE_URL.")
    return configured


def load_demo(**overrides: Any) -> Settings:
    """What `threadwork demo` runs on: THREADWORK_ variables only, no `.env`, no Slack, no endpoint, no database."""
    foreign = {
        name: field.get_default(call_default_factory=True)
        for name, field in Settings.model_fields.items()
        if isinstance(field.validation_alias, str) and not field.validation_alias.startswith(PREFIX)
    }
    return _build(os.environ, None, {**foreign, "demo": True, **overrides})


def environment(env_file: Path | None = Path(".env")) -> Mapping[str, str]:
    """All variables as `load` sees them, for what an operator's file takes from them by name."""
    return {**_file(env_file), **os.environ}


def own_secrets() -> frozenset[str]:
    """Variables that hold what Threadwork itself signs in with; nothing else is ever given these."""
    secret = (name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation))
    return frozenset({*map(variable, secret), "DATABASE_URL"})


def slack_mode(settings: Settings) -> Literal["socket", "http"]:
    """How `serve` hears Slack. Raises SettingsError where a token is missing."""
    lines = []
    if settings.slack_bot_token is None:
        lines.append(_line("SLACK_BOT_TOKEN", "is missing", "slack_bot_token"))
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        hint = Settings.model_fields["slack_app_token"].description
        lines.append(f"SLACK_APP_TOKEN: is missing. Write {hint}, or set SLACK_SIGNING_SECRET for HTTP mode.")
    if lines:
        raise SettingsError(lines)
    return "socket" if settings.slack_app_token else "http"


def variable(field: str) -> str:
    """The environment's name of a field."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def variables() -> list[str]:
    """Every name that is understood."""
    plain = [variable(field) for field in Settings.model_fields if field not in (*_BY_ROLE, "demo")]
    return plain + [f"{prefix}{role.upper()}" for prefix in _BY_ROLE.values() for role in ROLES]


_BY_ROLE = {"models": f"{PREFIX}MODEL_", "max_output_tokens_by_role": f"{PREFIX}MAX_OUTPUT_TOKENS_"}


def _file(env_file: Path | None) -> dict[str, str]:
    values = dotenv_values(env_file) if env_file else {}
    return {name: value for name, value in values.items() if value}


def _build(seen: Mapping[str, str], env_file: Path | None, overrides: Mapping[str, Any]) -> Settings:
    lines = _unknown(seen)
    given = {"demo": False, **_by_role(seen), **overrides}
    try:
        settings = Settings(_env_file=env_file, **given)
    except ValidationError as error:
        raise SettingsError([*lines, *map(_wrong, error.errors())]) from None
    if lines:
        raise SettingsError(lines)
    return settings


def _by_role(seen: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        field: {role: seen[name] for role in ROLES if seen.get(name := prefix + role.upper())}
        for field, prefix in _BY_ROLE.items()
    }


def _unknown(seen: Mapping[str, str]) -> list[str]:
    known = variables()
    lines = []
    for name in sorted(seen):
        if name.startswith(PREFIX) and name not in known:
            # Without the prefix, which all share: any two names would be alike.
            own = [each.removeprefix(PREFIX) for each in known if each.startswith(PREFIX)]
            near = difflib.get_close_matches(name.removeprefix(PREFIX), own, n=1)
            what_to_write = f"Write {PREFIX}{near[0]}, if that is meant" if near else "Remove it"
            lines.append(f"{name}: is not a setting. {what_to_write}; .env.example lists all.")
    return lines


def _wrong(error: ErrorDetails) -> str:
    place = error["loc"]
    field = next((name for name in Settings.model_fields if place[0] in (name, variable(name))), str(place[0]))
    name = f"{_BY_ROLE[field]}{str(place[1]).upper()}" if field in _BY_ROLE else variable(field)
    what = error["msg"].removeprefix("Value error, ").removeprefix("Input ").split(", unable")[0]
    return _line(name, what, field)


def _line(name: str, what: str, field: str) -> str:
    return f"{name}: {what}. Write {Settings.model_fields[field].description}."


_BOLTS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@contextmanager
def without_foreign_environment(settings: Settings) -> Iterator[None]:
    """While objects of Bolt and the SDK are built, which read the environment by themselves.

    Bolt would turn OAuth on where it finds a client id and secret; the SDK would send calls to a Slack on this
    machine through the proxy of the outside.
    """
    local = is_loopback(urlsplit(settings.slack_api_url).hostname or "")
    names = (*_BOLTS, *(_PROXIES if local else ()))
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
