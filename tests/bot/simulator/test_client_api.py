import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

HEADERS = {"X-Requested-With": "threadwork"}
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
BLOCKS = [{"type": "actions", "block_id": "row", "elements": [BUTTON]}]

Call = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def post(slack: Any, http: aiohttp.ClientSession) -> Call:
    async def send(path: str, **body: Any) -> dict[str, Any]:
        async with http.post(f"{slack.url}/client/{path}", json=body, headers=HEADERS) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    return send


@pytest.fixture
def get(slack: Any, http: aiohttp.ClientSession) -> Call:
    async def fetch(path: str, **query: str) -> dict[str, Any]:
        async with http.get(f"{slack.url}/client/{path}", params=query) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    return fetch


async def next_events(stream: aiohttp.ClientResponse, count: int) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    while len(found) < count:
        text = (await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 30)).decode()
        if text.startswith("event: "):
            kind, data = text.strip().split("\n", 1)
            found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


async def test_the_page_learns_who_and_what_there_is(run: Any, http: aiohttp.ClientSession) -> None:
    simulator = await run(notice="Nothing is charged.")
    async with http.get(simulator.url + "/client/workspace") as response:
        told = await response.json()
    assert {"id": "T0DEMO", "name": "Demo workspace"} == told["team"]
    assert ["Ana", "Ben", "Chloé", "Dan"] == [u["real_name"] for u in told["users"] if not u["is_bot"]]
    assert ["research", "market", "strategy"] == [c["name"] for c in told["channels"] if not c["is_im"]]
    assert "U0DAN" == next(c for c in told["channels"] if c["id"] == "D0DAN")["user"]
    assert ("/research", "research_this") == (told["commands"][0]["command"], told["shortcuts"][0]["callback_id"])
    assert ("C0RESEARCH", "Nothing is charged.") == (told["suggestions"][0]["channel"], told["notice"])


async def test_a_person_reads_their_channels_with_replies_and_private_notes(
    slack: Any, client: Any, get: Call, post: Call
) -> None:
    root = (await post("messages", user="U0ANA", channel="C0RESEARCH", text="hello"))["ts"]
    await post("messages", user="U0BEN", channel="C0RESEARCH", text="reply", thread_ts=root)
    metadata = {"event_type": "slot", "event_payload": {}}
    await client(slack).chat_postMessage(channel="C0RESEARCH", text="note", metadata=metadata)
    await client(slack).chat_postEphemeral(channel="C0RESEARCH", user="U0BEN", text="only Ben")
    rows = (await get("messages", user="U0BEN", channel="C0RESEARCH"))["messages"]
    assert ["hello", "reply", "note", "only Ben"] == [m["text"] for m in rows]
    assert [None, None, None, True] == [m.get("ephemeral") for m in rows]
    assert not any("metadata" in m for m in rows)
    others = (await get("messages", user="U0ANA", channel="C0RESEARCH"))["messages"]
    assert ["hello", "reply", "note"] == [m["text"] for m in others]
    assert "error" in await get("messages", user="U0DAN", channel="C0MARKET")


async def test_events_reach_those_who_may_see_them(slack: Any, client: Any, http: aiohttp.ClientSession) -> None:
    url, web = slack.url + "/client/events", client(slack)
    async with (
        http.get(url, params={"user": "U0ANA"}) as ana,
        http.get(url, params={"user": "U0DAN"}) as dan,
    ):
        ts = (await web.chat_postMessage(channel="C0MARKET", text="one"))["ts"]
        await web.chat_update(channel="C0MARKET", ts=ts, text="two")
        await web.chat_postEphemeral(channel="C0MARKET", user="U0ANA", text="only Ana")
        await web.chat_delete(channel="C0MARKET", ts=ts)
        await web.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [{"type": "divider"}]})
        await web.chat_postMessage(channel="C0RESEARCH", text="for all")
        seen = await next_events(ana, 6)
        kinds = ["message", "message_changed", "ephemeral", "message_deleted", "home", "message"]
        assert kinds == [kind for kind, _ in seen]
        assert ("two", True) == (seen[1][1]["message"]["text"], seen[2][1]["message"]["ephemeral"])
        assert {"channel": "C0MARKET", "ts": ts} == seen[3][1]
        assert [("message", "for all")] == [(k, d["message"]["text"]) for k, d in await next_events(dan, 1)]


async def test_a_press_opens_a_form_that_is_filled_and_sent(
    slack: Any, bolt: Any, connect: Any, http: aiohttp.ClientSession, post: Call
) -> None:
    app, sent = bolt(slack), []
    text = {"type": "plain_text", "text": "x"}
    element = {
        "type": "static_select",
        "action_id": "pick",
        "options": [{"text": text, "value": "a"}, {"text": text, "value": "b"}],
    }
    blocks = [{"type": "input", "block_id": "one", "label": text, "element": element}]

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        view = {"type": "modal", "callback_id": "f", "title": text, "submit": text, "blocks": blocks}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("f")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        sent.append(view["state"]["values"]["one"]["pick"])
        await (ack() if len(sent) > 1 else ack(response_action="errors", errors={"one": "Not that one."}))

    await connect(app, slack)
    ts = (await app.client.chat_postMessage(channel="C0RESEARCH", text="x", blocks=BLOCKS))["ts"]
    async with http.get(slack.url + "/client/events", params={"user": "U0BEN"}) as stream:
        place = {"user": "U0BEN", "channel": "C0RESEARCH", "message_ts": ts}
        assert {"ok": True} == await post("actions", **place, block_id="row", action_id="go", value="")
        ((kind, opened),) = await next_events(stream, 1)
        assert ("view", "open") == (kind, opened["action"])
        view_id = opened["view"]["id"]
        picked = {"type": "static_select", "selected_option": element["options"][1]}
        values = {"one": {"pick": picked}}
        refused = await post("views/submit", user="U0BEN", view_id=view_id, values=values)
        assert {"ok": False, "errors": {"one": "Not that one."}} == refused
        assert {"ok": True} == await post("views/submit", user="U0BEN", view_id=view_id, values=values)
        assert [("view", {"view": None, "action": "close"})] == await next_events(stream, 1)
    assert [picked, picked] == sent


async def test_a_menu_in_a_message_reports_the_chosen_option(slack: Any, bolt: Any, connect: Any, post: Call) -> None:
    app, chosen = bolt(slack), []
    option = {"text": {"type": "plain_text", "text": "x"}, "value": "v"}
    menu = {"type": "overflow", "action_id": "more", "options": [option]}

    @app.action("more")
    async def more(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        chosen.append(body["actions"][0]["selected_option"])

    await connect(app, slack)
    blocks = [{"type": "section", "text": option["text"], "accessory": menu}]
    ts = (await app.client.chat_postMessage(channel="C0RESEARCH", text="x", blocks=blocks))["ts"]
    place = {"user": "U0BEN", "channel": "C0RESEARCH", "message_ts": ts, "block_id": None, "action_id": "more"}
    assert (await post("actions", **place, selected_option=option))["ok"]
    assert [option] == chosen


async def test_a_file_is_uploaded_posted_and_read_by_the_channel(
    slack: Any, http: aiohttp.ClientSession, post: Call
) -> None:
    form = aiohttp.FormData()
    form.add_field("user", "U0ANA")
    form.add_field("file", b"notes", filename="notes.txt")
    async with http.post(slack.url + "/client/files", data=form, headers=HEADERS) as response:
        file = (await response.json())["file"]
    assert ("notes.txt", 5) == (file["name"], file["size"])
    assert (await post("messages", user="U0ANA", channel="C0RESEARCH", text="", file_ids=[file["id"]]))["ok"]
    for user, status in (("U0BEN", 200), ("U0DAN", 200), ("U0NOBODY", 404)):
        async with http.get(f"{slack.url}/client/files/{file['id']}", params={"user": user}) as response:
            assert status == response.status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messages", {"user": "U0DAN", "channel": "C0MARKET", "text": "x"}),
        ("messages", {"user": "U0ANA", "channel": "C0RESEARCH", "text": ""}),
        ("messages", {"user": "U0ANA"}),
        ("commands", {"user": "U0ANA", "channel": "C0RESEARCH", "command": "/other", "text": ""}),
        ("commands", {"user": "U0ANA", "channel": "C0RESEARCH", "command": "/research", "text": "x"}),
        ("actions", {"user": "U0ANA", "channel": "C0RESEARCH", "message_ts": "1.0", "action_id": "x"}),
        ("actions", {"user": "U0ANA", "view_id": "V1", "action_id": "x"}),
        ("shortcuts", {"user": "U0ANA", "channel": "C0RESEARCH", "message_ts": "1.0", "callback_id": "x"}),
        ("views/submit", {"user": "U0ANA", "view_id": "V1", "values": {}}),
        ("views/close", {"user": "U0ANA", "view_id": "V1"}),
        ("home", {"user": "U0NOBODY"}),
    ],
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(post: Call, path: str, body: dict[str, Any]) -> None:
    answer = await post(path, **body)
    assert (False, True) == (answer["ok"], " " in answer["error"])
