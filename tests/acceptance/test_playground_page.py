"""The playground of `threadwork demo`, played in a real browser by keyboard and mouse."""

import re

import pytest
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_patterns_work_side_by_side_and_are_compared(workspace: Page) -> None:
    page = workspace
    await page.get_by_test_id("page-link").click()
    await page.get_by_test_id("suggested-task").nth(1).click()
    await expect(page.get_by_test_id("task")).to_have_value(re.compile("Compare FastAPI"))
    await page.get_by_test_id("all-patterns").click()
    await page.get_by_test_id("start").focus()
    await page.keyboard.press("Enter")

    supervisor = page.get_by_test_id("run-supervisor")
    await expect(supervisor.locator("[data-state=working]")).not_to_have_count(0)
    await expect(supervisor.locator(".pg-arrow-working")).not_to_have_count(0)
    for name in ("single", "supervisor", "sequential", "fanout", "debate"):
        await expect(page.get_by_test_id(f"answer-{name}")).to_be_visible(timeout=90_000)
        card = page.get_by_test_id(f"run-{name}")
        done, of = (await card.get_by_test_id("counter-agents").inner_text()).split("/")
        assert done == of != "0"
        assert float((await card.get_by_test_id("counter-cost").inner_text()).removeprefix("$")) > 0
        assert int((await card.get_by_test_id("counter-tokens").inner_text()).replace(",", "")) > 0
        assert float((await card.get_by_test_id("counter-time").inner_text()).removesuffix(" s")) > 0

    await supervisor.locator("[data-agent=critic]").focus()
    await page.keyboard.press("Enter")
    await expect(supervisor.get_by_test_id("words")).to_contain_text("Critic")
    await expect(page.get_by_test_id("past").locator("tbody tr")).to_have_count(5)

    await page.reload()
    await expect(page.get_by_test_id("answer-debate")).to_be_visible()
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_what_cannot_start_is_said_on_the_page(workspace: Page) -> None:
    await workspace.get_by_test_id("page-link").click()
    await workspace.get_by_test_id("budget").fill("plenty")
    await workspace.get_by_test_id("start").click()
    await expect(workspace.get_by_test_id("problem")).to_contain_text("not an amount")
    await expect(workspace.get_by_test_id("run-single")).to_have_count(0)
