"""Takes docs/pictures/thread.png: starts the demo, clicks the suggestion, waits for the critic's notes.

`.venv/bin/python docs/pictures/take.py` after `make test`, which installs what drives the browser.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import chromium  # noqa: E402  # lives beside the tests, which drive the same browser

PICTURE = Path(__file__).with_name("thread.png")
WIDTH, HEIGHT = 1240, 900
WAIT_MS = 60_000


def main() -> None:
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        screen = {"width": WIDTH, "height": HEIGHT}
        page = browser.new_page(viewport=screen, device_scale_factor=2, color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        ask(page)
        photograph(page)
        browser.close()
    print(PICTURE.relative_to(ROOT))


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo with its own database and none of this shell's settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("THREADWORK_")}
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--port", "0"],
            cwd=folder,
            env={**own, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield address_in(process)
        finally:
            process.terminate()
            process.wait(30)


def address_in(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+", line):
            return found[0]
    sys.exit("The demo ended before it named its address.")


def ask(page: Page) -> None:
    page.get_by_test_id("suggestion").first.click()
    thread = page.get_by_test_id("thread")
    thread.get_by_role("button", name="Approve").wait_for(timeout=WAIT_MS)


def photograph(page: Page) -> None:
    page.get_by_test_id("thread").screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
