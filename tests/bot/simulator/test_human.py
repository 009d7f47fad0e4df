import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.simulator import ManualClock, NotPossible

PLAIN = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "actions", "elements": [{"type": "button", "text": PLAIN, "action_id": "go", "value": "7"}]}
CHOICE = {
    "type": "input",
    "block_id": "notes",
    "label": PLAIN,
    "element": {
        "type": "checkboxes",
        "action_id": "pick",
        "options": [{"text": PLAIN, "value": "N1"}, {"text": PLAIN, "value": "N2"}],
    },
}
WORDS = {
    "type": "input",
    "block_id": "words",
    "label": PLAIN,
    "optional": True,
    "element": {"type": "plain_text_input", "action_id": "say", "multiline": True, "initial_value": "hm"},
}
FORM = {"type": "modal", "callback_id": "form", "title": PLAIN, "submit": PLAIN, "blocks": [CHOICE, WORDS]}


@pytest.fixture
async def form(slack: Any, bolt: Any, connect: Any) -> Any:
    """An app whose button opens the form; what the form's listener answers is set by the test."""
    app = bolt(slack)
    app.answers, app.sent = [], []

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        app.sent.append(view["state"]["values"])
        await ack(**(app.answers.pop(0) if app.answers else {}))

    await connect(app, slack)
    ts = (await app.client.chat_postMessage(channel="C0RESEARCH", text="x", blocks=[BUTTON]))["ts"]
    assert (await slack.click("U0ANA", "C0RESEARCH", ts, "go")).ok
    await slack.until(lambda: slack.open_views("U0ANA"))
    return app


async def test_a_form_reports_what_was_chosen_and_typed_and_closes(slack: Any, form: Any) -> None:
    view = slack.open_views("U0ANA")[0]
    outcome = await slack.submit_view("U0ANA", view["id"], {"notes": {"pick": ["N2"]}})
    assert (True, "close", []) == (outcome.ok, outcome.action, slack.open_views("U0ANA"))
    values = form.sent[0]
    assert ["N2"] == [option["value"] for option in values["notes"]["pick"]["selected_options"]]
    assert {"type": "plain_text_input", "value": "hm"} == values["words"]["say"]


async def test_a_required_field_left_empty_never_reaches_the_app(slack: Any, form: Any) -> None:
    view = slack.open_views("U0ANA")[0]
    outcome = await slack.submit_view("U0ANA", view["id"], {})
    assert ({"notes": "Please complete this required field."}, []) == (outcome.errors, form.sent)


async def test_the_apps_errors_stand_at_the_fields_and_the_form_stays(slack: Any, form: Any) -> None:
    form.answers = [{"response_action": "errors", "errors": {"words": "Too short."}}]
    view = slack.open_views("U0ANA")[0]
    outcome = await slack.submit_view("U0ANA", view["id"], {"notes": {"pick": ["N1"]}})
    assert (False, {"words": "Too short."}) == (outcome.ok, outcome.errors)
    assert [view["id"]] == [v["id"] for v in slack.open_views("U0ANA")]


async def test_errors_that_name_no_field_are_trouble(slack: Any, form: Any) -> None:
    form.answers = [{"response_action": "errors", "errors": {"say": "wrong id"}}]
    outcome = await slack.submit_view("U0ANA", slack.open_views("U0ANA")[0]["id"], {"notes": {"pick": ["N1"]}})
    assert (False, "The app's errors name no field of the form.") == (outcome.ok, outcome.error)


async def test_a_form_can_be_updated_pushed_and_cleared_by_the_answer(slack: Any, form: Any) -> None:
    changed = {**FORM, "title": {"type": "plain_text", "text": "changed"}}
    form.answers = [
        {"response_action": "update", "view": changed},
        {"response_action": "push", "view": changed},
        {"response_action": "clear"},
    ]
    values = {"notes": {"pick": ["N1"]}}
    first = slack.open_views("U0ANA")[0]
    await slack.submit_view("U0ANA", first["id"], values)
    assert ("changed", first["id"]) == (slack.open_views("U0ANA")[0]["title"]["text"], first["id"])
    await slack.submit_view("U0ANA", first["id"], values)
    assert 2 == len(slack.open_views("U0ANA"))
    await slack.submit_view("U0ANA", slack.open_views("U0ANA")[-1]["id"], values)
    assert [] == slack.open_views("U0ANA")


async def test_an_option_that_is_not_offered_cannot_be_chosen(slack: Any, form: Any) -> None:
    with pytest.raises(LookupError):
        await slack.submit_view("U0ANA", slack.open_views("U0ANA")[0]["id"], {"notes": {"pick": ["N9"]}})


async def trigger_of(slack: Any, app: Any) -> str:
    """A trigger id by way of a click that nobody uses up."""

    @app.action("keep")
    async def keep(ack: Any) -> None:
        await ack()

    element = {"type": "button", "text": PLAIN, "action_id": "keep"}
    blocks = [{"type": "actions", "elements": [element]}]
    ts = (await app.client.chat_postMessage(channel="C0RESEARCH", text="x", blocks=blocks))["ts"]
    await slack.click("U0ANA", "C0RESEARCH", ts, "keep")
    clicks = [d.envelope.payload for d in slack.deliveries if d.envelope.kind == "interactive"]
    return str(clicks[-1]["trigger_id"])


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_trigger_id_opens_one_form_within_three_seconds(run: Any, bolt: Any, connect: Any) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    app = bolt(simulator)
    await connect(app, simulator)
    trigger_id = await trigger_of(simulator, app)
    assert "invalid_trigger_id" == await refused(app.client.views_open(trigger_id="1.2.x", view=FORM))
    opened = await app.client.views_open(trigger_id=trigger_id, view=FORM)
    assert "exchanged_trigger_id" == await refused(app.client.views_open(trigger_id=trigger_id, view=FORM))
    clock.advance(3.5)
    late = await trigger_of(simulator, app)
    clock.advance(3.5)
    assert "expired_trigger_id" == await refused(app.client.views_open(trigger_id=late, view=FORM))
    stale = app.client.views_update(view_id=opened["view"]["id"], view=FORM, hash="1.stale")
    assert "hash_conflict" == await refused(stale)


async def test_at_most_three_forms_lie_on_top_of_each_other(slack: Any, bolt: Any, connect: Any) -> None:
    app = bolt(slack)
    await connect(app, slack)
    await app.client.views_open(trigger_id=await trigger_of(slack, app), view=FORM)
    for _ in range(2):
        await app.client.views_push(trigger_id=await trigger_of(slack, app), view=FORM)
    pushed = app.client.views_push(trigger_id=await trigger_of(slack, app), view=FORM)
    assert "push_limit_reached" == await refused(pushed)


async def test_a_click_that_nobody_acknowledges_shows_an_error_and_is_not_repeated(
    run: Any, bolt: Any, connect: Any
) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    app = bolt(simulator)
    await connect(app, simulator)
    ts = (await app.client.chat_postMessage(channel="C0RESEARCH", text="x", blocks=[BUTTON]))["ts"]

    click = asyncio.ensure_future(simulator.click("U0ANA", "C0RESEARCH", ts, "go"))
    while not click.done():
        await asyncio.sleep(0.01)
        clock.advance(1)
    outcome = await click
    assert (False, "threadwork did not respond. Try again?") == (outcome.ok, outcome.error)
    assert 1 == len([d for d in simulator.deliveries if d.envelope.kind == "interactive"])


async def test_a_command_shows_its_acknowledgement_to_its_user_alone(slack: Any, bolt: Any, connect: Any) -> None:
    app = bolt(slack)

    @app.command("/research")
    async def research(ack: Any, command: dict[str, Any], respond: Any) -> None:
        await ack(f"got {command['text']}")
        await respond("later", response_type="in_channel")

    await connect(app, slack)
    outcome = await slack.command("U0BEN", "C0MARKET", "/research", "a < b @ana")
    await slack.until(lambda: slack.workspace.in_channel("C0MARKET"))
    assert (True, "got a &lt; b <@U0ANA>") == (outcome.ok, outcome.text)
    assert ["got a &lt; b <@U0ANA>"] == [m["text"] for m in slack.ephemerals("U0BEN")]
    assert [] == slack.ephemerals("U0ANA")
    assert ["later"] == [m["text"] for m in slack.workspace.in_channel("C0MARKET")]
    assert not (await slack.command("U0BEN", "C0MARKET", "/unknown", "")).ok


async def test_a_response_url_serves_five_answers_within_half_an_hour(
    run: Any, bolt: Any, connect: Any, http: Any
) -> None:
    clock = ManualClock()
    simulator = await run(clock=clock)
    app, urls = bolt(simulator), []

    @app.command("/research")
    async def research(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        urls.append(command["response_url"])

    await connect(app, simulator)
    for _ in range(2):
        await simulator.command("U0ANA", "C0RESEARCH", "/research", "x")
    statuses = [(await http.post(urls[0], json={"text": f"{i}"})).status for i in range(6)]
    clock.advance(1801)
    statuses.append((await http.post(urls[1], json={"text": "late"})).status)
    assert [200] * 5 + [404] * 2 == statuses
    assert ["0", "1", "2", "3", "4"] == [m["text"] for m in simulator.ephemerals("U0ANA")]


async def test_a_button_of_an_ephemeral_message_can_replace_it(slack: Any, bolt: Any, connect: Any) -> None:
    app = bolt(slack)

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        assert body["container"]["is_ephemeral"] and "message" not in body
        await respond("done", replace_original=True)

    await connect(app, slack)
    await app.client.chat_postEphemeral(channel="C0RESEARCH", user="U0BEN", text="only you", blocks=[BUTTON])
    ts = slack.ephemerals("U0BEN")[0]["ts"]
    with pytest.raises(NotPossible):
        await slack.click("U0ANA", "C0RESEARCH", ts, "go")
    assert (await slack.click("U0BEN", "C0RESEARCH", ts, "go")).ok
    await slack.until(lambda: [m["text"] for m in slack.ephemerals("U0BEN")] == ["done"])
    assert "user_not_in_channel" == await refused(
        app.client.chat_postEphemeral(channel="C0MARKET", user="U0DAN", text="x")
    )


async def test_a_message_shortcut_brings_the_message(slack: Any, bolt: Any, connect: Any) -> None:
    app, texts = bolt(slack), []

    @app.shortcut("research_this")
    async def research_this(ack: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        texts.append((shortcut["message"]["text"], shortcut["channel"]["id"], shortcut["user"]["id"]))

    await connect(app, slack)
    ts = await slack.post("U0ANA", "C0RESEARCH", "is it so?")
    assert (await slack.shortcut("U0BEN", "C0RESEARCH", ts, "research_this")).ok
    assert [("is it so?", "C0RESEARCH", "U0BEN")] == texts
    with pytest.raises(NotPossible):
        await slack.shortcut("U0BEN", "C0RESEARCH", ts, "not_declared")


async def test_the_home_tab_is_published_when_it_is_opened(slack: Any, bolt: Any, connect: Any) -> None:
    app = bolt(slack)

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": event["user"]}}]}
        await client.views_publish(user_id=event["user"], view=view)

    await connect(app, slack)
    view = await slack.open_home("U0DAN")
    assert ("home", "U0DAN") == (view["type"], view["blocks"][0]["text"]["text"])


async def test_an_edit_and_a_deletion_by_their_author_reach_the_app_as_such(run: Any) -> None:
    simulator = await run(retry_seconds=())
    ts = await simulator.post("U0ANA", "C0MARKET", "one")
    with pytest.raises(NotPossible):
        await simulator.edit("U0BEN", "C0MARKET", ts, "two")
    await simulator.edit("U0ANA", "C0MARKET", ts, "@threadwork two")
    await simulator.delete("U0ANA", "C0MARKET", ts)
    await simulator.until(lambda: len(simulator.deliveries) == 3)
    events = [d.envelope.payload["event"] for d in simulator.deliveries]
    assert [None, "message_changed", "message_deleted"] == [event.get("subtype") for event in events]
    assert ("one", "<@U0BOT> two") == (events[1]["previous_message"]["text"], events[1]["message"]["text"])
    assert [] == simulator.workspace.in_channel("C0MARKET")


async def test_nobody_acts_where_they_are_no_member(slack: Any) -> None:
    for attempt in (
        slack.post("U0DAN", "C0MARKET", "hello"),
        slack.command("U0DAN", "C0STRATEGY", "/research", "x"),
        slack.post("U0ANA", "D0BEN", "hello"),
        slack.post("U0ANA", "C0RESEARCH", "  "),
        slack.post("U0ANA", "C0RESEARCH", "reply", thread_ts="1.000001"),
    ):
        with pytest.raises(NotPossible):
            await attempt


async def test_what_is_not_declared_is_not_delivered(run: Any, manifest: dict[str, Any]) -> None:
    manifest["settings"]["event_subscriptions"]["bot_events"] = ["app_mention", "message.channels"]
    manifest["oauth_config"]["scopes"]["bot"].remove("channels:history")
    simulator = await run(manifest, retry_seconds=())
    await simulator.post("U0ANA", "C0RESEARCH", "@threadwork hello")
    await simulator.post("U0ANA", "D0ANA", "hello")
    await simulator.until(lambda: simulator.deliveries)
    kinds = [d.envelope.payload["event"]["type"] for d in simulator.deliveries]
    assert ["app_mention"] == kinds


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("already &lt;b&gt; &amp; so on", "already &lt;b&gt; &amp; so on"),
        ("see https://x.example/a?b=1&c=2", "see <https://x.example/a?b=1&amp;c=2>"),
        ("@threadwork, @ana. @nobody a@ana", "<@U0BOT>, <@U0ANA>. @nobody a@ana"),
        ("@channel and <!here>", "<!channel> and <!here>"),
        ("<@U0BOT|threadwork> hi", "<@U0BOT|threadwork> hi"),
        ("<script>", "&lt;script&gt;"),
        ("NUL \x00 and \ud800 and \u202eRTL", "NUL \x00 and \ud800 and \u202eRTL"),
    ],
)
async def test_what_people_type_arrives_as_slacks_clients_send_it(slack: Any, typed: str, sent: str) -> None:
    ts = await slack.post("U0ANA", "C0RESEARCH", typed)
    assert sent == slack.thread("C0RESEARCH", ts)[0]["text"]
