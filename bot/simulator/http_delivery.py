"""Delivery by signed HTTP requests to the app's own address."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.simulator.clock import Clock, within
from bot.simulator.delivery import ACK_SECONDS, Answer, Envelope

_FORM = "application/x-www-form-urlencoded"


class HttpDelivery:
    def __init__(self, url: str, signing_secret: str, clock: Clock) -> None:
        self._url = url
        self._secret = signing_secret
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, envelope: Envelope) -> Answer:
        body, content_type = _body(envelope)
        headers = {"Content-Type": content_type, **self._signature(body)}
        # Unlike in Socket Mode a first delivery says nothing about retries.
        if envelope.attempt:
            headers |= {
                "X-Slack-Retry-Num": str(envelope.attempt),
                "X-Slack-Retry-Reason": envelope.reason,
            }
        request = asyncio.ensure_future(self._post(body, headers))
        if not await within(self._clock, ACK_SECONDS, request):
            # The app may go on with what it has read; only its answer comes too late.
            request.cancel()
            return Answer(False, reason="http_timeout")
        return request.result()

    async def verify_url(self, token: str, challenge: str) -> bool:
        """What Slack does when the address is entered: the app has to send the challenge back."""
        envelope = Envelope("events_api", {"token": token, "challenge": challenge, "type": "url_verification"})
        answer = await self.send(envelope)
        return answer.acknowledged and (answer.payload or {}).get("challenge") == challenge

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        self._session = self._session or aiohttp.ClientSession()
        try:
            async with self._session.post(self._url, data=body, headers=headers) as response:
                text = await response.text()
        except aiohttp.TooManyRedirects:
            return Answer(False, reason="too_many_redirects")
        except aiohttp.ClientError:
            return Answer(False, reason="connection_failed")
        if not response.ok:
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            return Answer(False, reason="http_error", final=no_retry)
        return Answer(True, _payload(response.content_type, text))

    def _signature(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock.now()))
        signed = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(self._secret.encode(), signed, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _body(envelope: Envelope) -> tuple[bytes, str]:
    match envelope.kind:
        case "events_api":
            return json.dumps(envelope.payload).encode(), "application/json"
        case "slash_commands":
            return urlencode(envelope.payload, errors="replace").encode(), _FORM
        case _:
            return urlencode({"payload": json.dumps(envelope.payload)}).encode(), _FORM


def _payload(content_type: str, text: str) -> dict[str, Any] | None:
    if not text:
        return None
    if content_type != "application/json":
        return {"text": text}
    try:
        payload = json.loads(text)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None
