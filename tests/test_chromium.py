"""The finder of the browser, and that the found one really shows a page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.async_api import Page

FINDER = Path(__file__).parent / "support" / "chromium.py"


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_page_fixture_is_a_real_browser(page: Page) -> None:
    await page.set_content("<button onclick=\"this.textContent = 'clicked'\">click</button>")
    await page.get_by_role("button").click()
    assert await page.get_by_role("button").inner_text() == "clicked"


def test_a_chromium_that_does_not_start_is_named_with_the_remedy() -> None:
    run = subprocess.run(
        [sys.executable, FINDER], env={**os.environ, "CHROMIUM": "no-such"}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert run.stderr.strip() == "CHROMIUM names no-such, which does not start. Name a Chromium or Chrome, or unset it."
