"""HTTP mode takes what Slack signed and nothing else."""

import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.connection.app import slack_app
from bot.connection.http import LARGEST_BODY, PATH, events_server, listening
from bot.incoming.door import Bot
from bot.setup.settings import Settings
from orchestration.values.errors import OperatorError

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CHALLENGE = json.dumps({"type": "url_verification", "challenge": "c1", "token": "t"}).encode()


@pytest.fixture
async def address() -> AsyncIterator[str]:
    app = slack_app(AsyncWebClient(token="xoxb-1"), Settings(_env_file=None), Bot("T1", "U1", "B1", "threadwork"))
    async with listening(events_server(app, SECRET, SystemClock()), "127.0.0.1", 0, setting="PORT") as port:
        yield f"http://127.0.0.1:{port}{PATH}"


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={signature}",
        "Content-Type": "application/json",
    }


async def answer(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.post(address, data=io.BytesIO(body), headers=headers) as response:
        return response.status, await response.text()


async def test_a_signed_challenge_is_answered(address: str) -> None:
    status, text = await answer(address, CHALLENGE, signed(CHALLENGE))
    assert (status, json.loads(text)) == (200, {"challenge": "c1"})


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "9" * 5_000},
        {"X-Slack-Request-Timestamp": ""},
    ],
)
async def test_a_bad_signature_or_time_is_401_and_never_500(address: str, change: dict[str, str]) -> None:
    assert (await answer(address, CHALLENGE, signed(CHALLENGE) | change))[0] == 401


async def test_an_old_or_future_request_is_refused(address: str) -> None:
    # Time goes on until it arrives: what is too old stays so, what is from the future has to be from far there.
    for at in (time.time() - 301, time.time() + 3600):
        assert (await answer(address, CHALLENGE, signed(CHALLENGE, at=at)))[0] == 401


async def test_another_secret_is_refused(address: str) -> None:
    assert (await answer(address, CHALLENGE, signed(CHALLENGE, secret="other")))[0] == 401


@pytest.mark.parametrize("body", [b"null", b"[]", b"{", b"\xff", b"[" * 200_000])
async def test_a_signed_body_that_cannot_be_read_is_400(address: str, body: bytes) -> None:
    assert (await answer(address, body, signed(body)))[0] == 400


async def test_a_huge_body_is_not_read(address: str) -> None:
    body = b" " * (LARGEST_BODY + 1)
    assert (await answer(address, body, signed(body)))[0] == 413


async def test_slacks_note_that_it_sends_too_much_is_acknowledged(address: str) -> None:
    body = json.dumps({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}).encode()
    assert (await answer(address, body, signed(body)))[0] == 200


async def test_a_taken_port_is_a_sentence_with_the_setting(address: str) -> None:
    port = int(address.rsplit(":", 1)[1].split("/")[0])
    app: Any = AsyncApp(token="xoxb-1", signing_secret=SECRET)
    with pytest.raises(OperatorError, match=r"THREADWORK_HTTP_PORT: 127\.0\.0\.1:"):
        async with listening(
            events_server(app, SECRET, SystemClock()), "127.0.0.1", port, setting="THREADWORK_HTTP_PORT"
        ):
            pass
