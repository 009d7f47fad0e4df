from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import ManualClock


async def error_of(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_auth_test_names_the_bot_and_lists_its_scopes(slack: Any, client: Any) -> None:
    reply = await client(slack).auth_test(team_id=slack.team_id)
    assert (slack.bot_user_id, "B0DEMO", "T0DEMO") == (reply["user_id"], reply["bot_id"], reply["team_id"])
    assert "chat:write" in reply.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("app", "chat.postMessage", "not_allowed_token_type"),
        ("bot", "apps.connections.open", "not_allowed_token_type"),
        ("bot", "chat.postMessages", "unknown_method"),
    ],
)
async def test_a_wrong_token_or_method_is_refused(
    slack: Any, http: aiohttp.ClientSession, token: str, method: str, error: str
) -> None:
    token = {"app": slack.app_token, "bot": slack.bot_token}.get(token, token)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.post(slack.api_url + method, headers=headers) as response:
        assert (200, False, error) == (response.status, *list((await response.json()).values())[:2])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0RESEARCH"}, "no_text"),
        ({"channel": "C0RESEARCH", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0RESEARCH", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0RESEARCH", "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": "C0RESEARCH", "text": "x", "blocks": [{"type": "nope"}]}, "invalid_blocks"),
        ({"channel": "C0RESEARCH", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": "C0RESEARCH", "text": "x", "colour": "red"}, "invalid_arguments"),
        ({"channel": "C0RESEARCH", "text": "x", "unfurl_links": "perhaps"}, "invalid_arguments"),
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": "C0RESEARCH", "text": "x", "metadata": "[1]"}, "invalid_metadata_format"),
        ({"channel": "C0RESEARCH", "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        (
            {"channel": "C0RESEARCH", "text": "x", "metadata": {"event_type": "a", "event_payload": {"k": "x" * 9000}}},
            "metadata_too_large",
        ),
        (
            {"channel": "C0RESEARCH", "text": "x", "metadata": {"event_type": "a", "event_payload": {"k": {"l": {}}}}},
            "invalid_metadata_schema",
        ),
        (
            {
                "channel": "C0RESEARCH",
                "text": "x",
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5,
            },
            "msg_blocks_too_long",
        ),
    ],
)
async def test_a_post_that_slack_would_refuse_is_refused_in_its_words(
    slack: Any, client: Any, arguments: dict[str, Any], error: str
) -> None:
    response = await error_of(client(slack).api_call("chat.postMessage", json=arguments))
    assert error == response["error"]
    assert [] == slack.workspace.in_channel("C0RESEARCH")
    assert ("chat.postMessage", False, error) == (slack.calls[0].method, slack.calls[0].ok, slack.calls[0].error)


async def test_the_reason_of_a_refused_block_says_where_and_what(slack: Any, client: Any) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    response = await error_of(client(slack).chat_postMessage(channel="C0RESEARCH", text="x", blocks=blocks))
    expected = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert [expected] == response["response_metadata"]["messages"]


async def test_a_scope_that_the_manifest_does_not_declare_is_missing(slack: Any, client: Any) -> None:
    response = await error_of(client(slack).team_info())
    assert ("missing_scope", "team:read") == (response["error"], response["needed"])
    assert "chat:write" in response["provided"]


async def test_the_bot_cannot_write_where_it_is_no_member(slack: Any, client: Any) -> None:
    for channel, error in (("C0RESEARCH", "not_in_channel"), ("C0STRATEGY", "channel_not_found")):
        slack.workspace.channels[channel].members.remove(slack.bot_user_id)
        response = await error_of(client(slack).chat_postMessage(channel=channel, text="x"))
        assert error == response["error"]


async def test_only_its_own_message_can_be_changed_and_not_beyond_4000_characters(slack: Any, client: Any) -> None:
    web: AsyncWebClient = client(slack)
    theirs = await slack.post("U0ANA", "C0RESEARCH", "mine")
    own = (await web.chat_postMessage(channel="C0RESEARCH", text="one", metadata=note("a")))["ts"]
    for ts, text, error in (
        (theirs, "x", "cant_update_message"),
        ("1.000001", "x", "message_not_found"),
        (own, "x" * 4001, "msg_too_long"),
    ):
        assert error == (await error_of(web.chat_update(channel="C0RESEARCH", ts=ts, text=text)))["error"]
    await web.chat_update(channel="C0RESEARCH", ts=own, text="two")
    stored = slack.workspace.find("C0RESEARCH", own)
    assert ("two", note("a"), True) == (stored["text"], stored["metadata"], "edited" in stored)


def note(value: str) -> dict[str, Any]:
    return {"event_type": "slot", "event_payload": {"key": value}}


async def test_an_edit_keeps_blocks_only_where_it_sends_no_text(slack: Any, client: Any) -> None:
    web, blocks = client(slack), [{"type": "divider", "block_id": "line"}]
    ts = (await web.chat_postMessage(channel="C0RESEARCH", text="one", blocks=blocks))["ts"]
    await web.chat_update(channel="C0RESEARCH", ts=ts, text="two")
    assert "blocks" not in slack.workspace.find("C0RESEARCH", ts)


async def test_a_thread_is_read_page_by_page_with_its_first_message_and_metadata_on_demand(
    slack: Any, client: Any
) -> None:
    web = client(slack)
    root = await slack.post("U0ANA", "C0RESEARCH", "question")
    for i in range(5):
        await web.chat_postMessage(channel="C0RESEARCH", thread_ts=root, text=f"r{i}", metadata=note(str(i)))
    texts: list[str] = []
    pages, cursor = 0, None
    while pages == 0 or cursor:
        page = await web.conversations_replies(channel="C0RESEARCH", ts=root, limit=3, cursor=cursor)
        assert root == page["messages"][0]["ts"]
        texts += [m["text"] for m in page["messages"][1:]]
        pages, cursor = pages + 1, page.get("response_metadata", {}).get("next_cursor")
    assert (["r0", "r1", "r2", "r3", "r4"], 3) == (texts, pages)
    plain = await web.conversations_replies(channel="C0RESEARCH", ts=root)
    full = await web.conversations_replies(channel="C0RESEARCH", ts=root, include_all_metadata=True)
    assert [] == [m for m in plain["messages"] if "metadata" in m]
    assert [str(i) for i in range(5)] == [m["metadata"]["event_payload"]["key"] for m in full["messages"][1:]]


async def test_history_is_newest_first_without_replies_and_between_two_times(slack: Any, client: Any) -> None:
    web = client(slack)
    ts = [await slack.post("U0ANA", "C0RESEARCH", f"m{i}") for i in range(4)]
    await slack.post("U0BEN", "C0RESEARCH", "reply", thread_ts=ts[1])
    between = await web.conversations_history(channel="C0RESEARCH", oldest=ts[0], latest=ts[3])
    assert ["m2", "m1"] == [m["text"] for m in between["messages"]]
    with_ends = await web.conversations_history(channel="C0RESEARCH", oldest=ts[0], latest=ts[3], inclusive=True)
    assert ["m3", "m2", "m1", "m0"] == [m["text"] for m in with_ends["messages"]]
    assert 1 == with_ends["messages"][2]["reply_count"]


async def test_a_rate_limit_on_demand_is_429_with_retry_after_and_passes(slack: Any, client: Any) -> None:
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    response = await error_of(client(slack).chat_postMessage(channel="C0RESEARCH", text="x"))
    assert (429, "7", {"ok": False, "error": "ratelimited"}) == (
        response.status_code,
        response.headers["Retry-After"],
        response.data,
    )
    await client(slack).chat_postMessage(channel="C0RESEARCH", text="x")


async def test_the_51st_edit_in_a_minute_is_too_many_where_tiers_are_enforced(run: Any, client: Any) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock, enforce_tiers=True)
    web = client(simulator)
    ts = (await web.chat_postMessage(channel="C0RESEARCH", text="x"))["ts"]
    for i in range(50):
        await web.chat_update(channel="C0RESEARCH", ts=ts, text=f"x{i}")
    response = await error_of(web.chat_update(channel="C0RESEARCH", ts=ts, text="y"))
    assert (429, "60") == (response.status_code, response.headers["Retry-After"])
    clock.advance(60)
    await web.chat_update(channel="C0RESEARCH", ts=ts, text="y")


async def test_a_dropped_reply_leaves_the_message_posted(slack: Any, client: Any) -> None:
    web = client(slack)
    web.retry_handlers.clear()
    slack.faults.drop_reply("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel="C0RESEARCH", text="did it arrive?")
    assert ["did it arrive?"] == [m["text"] for m in slack.workspace.in_channel("C0RESEARCH")]


async def test_faults_come_in_the_order_they_were_asked_for(slack: Any, client: Any) -> None:
    slack.faults.fail("chat.postMessage", "fatal_error")
    slack.faults.http_status("chat.postMessage", 503)
    web = client(slack)
    first = await error_of(web.chat_postMessage(channel="C0RESEARCH", text="x"))
    second = await error_of(web.chat_postMessage(channel="C0RESEARCH", text="x"))
    third = await web.chat_postMessage(channel="C0RESEARCH", text="x")
    assert ("fatal_error", 503, True) == (first["error"], second.status_code, third["ok"])


async def test_a_deleted_message_with_replies_leaves_a_tombstone(slack: Any, client: Any) -> None:
    web = client(slack)
    root = (await web.chat_postMessage(channel="C0RESEARCH", text="board"))["ts"]
    reply = (await web.chat_postMessage(channel="C0RESEARCH", text="reply", thread_ts=root))["ts"]
    await web.chat_delete(channel="C0RESEARCH", ts=root)
    await web.chat_delete(channel="C0RESEARCH", ts=reply)
    assert ["tombstone"] == [m["subtype"] for m in slack.thread("C0RESEARCH", root)]


async def test_broadcast_tokens_and_unfurl_flags_of_posts_are_recorded(slack: Any, client: Any) -> None:
    web = client(slack)
    await web.chat_postMessage(channel="C0RESEARCH", text="&lt;!channel&gt; is inert", unfurl_links=False)
    assert [] == slack.workspace.broadcasts
    blocks = [{"type": "markdown", "text": "look <!here|here>"}]
    await web.chat_postMessage(channel="C0RESEARCH", text="x", blocks=blocks)
    assert ["<!here|here>"] == [b.token for b in slack.workspace.broadcasts]
    assert [(False, None), (None, None)] == [(u.links, u.media) for u in slack.workspace.unfurls]


async def test_people_channels_and_groups_can_be_looked_up(slack: Any, client: Any) -> None:
    web = client(slack)
    dan = (await web.users_info(user="U0DAN"))["user"]
    assert (True, False) == (dan["is_restricted"], dan["is_admin"])
    assert ["U0ANA", "U0BEN"] == (await web.usergroups_users_list(usergroup="S0LEADS"))["users"]
    shared = await web.users_conversations(user="U0BEN", types="public_channel,private_channel")
    assert ["research", "market", "strategy"] == [c["name"] for c in shared["channels"]]
    assert "D0BEN" == (await web.conversations_open(users=["U0BEN"]))["channel"]["id"]
    members = await web.conversations_members(channel="C0STRATEGY")
    assert ["U0ANA", "U0BEN", "U0BOT"] == members["members"]
    assert "user_not_found" == (await error_of(web.users_info(user="U0NOBODY")))["error"]


async def test_a_stream_grows_and_ends_after_five_minutes(run: Any, client: Any) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    web, root = client(simulator), await simulator.post("U0ANA", "C0RESEARCH", "question")
    to = {"recipient_user_id": "U0ANA", "recipient_team_id": "T0DEMO"}
    ts = (await web.chat_startStream(channel="C0RESEARCH", thread_ts=root, **to))["ts"]
    task = {"type": "task_update", "id": "1", "title": "Read", "status": "in_progress"}
    text = {"type": "markdown_text", "text": "So "}
    await web.chat_appendStream(channel="C0RESEARCH", ts=ts, chunks=[task, text])
    conflict = await error_of(web.chat_update(channel="C0RESEARCH", ts=ts, text="x"))
    assert "streaming_state_conflict" == conflict["error"]
    await web.chat_appendStream(channel="C0RESEARCH", ts=ts, markdown_text="far.")
    stored = simulator.workspace.find("C0RESEARCH", ts)
    assert ("So far.", ["task_card", "markdown"]) == (stored["text"], [b["type"] for b in stored["blocks"]])
    clock.advance(310)
    late = await error_of(web.chat_stopStream(channel="C0RESEARCH", ts=ts))
    assert "message_not_in_streaming_state" == late["error"]
