"""`[mcp.NAME]` in `threadwork.toml`: a server of tools, started by a command or reached at an address."""

import re
from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, model_validator

from bot.setup import settings
from bot.setup.setting_values import is_loopback
from orchestration.tools.mcp.server import CALL_SECONDS, McpServer

INHERITED = ("PATH", "HOME", "LANG")
"""All that a server's process sees of the environment unless its table names more."""
ServerName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,23}$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _address(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("is not an http address. Write it as in https://mcp.example.org/")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("uses plain http to another machine, which would expose queries to the network. Write https")
    if url.username or url.password:
        raise ValueError("contains a user name or password. Put them into a header, from a variable")
    return value


class McpTable(BaseModel):
    """In the values of `env` and `headers`, `${NAME}` means a variable of the environment or of `.env`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: tuple[str, ...] = ()
    url: Annotated[str, AfterValidator(_address)] | None = None
    env: tuple[str, ...] | Mapping[str, str] = ()
    """Names to pass on, or names with their values."""
    headers: Mapping[HeaderName, str] = Field(default_factory=dict)
    timeout_seconds: float = Field(CALL_SECONDS, ge=1, le=300)
    tools: tuple[str, ...] | None = None
    effects: tuple[str, ...] = ()

    @property
    def environment(self) -> Mapping[str, str]:
        return self.env if isinstance(self.env, Mapping) else {name: f"${{{name}}}" for name in self.env}

    @model_validator(mode="after")
    def _makes_sense(self, info: ValidationInfo) -> Self:
        if bool(self.command) == bool(self.url):
            raise ValueError("needs either command or url")
        if self.command and self.headers:
            raise ValueError("has headers, which only work with url")
        if self.url and self.env:
            raise ValueError("has env, which only works with command")
        for value in (*self.environment.values(), *self.headers.values()):
            for name in _named(value):
                _may_be_given(name, info.context or {})
        return self

    def server(self, name: str, seen: Mapping[str, str]) -> McpServer:
        """`seen` are the variables that values may be taken from; all that the table names are there."""
        taken = {found for value in (*self.environment.values(), *self.headers.values()) for found in _named(value)}
        inherited = {name: seen[name] for name in INHERITED if name in seen}
        return McpServer(
            name=name,
            command=self.command,
            url=self.url or "",
            environment=inherited | {key: _filled(value, seen) for key, value in self.environment.items()},
            headers={key: _filled(value, seen) for key, value in self.headers.items()},
            timeout_seconds=self.timeout_seconds,
            tools=self.tools,
            effects=self.effects,
            secrets=tuple(seen[variable] for variable in sorted(taken)),
        )


def _may_be_given(name: str, seen: Mapping[str, str]) -> None:
    if name in settings.own_secrets():
        raise ValueError(f"uses {name}, which is Threadwork's own secret and is not passed on. Give the server its own")
    if not seen.get(name):
        raise ValueError(f"uses {name}, which is not set. Set it in the environment or in .env")
    if any(not letter.isprintable() for letter in seen[name]):
        raise ValueError(f"uses {name}, whose value contains line breaks or control characters")


def _named(value: str) -> list[str]:
    return _VARIABLE.findall(value)


def _filled(value: str, seen: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: seen[match[1]], value)
