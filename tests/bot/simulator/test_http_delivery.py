import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import ManualClock, Simulator

Serve = Callable[[web.Application], Any]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    runners = []

    async def start(app: web.Application) -> str:
        runners.append(runner := web.AppRunner(app))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

    yield start
    for runner in runners:
        await runner.cleanup()


async def test_bolt_takes_signed_events_commands_and_clicks_by_http(run: Any, serve: Serve) -> None:
    secret, seen = "a secret of the test", []
    simulator: Simulator
    # The address of each has to be known to the other before it starts.
    probe = web.Application()
    relay: dict[str, Any] = {}

    async def forward(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await relay["handler"](request)
        return answer

    probe.router.add_post("/slack/events", forward)
    simulator = await run(events_url=await serve(probe), signing_secret=secret)
    client = AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)
    app = AsyncApp(client=client, signing_secret=secret)

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: AsyncWebClient) -> None:
        element = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
        blocks = [{"type": "actions", "elements": [element]}]
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="hi", blocks=blocks)

    @app.event("message")
    async def said() -> None: ...

    @app.command("/research")
    async def research(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"got {command['text']}")

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append(body["user"]["id"])

    server = app.server(path="/slack/events")
    relay["handler"] = server.handle_post_requests
    assert simulator.http and await simulator.http.verify_url("token", "challenge me")
    ts = await simulator.post("U0ANA", "C0RESEARCH", "@threadwork hello")
    await simulator.until(lambda: len(simulator.thread("C0RESEARCH", ts)) == 2)
    reply = simulator.thread("C0RESEARCH", ts)[1]["ts"]
    assert (await simulator.click("U0BEN", "C0RESEARCH", reply, "go")).ok
    assert "got é &amp; more" == (await simulator.command("U0ANA", "C0RESEARCH", "/research", "é & more")).text
    assert ["U0BEN"] == seen
    await simulator.until(lambda: len(simulator.deliveries) == 5)
    assert all(d.answer.acknowledged for d in simulator.deliveries)


async def test_the_signature_covers_version_time_and_body(run: Any, serve: Serve) -> None:
    received: list[tuple[Any, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        received.append((request.headers, await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", take)
    clock = ManualClock(1_800_000_000.5)
    simulator = await run(events_url=await serve(app), signing_secret="s", clock=clock)
    await simulator.post("U0ANA", "C0RESEARCH", "hello")
    await simulator.until(lambda: simulator.deliveries)
    headers, body = received[0]
    expected = hmac.new(b"s", b"v0:1800000000:" + body, hashlib.sha256).hexdigest()
    assert ("1800000000", f"v0={expected}") == (
        headers["X-Slack-Request-Timestamp"],
        headers["X-Slack-Signature"],
    )
    assert "X-Slack-Retry-Num" not in headers


async def test_a_failed_delivery_is_repeated_with_its_number_and_reason_unless_the_app_declines(
    run: Any, serve: Serve
) -> None:
    seen = []

    async def refuse(request: web.Request) -> web.Response:
        seen.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"} if len(seen) == 3 else {})

    app = web.Application()
    app.router.add_post("/slack/events", refuse)
    clock = ManualClock()
    simulator = await run(events_url=await serve(app), clock=clock)
    await simulator.post("U0ANA", "C0RESEARCH", "hello")
    for tries in (1, 2, 3):
        await simulator.until(lambda tries=tries: len(simulator.deliveries) == tries)
        clock.advance(400)
    for _ in range(5):
        await asyncio.sleep(0)
        clock.advance(400)
    assert 0 == simulator.deliveries_under_way
    assert [(None, None), ("1", "http_error"), ("2", "http_error")] == seen
