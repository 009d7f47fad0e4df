"""Takes docs/pictures/thread.png: starts the demo, clicks the suggestion, waits for the critic's notes.

The picture shows the beginning of that thread on the left and its end on the right; between them is the answer.
`.venv/bin/python docs/pictures/take.py` after `make test`, which installs what drives the browser.
"""

import os
import re
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import chromium  # noqa: E402  # lives with the tests, which drive the same browser

PICTURE = Path(__file__).with_name("thread.png")
WIDTH, HEIGHT = 1500, 1150
WAIT_MS = 60_000
# Chromium's sandbox refuses to start as root.
ARGUMENTS = ["--no-sandbox"] if os.geteuid() == 0 else []
SIDE_BY_SIDE = """
<style>
  body {{ display: flex; gap: 28px; width: max-content; margin: 0; padding: 28px; background: #e4e7ec; }}
  img {{ zoom: .5; border-radius: 20px; box-shadow: 0 4px 24px #0003; }}
</style>
<img src="data:image/png;base64,{0}"><img src="data:image/png;base64,{1}">
"""


def main() -> None:
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=ARGUMENTS)
        page = opened(browser)
        page.goto(address)
        ask(page)
        beginning, end = shots(page)
        join(opened(browser), beginning, end)
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


def opened(browser: Browser) -> Page:
    screen = ViewportSize(width=WIDTH, height=HEIGHT)
    return browser.new_page(viewport=screen, device_scale_factor=2, color_scheme="light", reduced_motion="reduce")


def ask(page: Page) -> None:
    page.get_by_test_id("suggestion").first.click()
    thread = page.get_by_test_id("thread")
    thread.get_by_role("button", name="Approve").wait_for(timeout=WAIT_MS)
    # The board's last edit may come after the notes.
    thread.get_by_text("Waiting for your decision").wait_for(timeout=WAIT_MS)


def shots(page: Page) -> tuple[bytes, bytes]:
    """The thread scrolled to its beginning, and to its end."""
    thread = page.get_by_test_id("thread").locator(".scroll")
    end = thread.screenshot()
    thread.evaluate("view => { view.scrollTop = 0; }")
    # The page takes notice of a scroll in its own time.
    page.wait_for_timeout(300)
    return thread.screenshot(), end


def join(page: Page, *pictures: bytes) -> None:
    page.set_content(SIDE_BY_SIDE.format(*(b64encode(picture).decode() for picture in pictures)))
    page.wait_for_function("[...document.images].every(image => image.complete)")
    joined = Image.open(BytesIO(page.locator("body").screenshot())).convert("RGB")
    # Few colours are in it, and a picture of a megabyte would make every clone heavier.
    joined.quantize(192).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
