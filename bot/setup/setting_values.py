"""What a setting's text may say, and what is wrong with it where it may not."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation, Overflow
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

NANO = 10**9

log = structlog.get_logger()


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _nano_usd(value: object) -> object:
    if isinstance(value, int):
        return value
    try:
        nano = Decimal(str(value).strip().removeprefix("$")) * NANO
    except (InvalidOperation, Overflow):
        raise ValueError("is not an amount of money") from None
    if not nano.is_finite() or nano < 0 or nano != nano.to_integral_value() or nano > 10**18:
        raise ValueError("is not an amount of money between 0 and 1,000,000,000 with at most nine decimals")
    return int(nano)


def _slack_api_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("is not an http address")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("uses plain http to another machine, which would expose the tokens to the network")
    if not value.endswith("/"):
        raise ValueError("does not end in /")
    return value


def _http_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("is not an http address")
    return value


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite+aiosqlite://", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("is not the address of a supported database")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):
        raise ValueError("is not a known time zone") from None
    return value


def _existing_file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError("is not a file that can be read")
    return value


def _worker_posts(value: object) -> object:
    """Version 0.1 knew only on and off."""
    text = str(value).strip().lower()
    if text in ("on", "true", "yes", "1"):
        log.info("setting_read_as", setting="THREADWORK_WORKER_POSTS", given=text, read_as="short")
        return "short"
    return "off" if text in ("false", "no", "0") else text


def _ids_or(*words: str) -> Callable[[object], object]:
    """A comma-separated list of user and user-group ids, or one of the words."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        names = tuple(name.strip() for name in value.split(",") if name.strip())
        if len(names) == 1 and names[0] in words:
            return names
        wrong = [name for name in names if name[0] not in "UWS" or not name.isalnum() or not name.isupper()]
        if wrong or not names:
            raise ValueError(f"is neither {' nor '.join(words)} nor a list of ids")
        return names

    return read


def _token(prefix: str, other: str) -> Callable[[SecretStr], SecretStr]:
    """Look-alikes may have tokens of any shape, so only the usual mix-up is refused."""

    def check(value: SecretStr) -> SecretStr:
        text = value.get_secret_value().strip()
        if text.startswith(other) or any(sign.isspace() for sign in text):
            raise ValueError(f"does not look like a token that begins with {prefix}")
        return SecretStr(text)

    return check


def _channel_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    if any(name[0] not in "CG" or not name.isalnum() or not name.isupper() for name in names):
        raise ValueError("is no list of channel ids")
    return names


WorkerPosts = Annotated[Literal["short", "full", "off"], BeforeValidator(_worker_posts)]
NanoUsd = Annotated[int, BeforeValidator(_nano_usd)]
Port = Annotated[int, Field(ge=0, le=65535)]
SlackApiUrl = Annotated[str, AfterValidator(_slack_api_url)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
Timezone = Annotated[str, AfterValidator(_timezone)]
ExistingFile = Annotated[Path, AfterValidator(_existing_file)]
BotToken = Annotated[SecretStr, AfterValidator(_token("xoxb-", "xapp-"))]
AppToken = Annotated[SecretStr, AfterValidator(_token("xapp-", "xox"))]
Channels = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_channel_ids)]
Owners = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_ids_or("admins"))]
Reviewers = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_ids_or("requester", "anyone"))]
