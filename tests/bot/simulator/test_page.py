"""The page in a real browser, against the real simulator and a real Bolt app."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from playwright.async_api import Locator, Page, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator

MANIFEST = Path(__file__).parents[3] / "manifest.yml"
RESEARCH, MARKET = "C0RESEARCH", "C0MARKET"

pytestmark = pytest.mark.browser


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def button(action_id: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": "r_1", **more}


def task(task_id: str, status: str, **more: Any) -> dict[str, Any]:
    return {"type": "task_card", "task_id": task_id, "title": f"Task {task_id}", "status": status, **more}


PERIODS = [{"text": plain("This month"), "value": "month"}, {"text": plain("Today"), "value": "day"}]
FORM = {
    "type": "modal",
    "title": plain("Request revisions"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "notes",
            "optional": True,
            "label": plain("Notes to fix"),
            "element": {"type": "checkboxes", "action_id": "fix", "options": PERIODS},
        },
        {
            "type": "input",
            "block_id": "own",
            "label": plain("In your own words"),
            "hint": plain("Workers read this."),
            "element": {"type": "plain_text_input", "action_id": "words", "multiline": True},
        },
    ],
}
HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> <javascript:alert(3)|press> "
    "[press](javascript:alert(4)) &lt;b&gt;kept&lt;/b&gt; <!channel>"
)


@dataclass
class App:
    """A small app on the other side, with what it was sent."""

    client: AsyncWebClient
    submitted: list[dict[str, Any]]

    async def say(self, blocks: list[dict[str, Any]], *, channel: str = RESEARCH, **more: Any) -> str:
        answer = await self.client.chat_postMessage(channel=channel, text="fallback", blocks=blocks, **more)
        return str(answer["ts"])


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    simulator = Simulator(yaml.safe_load(MANIFEST.read_text("utf-8")), notice="Nothing is charged.")
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def app(simulator: Simulator) -> AsyncIterator[App]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(simulator.bot_token, base_url=simulator.api_url, session=session)
        bolt = AsyncApp(client=client, raise_error_for_unhandled_request=False)
        app = App(client, [])
        register(bolt, app)
        handler = AsyncSocketModeHandler(bolt, simulator.app_token, web_client=client)
        await handler.connect_async()
        yield app
        await handler.close_async()


def register(bolt: AsyncApp, app: App) -> None:
    @bolt.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(text="board", blocks=[{"type": "plan", "title": "Working", "tasks": []}], thread_ts=event["ts"])

    @bolt.event("message")
    async def ignore() -> None: ...

    @bolt.action("revise")
    async def open_form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await app.client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @bolt.view("")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        app.submitted.append(view["state"]["values"])
        await ack()

    @bolt.command("/research")
    async def command(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(f"You asked for {command['text']}", response_type="ephemeral")


@pytest.fixture
async def workspace(page: Page, simulator: Simulator) -> AsyncIterator[Page]:
    """The page as Ana sees it; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: complaints.append(f"alert {dialog.message}"))
    await page.goto(simulator.url)
    await expect(page.get_by_test_id("composer")).to_be_visible()
    yield page
    assert complaints == []


def message(page: Page | Locator, ts: str) -> Locator:
    return page.locator(f'[data-testid=message][data-ts="{ts}"]')


@pytest.mark.parametrize(
    "block",
    [
        {"type": "markdown", "text": HOSTILE},
        {"type": "section", "text": mrkdwn(HOSTILE)},
        {"type": "section", "text": plain(HOSTILE)},
        {"type": "header", "text": plain(HOSTILE[:140])},
        {"type": "context", "elements": [mrkdwn(HOSTILE)]},
        rich({"type": "text", "text": HOSTILE}, {"type": "link", "url": "javascript:alert(5)", "text": "press"}),
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
        {
            "type": "plan",
            "title": HOSTILE[:200],
            "tasks": [task("t", "error", details=rich({"type": "text", "text": HOSTILE}))],
        },
    ],
    ids=lambda block: block["type"],
)
async def test_hostile_text_stays_text_in_every_block(workspace: Page, app: App, block: dict[str, Any]) -> None:
    shown = message(workspace, await app.say([block]))
    await expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    assert await shown.locator(".content").locator("img, script, b").count() == 0
    assert await shown.locator("a:not([href^='http'])").count() == 0


async def test_a_mass_mention_glares_wherever_it_is_live(workspace: Page, app: App) -> None:
    ts = await app.say(
        [
            {"type": "markdown", "text": "ping <!channel>"},
            {"type": "section", "text": mrkdwn("ping <!here> but not &lt;!everyone&gt; or `<!everyone>`")},
            rich({"type": "broadcast", "range": "everyone"}),
        ]
    )
    glaring = message(workspace, ts).get_by_test_id("broadcast")
    await expect(glaring).to_have_text(["@channel", "@here", "@everyone"])


async def test_markup_becomes_elements(workspace: Page, app: App) -> None:
    text = "*bold* _it_ ~no~ `a &lt; b` snake_case_name <https://a.example/x?y=1&amp;z=2|site> <@U0BEN> :tada:\n> said"
    shown = message(workspace, await app.say([{"type": "section", "text": mrkdwn(text)}]))
    for element, words in {"strong": "bold", "em": "it", "s": "no", "code": "a < b", "blockquote": "said"}.items():
        await expect(shown.locator(element)).to_have_text(words)
    await expect(shown.locator("[data-user]")).to_have_text("@Ben")
    await expect(shown).to_contain_text("snake_case_name")
    link = shown.locator("a")
    assert await link.get_attribute("href") == "https://a.example/x?y=1&z=2"
    assert await link.get_attribute("rel") == "noreferrer noopener"
    assert await link.get_attribute("title") == "a.example"


async def test_markdown_keeps_its_structure(workspace: Page, app: App) -> None:
    text = "# Result\n\n| a | b |\n| - | -: |\n| **1** | [2](https://b.example) |\n\n1. one\n   - sub\n2. two\n\n- [x] done\n\n```py\nx < y\n```"
    shown = message(workspace, await app.say([{"type": "markdown", "text": text}]))
    await expect(shown.locator("h3")).to_have_text("Result")
    await expect(shown.locator("td")).to_have_text(["1", "2"])
    await expect(shown.locator("ol > li")).to_have_count(2)
    await expect(shown.locator("ol > li > ul > li")).to_have_text("sub")
    await expect(shown.locator("li.todo input")).to_be_checked()
    await expect(shown.locator("pre")).to_have_text("x < y")


async def test_thousands_of_nested_quotes_do_not_break_the_page(workspace: Page, app: App) -> None:
    shown = message(workspace, await app.say([{"type": "markdown", "text": ">" * 11_000 + " deep"}]))
    await expect(shown.locator("blockquote").last).to_contain_text("deep")


async def test_a_board_shows_each_state_and_is_edited_in_place(workspace: Page, app: App) -> None:
    source = {"type": "url", "url": "https://c.example/page", "text": "Page"}
    before = {
        "type": "plan",
        "title": "Two workers",
        "tasks": [task("1", "in_progress"), task("2", "pending")],
    }
    after = {**before, "tasks": [task("1", "complete", sources=[source]), task("2", "in_progress")]}
    ts = await app.say([before])
    tasks = message(workspace, ts).get_by_test_id("task")
    await expect(tasks.first).to_have_attribute("data-status", "in_progress")
    await app.client.chat_update(channel=RESEARCH, ts=ts, text="fallback", blocks=[after])
    await expect(tasks.first).to_have_attribute("data-status", "complete")
    await expect(tasks.last).to_have_attribute("data-status", "in_progress")
    await expect(tasks.first.locator("a")).to_have_attribute("href", "https://c.example/page")


async def test_an_edit_keeps_the_focus_on_the_button_it_leaves_alone(workspace: Page, app: App) -> None:
    blocks = [
        {"type": "section", "text": mrkdwn("one")},
        {"type": "actions", "block_id": "b", "elements": [button("stop", "Stop")]},
    ]
    ts = await app.say(blocks)
    stop = message(workspace, ts).get_by_test_id("action-stop")
    await stop.focus()
    await app.client.chat_update(
        channel=RESEARCH, ts=ts, text="f", blocks=[{"type": "section", "text": mrkdwn("two")}, blocks[1]]
    )
    await expect(message(workspace, ts)).to_contain_text("two")
    await expect(stop).to_be_focused()


async def test_foreign_pictures_are_only_described(workspace: Page, app: App) -> None:
    requested: list[str] = []
    workspace.on("request", lambda request: requested.append(request.url))
    picture = {"type": "image", "image_url": "https://d.example/pixel.png", "alt_text": "a chart"}
    shown = message(workspace, await app.say([picture]))
    await expect(shown.get_by_role("img", name="a chart")).to_be_visible()
    assert [url for url in requested if "d.example" in url] == []


async def test_an_unknown_block_is_visible(workspace: Page, simulator: Simulator, app: App) -> None:
    ts = await app.say([{"type": "divider"}])
    simulator.workspace.messages[RESEARCH][ts]["blocks"] = [{"type": "hologram"}, {"type": "section", "fields": 7}]
    await workspace.reload()
    unsupported = message(workspace, ts).get_by_test_id("unsupported")
    await expect(unsupported).to_have_text(["unsupported block: hologram", "malformed block: section"])


async def test_a_suggested_question_asks_the_bot_and_opens_its_thread(workspace: Page, app: App) -> None:
    await workspace.get_by_test_id("suggestion").first.click()
    thread = workspace.get_by_test_id("thread")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await expect(thread).to_contain_text("Compare FastAPI, Flask, and Django")
    await expect(workspace.get_by_test_id("suggestion").first).to_be_hidden()
    await workspace.get_by_test_id("thread-close").click()
    await expect(thread).to_be_hidden()


async def test_a_form_is_filled_refused_and_sent(workspace: Page, app: App) -> None:
    ts = await app.say([{"type": "actions", "elements": [button("revise", "Request revisions")]}])
    await message(workspace, ts).get_by_test_id("action-revise").click()
    modal = workspace.get_by_test_id("modal")
    await workspace.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_role("alert").last).to_have_text("Please complete this required field.")
    await expect(modal.get_by_test_id("action-words")).to_be_focused()
    await modal.get_by_test_id("action-words").fill("Shorter, please")
    await modal.get_by_label("This month").check()
    await workspace.get_by_test_id("modal-submit").click()
    await expect(modal).to_have_count(0)
    [values] = app.submitted
    assert values["own"]["words"]["value"] == "Shorter, please"
    assert [option["value"] for option in values["notes"]["fix"]["selected_options"]] == ["month"]


async def test_escape_closes_a_form_and_gives_the_focus_back(workspace: Page, simulator: Simulator, app: App) -> None:
    ts = await app.say([{"type": "actions", "elements": [button("revise", "Request revisions")]}])
    opener = message(workspace, ts).get_by_test_id("action-revise")
    await opener.click()
    await expect(workspace.get_by_test_id("modal")).to_be_visible()
    await workspace.keyboard.press("Escape")
    await expect(workspace.get_by_test_id("modal")).to_have_count(0)
    await expect(opener).to_be_focused()
    await simulator.until(lambda: not simulator.open_views("U0ANA"))


async def test_a_press_that_nobody_answers_is_explained_beside_it(workspace: Page, app: App) -> None:
    stop = button(
        "nobody",
        "Stop",
        confirm={
            "title": plain("Stop?"),
            "text": mrkdwn("*Paid* work stays."),
            "confirm": plain("Stop"),
            "deny": plain("No"),
        },
    )
    ts = await app.say([{"type": "actions", "elements": [stop]}])
    await message(workspace, ts).get_by_test_id("action-nobody").click()
    await workspace.get_by_test_id("confirm-yes").click()
    await expect(message(workspace, ts).get_by_role("alert")).to_contain_text("did not respond", timeout=15_000)
    await expect(workspace.get_by_test_id("toast")).to_have_count(1)


async def test_a_command_is_completed_and_its_answer_is_only_for_the_asker(workspace: Page, app: App) -> None:
    composer = workspace.get_by_test_id("composer")
    await composer.press_sequentially("/re")
    await composer.press("Tab")
    await composer.press_sequentially("spend <b>")
    await composer.press("Enter")
    private = workspace.get_by_test_id("ephemeral")
    await expect(private).to_contain_text("Only visible to you")
    await expect(private).to_contain_text("You asked for spend <b>")
    await workspace.get_by_test_id("user-switch").select_option("U0BEN")
    await expect(workspace.get_by_test_id("user-switch")).to_have_value("U0BEN")
    await expect(private).to_have_count(0)


async def test_typed_text_is_sent_inert_and_names_become_mentions(workspace: Page, simulator: Simulator) -> None:
    composer = workspace.get_by_test_id("composer")
    await composer.fill("@ben see <!channel> & <b>")
    await composer.press("Enter")
    await expect(workspace.get_by_test_id("message")).to_contain_text("@Ben see <!channel> & <b>")
    [sent] = simulator.workspace.in_channel(RESEARCH)
    assert sent["text"] == "<@U0BEN> see &lt;!channel&gt; &amp; &lt;b&gt;"


async def test_a_file_is_attached_and_can_be_fetched_again(workspace: Page, simulator: Simulator) -> None:
    await workspace.get_by_test_id("composer-file").set_input_files(
        {"name": "paper.md", "mimeType": "text/markdown", "buffer": b"# Findings"}
    )
    await expect(workspace.get_by_text("paper.md")).to_be_visible()
    await workspace.get_by_test_id("composer").press("Enter")
    async with workspace.expect_download() as download:
        await workspace.get_by_test_id("message").get_by_role("link").click()
    path = await (await download.value).path()
    assert path.read_bytes() == b"# Findings"


async def test_people_see_only_their_conversations(workspace: Page) -> None:
    await expect(workspace.get_by_test_id("channel-strategy")).to_be_visible()
    await workspace.get_by_test_id("user-switch").select_option("U0DAN")
    await expect(workspace.get_by_test_id("channel-research")).to_be_visible()
    await expect(workspace.get_by_test_id("channel-strategy")).to_have_count(0)


async def test_a_message_elsewhere_marks_its_channel_unread(workspace: Page, app: App) -> None:
    await app.say([{"type": "divider"}], channel=MARKET)
    await expect(workspace.get_by_test_id("channel-market")).to_contain_text("unread")
    await workspace.get_by_test_id("channel-market").click()
    await expect(workspace.get_by_test_id("message")).to_have_count(1)
    await expect(workspace.get_by_test_id("channel-market")).not_to_contain_text("unread")


async def test_what_was_missed_while_disconnected_is_fetched(page: Page, simulator: Simulator) -> None:
    await page.goto(simulator.url)
    await expect(page.get_by_test_id("composer")).to_be_visible()
    await simulator.stop()
    await expect(page.get_by_test_id("reconnecting")).to_be_visible()
    ts = await simulator.post("U0BEN", RESEARCH, "while you were away")
    await simulator.start()
    await expect(message(page, ts)).to_be_visible(timeout=20_000)
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden()


async def test_an_edited_message_says_so(workspace: Page, simulator: Simulator) -> None:
    ts = await simulator.post("U0BEN", RESEARCH, "helo")
    channel, [sent] = simulator.workspace.channels[RESEARCH], simulator.workspace.in_channel(RESEARCH)
    await expect(message(workspace, ts)).to_be_visible()
    await expect(message(workspace, ts)).not_to_contain_text("(edited)")
    simulator.workspace.replace(channel, {**sent, "edited": {"user": "U0BEN", "ts": ts}})
    await expect(message(workspace, ts)).to_contain_text("(edited)")


async def test_nothing_is_wider_than_a_small_screen(workspace: Page, app: App) -> None:
    await workspace.set_viewport_size({"width": 420, "height": 800})
    wide = [[{"type": "raw_text", "text": f"column {n} {'x' * 30}"} for n in range(8)]]
    ts = await app.say([{"type": "table", "rows": wide}, {"type": "section", "text": mrkdwn("y" * 300)}])
    await expect(message(workspace, ts)).to_be_visible()
    assert await workspace.evaluate("document.documentElement.scrollWidth") <= 420
    await expect(workspace.get_by_test_id("user-switch")).to_be_hidden()
    await workspace.get_by_label("Menu", exact=True).click()
    await expect(workspace.get_by_test_id("user-switch")).to_be_visible()
