import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.simulator import ManualClock


def events_of(simulator: Any, kind: str) -> list[Any]:
    return [
        d.envelope
        for d in simulator.deliveries
        if d.envelope.kind == "events_api" and d.envelope.payload["event"]["type"] == kind
    ]


async def raw_socket(simulator: Any, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    headers = {"Authorization": f"Bearer {simulator.app_token}"}
    async with http.post(simulator.api_url + "apps.connections.open", headers=headers) as response:
        url = (await response.json())["url"]
    return await http.ws_connect(url)


async def test_a_mention_reaches_bolt_as_two_events_of_one_message(slack: Any, bolt: Any, connect: Any) -> None:
    app, seen = bolt(slack), []

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        seen.append(("app_mention", event["ts"], "channel_type" in event))

    @app.event("message")
    async def said(event: dict[str, Any]) -> None:
        seen.append(("message", event["ts"], event["channel_type"] == "channel"))

    await connect(app, slack)
    ts = await slack.post("U0ANA", "C0RESEARCH", "@threadwork what is new?")
    await slack.until(lambda: len(slack.deliveries) == 2)
    assert [("app_mention", ts, False), ("message", ts, True)] == sorted(seen)
    assert 2 == len({d.envelope.payload["event_id"] for d in slack.deliveries})
    assert all(d.answer.acknowledged for d in slack.deliveries)


async def test_the_bots_own_posts_and_edits_come_back_to_it(slack: Any, bolt: Any, connect: Any) -> None:
    app = bolt(slack)
    await connect(app, slack)
    posted = await app.client.chat_postMessage(channel="D0ANA", text="one")
    await app.client.chat_update(channel="D0ANA", ts=posted["ts"], text="two")
    await slack.until(lambda: len(slack.deliveries) == 2)
    first, second = (d.envelope.payload["event"] for d in slack.deliveries)
    assert ("B0DEMO", "im") == (first["bot_id"], first["channel_type"])
    assert ("message_changed", "one", "two") == (
        second["subtype"],
        second["previous_message"]["text"],
        second["message"]["text"],
    )


async def test_an_unacknowledged_event_comes_again_at_once_after_a_minute_and_after_five(
    run: Any, http: aiohttp.ClientSession
) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    socket = await raw_socket(simulator, http)
    await socket.receive_json()
    await simulator.post("U0ANA", "C0RESEARCH", "no mention, one event")
    frames = []
    for wait in (0, 60, 300):
        frames.append(await socket.receive_json(timeout=30))
        clock.advance(2.9)
        assert len(frames) - 1 == len(simulator.deliveries), "nothing is given up before the three seconds are over"
        clock.advance(0.2)
        await simulator.until(lambda: len(simulator.deliveries) == len(frames))
        clock.advance(wait)
    frames.append(await socket.receive_json(timeout=30))
    assert [0, 1, 2, 3] == [frame["retry_attempt"] for frame in frames]
    assert ["", "timeout", "timeout", "timeout"] == [frame["retry_reason"] for frame in frames]
    assert 1 == len({frame["payload"]["event_id"] for frame in frames})
    assert 4 == len({frame["envelope_id"] for frame in frames})
    await socket.close()


async def test_an_event_comes_again_when_the_app_fails_before_its_ack(run: Any, bolt: Any, connect: Any) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    app, seen, failed = bolt(simulator), [], asyncio.Event()

    @app.middleware
    async def stumble(body: dict[str, Any], next: Any) -> None:
        seen.append(body["event_id"])
        if len(seen) == 1:
            failed.set()
            raise RuntimeError("the database is away")
        await next()

    @app.event("message")
    async def said() -> None: ...

    await connect(app, simulator)
    await simulator.post("U0ANA", "C0RESEARCH", "please keep this")
    await failed.wait()
    clock.advance(3.1)
    await simulator.until(lambda: len(simulator.deliveries) == 2)
    assert [False, True] == [d.answer.acknowledged for d in simulator.deliveries]
    assert 1 == len(set(seen))


async def test_bolt_leaves_an_event_without_listener_unacknowledged_and_gets_it_again(
    run: Any, bolt: Any, connect: Any
) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    await connect(bolt(simulator), simulator)
    await simulator.post("U0ANA", "C0RESEARCH", "nobody listens")
    for tries in (1, 2):
        await clock.until_asleep()
        clock.advance(3.1)
        await simulator.until(lambda tries=tries: len(simulator.deliveries) == tries)
    await simulator.until(lambda: len(simulator.deliveries) == 2)
    assert [0, 1] == [envelope.attempt for envelope in events_of(simulator, "message")]


async def test_a_second_delivery_on_demand_has_the_same_event_id(slack: Any, bolt: Any, connect: Any) -> None:
    app, ids = bolt(slack), []

    @app.event("message")
    async def said(body: dict[str, Any]) -> None:
        ids.append(body["event_id"])

    await connect(app, slack)
    slack.faults.duplicate_events(1)
    await slack.post("U0ANA", "C0RESEARCH", "twice")
    await slack.post("U0ANA", "C0RESEARCH", "once")
    await slack.until(lambda: len(slack.deliveries) == 3)
    assert [1, 2] == sorted(ids.count(event_id) for event_id in set(ids))


async def test_each_envelope_goes_to_one_socket_and_any_socket_may_acknowledge(
    slack: Any, http: aiohttp.ClientSession
) -> None:
    first, second = await raw_socket(slack, http), await raw_socket(slack, http)
    hellos = [await first.receive_json(), await second.receive_json()]
    assert [("hello", 1), ("hello", 2)] == [(h["type"], h["num_connections"]) for h in hellos]
    for _ in range(2):
        await slack.post("U0ANA", "C0RESEARCH", "hello")
    frames = [await first.receive_json(timeout=30), await second.receive_json(timeout=30)]
    for frame in frames:
        await first.send_str(json.dumps({"envelope_id": frame["envelope_id"]}))
    await slack.until(lambda: len(slack.deliveries) == 2)
    assert all(d.answer.acknowledged for d in slack.deliveries)
    await first.close()
    await second.close()


async def test_pings_come_back_with_the_same_data(slack: Any, http: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with http.post(slack.api_url + "apps.connections.open", headers=headers) as response:
        url = (await response.json())["url"]
    socket = await http.ws_connect(url, autoping=False)
    await socket.receive_json()
    await socket.ping(b"sdk-ping-pong:1.5")
    pong = await socket.receive(timeout=30)
    assert (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1.5") == (pong.type, bytes(pong.data))
    await socket.close()


async def test_bolt_reconnects_when_it_is_told_to_go(slack: Any, bolt: Any, connect: Any) -> None:
    app = bolt(slack)

    @app.event("message")
    async def said() -> None: ...

    await connect(app, slack)
    await slack.disconnect_sockets()
    assert 0 == slack.sockets.connections
    await slack.until(lambda: slack.sockets.connections == 1)
    await slack.post("U0ANA", "C0RESEARCH", "still there?")
    await slack.until(lambda: slack.deliveries)
    assert slack.deliveries[0].answer.acknowledged


async def test_a_warning_leaves_the_socket_open_for_ten_seconds(run: Any, http: aiohttp.ClientSession) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    socket = await raw_socket(simulator, http)
    await socket.receive_json()
    await simulator.disconnect_sockets("warning")
    assert "warning" == (await socket.receive_json(timeout=30))["reason"]
    assert 1 == simulator.sockets.connections
    await clock.until_asleep()
    clock.advance(10)
    assert "refresh_requested" == (await socket.receive_json(timeout=30))["reason"]
    await clock.until_asleep()
    clock.advance(1)
    assert aiohttp.WSMsgType.CLOSE == (await socket.receive(timeout=30)).type


async def test_an_eleventh_socket_is_sent_away(slack: Any, http: aiohttp.ClientSession) -> None:
    sockets = [await raw_socket(slack, http) for _ in range(11)]
    assert "too_many_websockets" == (await sockets[-1].receive_json(timeout=30))["reason"]
    assert aiohttp.WSMsgType.CLOSE == (await sockets[-1].receive(timeout=30)).type
    assert 10 == slack.sockets.connections
    for socket in sockets:
        await socket.close()


async def test_a_ticket_opens_one_socket(slack: Any, http: aiohttp.ClientSession) -> None:
    url = slack.sockets.open_url()
    await (await http.ws_connect(url)).close()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(url)


async def test_a_command_without_any_socket_fails_at_once_for_its_user(slack: Any) -> None:
    outcome = await slack.command("U0ANA", "C0RESEARCH", "/research", "anything")
    assert (False, "/research failed because the app did not respond.") == (outcome.ok, outcome.error)
    assert 1 == len(slack.deliveries)
