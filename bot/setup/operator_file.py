"""`threadwork.toml`: what an operator decides that does not fit into one line of the environment."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator
from yarl import URL

from bot.setup import settings
from bot.setup.mcp_table import McpTable, ServerName
from bot.setup.operator_mistakes import mistakes
from bot.setup.settings import SettingsError
from orchestration.tools.mcp.server import McpServer
from orchestration.values.policy import SourcePolicies, SourcePolicy

DEFAULT = "default"
OPERATOR_FILE = Path("threadwork.toml")
_PLACE = re.compile(r"[^/\s]+(/[^/\s]+)?")
_CHANNEL_ALONE = re.compile(r"[CGD][A-Z0-9]{6,}")
"""Its table would be that of a team which does not exist, and hold for nobody."""


def _domain(value: str) -> str:
    name = value.strip().rstrip(".").lower().removeprefix("*.")
    if not name or "/" in name or ":" in name or " " in name:
        raise ValueError(f"has {value[:80]!r}, which is not a domain. Write example.org, without scheme or path")
    try:
        # By what reads the addresses that it is compared with: other rules make strasse.de of straße.de.
        host = URL.build(scheme="https", host=name).raw_host
    except ValueError:
        host = None
    if not host:
        raise ValueError(f"has {value[:80]!r}, which is not a domain. Write it as in example.org")
    return host


def _not_empty(domains: tuple[str, ...]) -> tuple[str, ...]:
    if not domains:
        raise ValueError("is empty, which would allow every host. List domains, leave it out, or write web = false")
    return domains


Domain = Annotated[str, AfterValidator(_domain)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChannelTable(_Strict):
    """`[channels.default]`, `[channels.T012AB3CD]` or `[channels."T012AB3CD/C012AB3CD"]`."""

    web: bool = True
    allowed_domains: Annotated[tuple[Domain, ...], AfterValidator(_not_empty)] = ()
    denied_domains: tuple[Domain, ...] = ()
    newest_days: Annotated[PositiveInt, Field(le=36_500)] | None = None
    independent_sources: PositiveInt = 1
    outward_after_private: bool = False
    mcp_servers: tuple[str, ...] = ()

    def policy(self) -> SourcePolicy:
        return SourcePolicy(**self.model_dump())


class _File(_Strict):
    channels: Mapping[str, ChannelTable] = Field(default_factory=dict)
    mcp: Mapping[ServerName, McpTable] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _only_places_that_can_be(self) -> Self:
        for place in self.channels:
            if _CHANNEL_ALONE.fullmatch(place):
                raise ValueError(f'channels.{place} is a channel without its team. Write [channels."TEAM/{place}"]')
            if not _PLACE.fullmatch(place):
                raise ValueError(f'channels."{place}" is not a place. Write default, a team, or "TEAM/CHANNEL"')
        return self

    @model_validator(mode="after")
    def _only_declared_servers(self) -> Self:
        for place, table in self.channels.items():
            for name in table.mcp_servers:
                if name not in self.mcp:
                    raise ValueError(f"channels.{place}.mcp_servers names {name}, and there is no table [mcp.{name}]")
        return self


class OperatorFile:
    """Read once at the start; a change counts from the next start on."""

    def __init__(
        self, channels: Mapping[str, ChannelTable] | None = None, mcp_servers: Sequence[McpServer] = ()
    ) -> None:
        self.mcp_servers = tuple(mcp_servers)
        policies = {place: table.policy() for place, table in (channels or {}).items()}
        self.policies = SourcePolicies(policies.pop(DEFAULT, SourcePolicy()), policies)


def load(path: Path = OPERATOR_FILE, environment: Mapping[str, str] | None = None) -> OperatorFile:
    """The defaults where there is no file. Raises SettingsError with a line for each thing that is wrong."""
    seen = settings.environment() if environment is None else environment
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return OperatorFile()
    except IsADirectoryError:
        raise SettingsError([f"{path}: is a folder. Write a file of this name, or remove the folder."]) from None
    except OSError as error:
        lines = [f"{path}: cannot be read ({error.strerror}). Give the user who starts Threadwork read access."]
        raise SettingsError(lines) from None
    except UnicodeDecodeError as error:
        raise SettingsError([f"{path}: is not UTF-8 (at byte {error.start + 1}). Save it as UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        lines = [f"{path}: cannot be read as TOML ({error}). Compare it with threadwork.example.toml."]
        raise SettingsError(lines) from None
    return _checked(path, data, seen)


def _checked(path: Path, data: Mapping[str, Any], seen: Mapping[str, str]) -> OperatorFile:
    try:
        file = _File.model_validate(data, context=seen)
        return OperatorFile(file.channels, [table.server(name, seen) for name, table in file.mcp.items()])
    except ValidationError as error:
        raise SettingsError(f"{path}: {mistake}" for mistake in mistakes(error.errors(), _KNOWN)) from None


_KNOWN = {"": _File.model_fields, "channels": ChannelTable.model_fields, "mcp": McpTable.model_fields}
