"""One request to a search engine's API: the operator's own address, with a key that no redirect may carry away."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from orchestration.tools.web.guard import USER_AGENT
from orchestration.values.errors import ToolFailed
from orchestration.values.text import clean_json

SECONDS = 10.0
"""For a search, a second attempt and the wait before it included."""
CONNECT_SECONDS = 5.0
REPLY_BYTES = 2_000_000
ATTEMPTS = 2
WAIT_SECONDS = 1.0
"""Where the engine names no time to wait."""
REFUSED = frozenset({400, 401, 403, 404, 422})
OUT_OF_QUOTA = frozenset({402, 432, 433})
"""432 and 433 are Tavily's own: the plan's limit, and that of paying as you go."""
AGAIN = frozenset({429, 500, 502, 503, 504})
"""Complete replies of which engines bill none."""


@dataclass(frozen=True, slots=True)
class Ask:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None


class Busy(Exception):
    """Refused for now, at no cost."""

    def __init__(self, sentence: str, wait_seconds: float) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.wait_seconds = wait_seconds


async def exchange(engine: str, ask: Ask, *, seconds: float = SECONDS) -> dict[str, Any]:
    """The reply's JSON object. Raises ToolFailed with a sentence and what the search may have cost.

    Sent a second time only where the first provably cost nothing, and only within `seconds`.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with asyncio.timeout_at(end):
                return await _once(engine, ask)
        except TimeoutError:
            raise ToolFailed(f"{engine} did not answer in time. Search again.", billing="unknown") from None
        except Busy as busy:
            if attempt == ATTEMPTS or loop.time() + busy.wait_seconds >= end:
                raise ToolFailed(busy.sentence) from None
            await asyncio.sleep(busy.wait_seconds)
    raise AssertionError("every way through the loop ends it")


async def _once(engine: str, ask: Ask) -> dict[str, Any]:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
    headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **ask.headers}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                ask.method, ask.url, headers=headers, params=ask.params, json=ask.body, allow_redirects=False
            ) as response,
        ):
            _checked(engine, response)
            return _read(engine, await _body(engine, response))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise Busy(f"{engine} cannot be reached. Answer without the web, and say so.", WAIT_SECONDS) from None
    except (aiohttp.ClientError, OSError):
        sentence = f"The connection to {engine} broke. Search again, or answer without the web and say so."
        raise ToolFailed(sentence, billing="unknown") from None


def _checked(engine: str, response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status == 200:
        return
    if status in AGAIN:
        what = "is limiting requests" if status == 429 else "has a fault"
        sentence = f"{engine} {what} (HTTP {status}). Go on with what you have, and search again later."
        raise Busy(sentence, _wait(response.headers))
    if status in OUT_OF_QUOTA:
        raise ToolFailed(f"The {engine} plan is used up (HTTP {status}). Answer without the web, and say so.")
    if status in (401, 403):
        raise ToolFailed(f"{engine} refused the search (HTTP {status}). The operator should run `threadwork check`.")
    if status in REFUSED:
        raise ToolFailed(f"{engine} did not accept the query (HTTP {status}). Try a shorter one in plain words.")
    raise ToolFailed(f"{engine} answered HTTP {status}. Answer without the web, and say so.", billing="unknown")


def _wait(headers: Mapping[str, str]) -> float:
    try:
        return min(max(0.0, float(headers.get("Retry-After", ""))), 3600.0)
    except ValueError:
        return WAIT_SECONDS


async def _body(engine: str, response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_chunked(65_536):
        body += piece
        if len(body) > REPLY_BYTES:
            raise ToolFailed(f"{engine} sent too much. Search for something more specific.", billing="fee")
    return bytes(body)


def _read(engine: str, body: bytes) -> dict[str, Any]:
    try:
        value = clean_json(json.loads(body))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ToolFailed(f"{engine} did not answer with a list of results. Answer without the web.", billing="fee")
    return value
