from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator

RESEARCH = "C0RESEARCH"
Say = Callable[..., Awaitable[str]]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


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


HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> <javascript:alert(3)|press> "
    "[press](javascript:alert(4)) &lt;b&gt;kept&lt;/b&gt; <!channel>"
)


def message(page: Page, ts: str) -> Locator:
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
async def test_hostile_text_stays_text_in_every_block(workspace: Page, say: Say, block: dict[str, Any]) -> None:
    shown = message(workspace, await say(block))
    await expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    assert await shown.locator(".content").locator("img, script, b").count() == 0
    assert await shown.locator("a:not([href^='http'])").count() == 0


async def test_a_mass_mention_glares_wherever_it_is_live(workspace: Page, say: Say) -> None:
    ts = await say(
        {"type": "markdown", "text": "ping <!channel>"},
        {"type": "section", "text": mrkdwn("ping <!here> but not &lt;!everyone&gt; or `<!everyone>`")},
        rich({"type": "broadcast", "range": "everyone"}),
    )
    glaring = message(workspace, ts).get_by_test_id("broadcast")
    await expect(glaring).to_have_text(["@channel", "@here", "@everyone"])


async def test_markup_becomes_elements(workspace: Page, say: Say) -> None:
    text = "*bold* _it_ ~no~ `a &lt; b` snake_case_name <https://a.example/x?y=1&amp;z=2|site> <@U0BEN> :tada:\n> said"
    shown = message(workspace, await say({"type": "section", "text": mrkdwn(text)}))
    for element, words in {"strong": "bold", "em": "it", "s": "no", "code": "a < b", "blockquote": "said"}.items():
        await expect(shown.locator(element)).to_have_text(words)
    await expect(shown.locator("[data-user]")).to_have_text("@Ben")
    await expect(shown).to_contain_text("snake_case_name")
    link = shown.locator("a")
    assert await link.get_attribute("href") == "https://a.example/x?y=1&z=2"
    assert await link.get_attribute("rel") == "noreferrer noopener"
    assert await link.get_attribute("title") == "a.example"


async def test_markdown_keeps_its_structure(workspace: Page, say: Say) -> None:
    table = "| a | b |\n| - | -: |\n| **1** | [2](https://b.example) |"
    lists = "1. one\n   - sub\n2. two\n\n- [x] done"
    text = f"# Result\n\n{table}\n\n{lists}\n\n```py\nx < y\n```"
    shown = message(workspace, await say({"type": "markdown", "text": text}))
    await expect(shown.locator("h3")).to_have_text("Result")
    await expect(shown.locator("td")).to_have_text(["1", "2"])
    await expect(shown.locator("ol > li")).to_have_count(2)
    await expect(shown.locator("ol > li > ul > li")).to_have_text("sub")
    await expect(shown.locator("li.todo input")).to_be_checked()
    await expect(shown.locator("pre")).to_have_text("x < y")


async def test_thousands_of_nested_quotes_do_not_break_the_page(workspace: Page, say: Say) -> None:
    shown = message(workspace, await say({"type": "markdown", "text": ">" * 11_000 + " deep"}))
    await expect(shown.locator("blockquote").last).to_contain_text("deep")


async def test_a_board_shows_each_state_and_is_edited_in_place(
    workspace: Page, say: Say, client: AsyncWebClient
) -> None:
    source = {"type": "url", "url": "https://c.example/page", "text": "Page"}
    before: dict[str, Any] = {
        "type": "plan",
        "title": "Two workers",
        "tasks": [task("1", "in_progress"), task("2", "pending")],
    }
    after = {**before, "tasks": [task("1", "complete", sources=[source]), task("2", "in_progress")]}
    ts = await say(before)
    tasks = message(workspace, ts).get_by_test_id("task")
    await expect(tasks.first).to_have_attribute("data-status", "in_progress")
    await client.chat_update(channel=RESEARCH, ts=ts, text="fallback", blocks=[after])
    await expect(tasks.first).to_have_attribute("data-status", "complete")
    await expect(tasks.last).to_have_attribute("data-status", "in_progress")
    await expect(tasks.first.locator("a")).to_have_attribute("href", "https://c.example/page")


async def test_an_edit_keeps_the_focus_on_the_button_it_leaves_alone(
    workspace: Page, say: Say, client: AsyncWebClient
) -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": mrkdwn("one")},
        {"type": "actions", "block_id": "b", "elements": [button("stop", "Stop")]},
    ]
    ts = await say(*blocks)
    stop = message(workspace, ts).get_by_test_id("action-stop")
    await stop.focus()
    await client.chat_update(
        channel=RESEARCH, ts=ts, text="f", blocks=[{"type": "section", "text": mrkdwn("two")}, blocks[1]]
    )
    await expect(message(workspace, ts)).to_contain_text("two")
    await expect(stop).to_be_focused()


async def test_foreign_pictures_are_only_described(workspace: Page, say: Say) -> None:
    requested: list[str] = []
    workspace.on("request", lambda request: requested.append(request.url))
    picture = {"type": "image", "image_url": "https://d.example/pixel.png", "alt_text": "a chart"}
    shown = message(workspace, await say(picture))
    await expect(shown.get_by_role("img", name="a chart")).to_be_visible()
    assert [url for url in requested if "d.example" in url] == []


async def test_an_unknown_block_is_visible(workspace: Page, simulator: Simulator, say: Say) -> None:
    ts = await say({"type": "divider"})
    simulator.workspace.messages[RESEARCH][ts]["blocks"] = [{"type": "hologram"}, {"type": "section", "fields": 7}]
    await workspace.reload()
    unsupported = message(workspace, ts).get_by_test_id("unsupported")
    await expect(unsupported).to_have_text(["unsupported block: hologram", "malformed block: section"])


async def test_a_label_that_names_another_site_is_exposed(workspace: Page, say: Say) -> None:
    text = "[https://bank.example](https://evil.example/x) and <https://evil.example|https://bank.example>"
    shown = message(workspace, await say({"type": "markdown", "text": text}))
    await expect(shown.locator("a")).to_have_text(["https://bank.example (evil.example)"] * 2)
