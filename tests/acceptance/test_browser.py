"""`threadwork demo` in a real browser: what a newcomer does on the first evening, by clicking and typing alone."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


ANSWER = re.compile(r"^.*Answer · ", re.DOTALL)


def message(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.get_by_test_id("thread").get_by_test_id("message").filter(has_text=text)


async def test_a_newcomer_asks_watches_revises_approves_and_reads_the_bill(workspace: Page) -> None:
    thread = workspace.get_by_test_id("thread")
    await expect(workspace.get_by_test_id("notice")).to_contain_text("nothing is charged")
    await workspace.get_by_test_id("suggestion").first.click()
    await expect(thread).to_contain_text("Compare FastAPI, Flask, and Django")

    await the_board_changes_while_they_work(thread)
    await the_reports_open_whole(workspace)
    await the_answer_has_numbers_sources_and_a_bill(workspace)
    await the_sources_show_claim_quote_and_place(workspace)
    await the_notes_lead_to_a_second_version(workspace)
    await expect(message(workspace, "Answer, version 2")).to_contain_text("approved")
    await the_bill_is_shown_to_the_asker_alone(workspace)


async def the_board_changes_while_they_work(thread: Locator) -> None:
    tasks = thread.get_by_test_id("task")
    await expect(tasks).to_have_count(3)
    await expect(thread).to_contain_text("Supervisor · 3 workers")
    await expect(thread.locator("[data-testid=task][data-status=in_progress]")).not_to_have_count(0)
    await expect(thread.get_by_test_id("action-stop")).to_be_visible()
    await expect(thread.locator("[data-testid=task][data-status=complete]")).to_have_count(3)


async def the_reports_open_whole(workspace: Page) -> None:
    await workspace.get_by_test_id("thread").get_by_test_id("action-reports").click()
    modal = workspace.get_by_test_id("modal")
    await expect(modal).to_contain_text("Report 1 of 3")
    await modal.get_by_role("button", name="Next").click()
    await expect(modal).to_contain_text("Report 2 of 3")
    await modal.get_by_role("button", name="Close").last.click()
    await expect(modal).to_have_count(0)


async def the_answer_has_numbers_sources_and_a_bill(workspace: Page) -> None:
    answer = message(workspace, ANSWER)
    await expect(answer).to_contain_text(re.compile(r"\[1\]"))
    await expect(answer).to_contain_text("Sources")
    await answer.get_by_test_id("action-details").click()
    modal = workspace.get_by_test_id("modal")
    await expect(modal).to_contain_text(re.compile(r"Worker: \d+ calls"))
    await expect(modal).to_contain_text("Demo prices, nothing is charged.")
    await modal.get_by_role("button", name="Close").last.click()
    await expect(answer.get_by_role("link").first).to_have_attribute("href", re.compile("^https://"))


async def the_sources_show_claim_quote_and_place(workspace: Page) -> None:
    await message(workspace, ANSWER).get_by_test_id("action-sources").click()
    modal = workspace.get_by_test_id("modal")
    await expect(modal).to_contain_text("Each quote was looked up in the text as it was read")
    await expect(modal).to_contain_text(re.compile(r"word for word · [A-Z][a-z ]+ · d_\w+#\d+"))
    await modal.get_by_role("button", name="Close").last.click()
    await expect(modal).to_have_count(0)


async def the_notes_lead_to_a_second_version(workspace: Page) -> None:
    first = message(workspace, re.compile(r"on version 1\."))
    await expect(first).to_contain_text("N1")
    await first.get_by_test_id("action-request_revisions").click()
    modal = workspace.get_by_test_id("modal")
    await expect(modal).to_contain_text("Which notes should be fixed?")
    boxes = modal.get_by_role("checkbox")
    for other in range(1, await boxes.count()):
        await boxes.nth(other).uncheck()
    await modal.get_by_test_id("action-comment").fill("Say which of them fits one person alone.")
    await modal.get_by_test_id("modal-submit").click()
    await expect(modal).to_have_count(0)
    await expect(first).to_contain_text("Revisions requested by")
    await expect(message(workspace, "What changed in version 2")).to_contain_text("N1")
    await expect(message(workspace, "Answer, version 2")).to_contain_text("Sources")
    await message(workspace, re.compile(r"on version 2\.")).get_by_test_id("action-approve").click()


async def the_bill_is_shown_to_the_asker_alone(workspace: Page) -> None:
    composer = workspace.get_by_test_id("composer")
    await composer.fill("/research spend")
    await composer.press("Enter")
    bill = workspace.get_by_test_id("ephemeral").filter(has_text="spent in")
    await expect(bill).to_contain_text("Only visible to you")
    await expect(bill).to_contain_text("1 run, 1 approved")
    await expect(bill).to_contain_text("nothing is charged")
    await expect(bill.get_by_role("table")).to_contain_text("worker")
