from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from bot.simulator.server import Simulator

RESEARCH, MARKET = "C0RESEARCH", "C0MARKET"
Say = Callable[..., Awaitable[str]]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def message(page: Page, ts: str) -> Locator:
    return page.locator(f'[data-testid=message][data-ts="{ts}"]')


def button(action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain(action_id.title()), "value": "r_1", **more}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


@pytest.mark.usefixtures("submitted")
async def test_a_suggested_question_asks_the_bot_and_opens_its_thread(workspace: Page) -> None:
    # Pressed twice by accident it asks once.
    await workspace.get_by_test_id("suggestion").first.dblclick()
    thread = workspace.get_by_test_id("thread")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await expect(thread).to_contain_text("Compare FastAPI, Flask, and Django")
    await expect(workspace.get_by_test_id("suggestion").first).to_be_hidden()
    await workspace.get_by_test_id("thread-close").click()
    await expect(thread).to_be_hidden()
    questions = workspace.get_by_test_id("message").filter(has_text="Compare FastAPI, Flask, and Django", visible=True)
    await expect(questions).to_have_count(1)


async def test_a_form_is_filled_refused_and_sent(workspace: Page, say: Say, submitted: list[dict[str, Any]]) -> None:
    ts = await say({"type": "actions", "elements": [button("revise")]})
    await message(workspace, ts).get_by_test_id("action-revise").click()
    modal = workspace.get_by_test_id("modal")
    await workspace.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_role("alert").last).to_have_text("Please complete this required field.")
    await expect(modal.get_by_test_id("action-words")).to_be_focused()
    await modal.get_by_test_id("action-words").fill("Shorter, please")
    await modal.get_by_label("Note N1").check()
    await workspace.get_by_test_id("modal-submit").click()
    await expect(modal).to_have_count(0)
    [values] = submitted
    assert values["own"]["words"]["value"] == "Shorter, please"
    assert [option["value"] for option in values["notes"]["fix"]["selected_options"]] == ["N1"]


@pytest.mark.usefixtures("submitted")
async def test_escape_closes_a_form_and_gives_the_focus_back(workspace: Page, simulator: Simulator, say: Say) -> None:
    ts = await say({"type": "actions", "elements": [button("revise")]})
    opener = message(workspace, ts).get_by_test_id("action-revise")
    await opener.click()
    await expect(workspace.get_by_test_id("modal")).to_be_visible()
    await workspace.keyboard.press("Escape")
    await expect(workspace.get_by_test_id("modal")).to_have_count(0)
    await expect(opener).to_be_focused()
    await simulator.until(lambda: not simulator.open_views("U0ANA"))


@pytest.mark.usefixtures("submitted")
async def test_a_press_that_nobody_answers_is_explained_beside_it(workspace: Page, say: Say) -> None:
    stop = button(
        "nobody",
        confirm={
            "title": plain("Stop?"),
            "text": mrkdwn("*Paid* work stays."),
            "confirm": plain("Stop"),
            "deny": plain("No"),
        },
    )
    ts = await say({"type": "actions", "elements": [stop]})
    await message(workspace, ts).get_by_test_id("action-nobody").click()
    await workspace.get_by_test_id("confirm-yes").click()
    await expect(message(workspace, ts).get_by_role("alert")).to_contain_text("did not respond")
    await expect(workspace.get_by_test_id("toast")).to_have_count(1)


@pytest.mark.usefixtures("submitted")
async def test_a_command_is_completed_and_its_answer_is_only_for_the_asker(workspace: Page) -> None:
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


async def test_a_message_elsewhere_marks_its_channel_unread(workspace: Page, say: Say) -> None:
    await say({"type": "divider"}, channel=MARKET)
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
    await expect(message(page, ts)).to_be_visible()
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden()


async def test_an_edited_message_says_so(workspace: Page, simulator: Simulator) -> None:
    ts = await simulator.post("U0BEN", RESEARCH, "helo")
    channel, [sent] = simulator.workspace.channels[RESEARCH], simulator.workspace.in_channel(RESEARCH)
    await expect(message(workspace, ts)).to_be_visible()
    await expect(message(workspace, ts)).not_to_contain_text("(edited)")
    simulator.workspace.replace(channel, {**sent, "edited": {"user": "U0BEN", "ts": ts}})
    await expect(message(workspace, ts)).to_contain_text("(edited)")


async def test_nothing_is_wider_than_a_small_screen(workspace: Page, say: Say) -> None:
    await workspace.set_viewport_size({"width": 420, "height": 800})
    wide = [[{"type": "raw_text", "text": f"column {n} {'x' * 30}"} for n in range(8)]]
    ts = await say({"type": "table", "rows": wide}, {"type": "section", "text": mrkdwn("y" * 300)})
    await expect(message(workspace, ts)).to_be_visible()
    assert await workspace.evaluate("document.documentElement.scrollWidth") <= 420
    await expect(workspace.get_by_test_id("user-switch")).to_be_hidden()
    await workspace.get_by_label("Menu", exact=True).click()
    await expect(workspace.get_by_test_id("user-switch")).to_be_visible()


async def test_an_unknown_command_is_refused_and_stays_in_the_composer(workspace: Page, simulator: Simulator) -> None:
    composer = workspace.get_by_test_id("composer")
    await composer.fill("/reserch spend")
    await composer.press("Enter")
    await expect(workspace.get_by_test_id("toast")).to_contain_text("/reserch is not a command here. Known: /research.")
    await expect(composer).to_have_value("/reserch spend")
    assert simulator.workspace.in_channel(RESEARCH) == []
