"""What several tests share: the browser, the start of commands, and how long the long tests run."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import chromium
import hypothesis
import pytest
from playwright.async_api import Page, async_playwright
from warm_start import WarmStart, warm_start

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--endurance", action="store_true", help="run the long versions of crash, race and property tests")


def pytest_configure(config: pytest.Config) -> None:
    # Machines of a test run are busy: a slow example says nothing about the code.
    hypothesis.settings.register_profile("usual", deadline=None)
    hypothesis.settings.register_profile("endurance", deadline=None, max_examples=5_000)
    hypothesis.settings.load_profile("endurance" if config.getoption("--endurance") else "usual")


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """`rounds(few, many)`: how often to repeat, by `make test` or by `make endurance`."""
    long = bool(pytestconfig.getoption("--endurance"))
    return lambda few, many: many if long else few


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmStart]:
    """Starts commands of `threadwork`."""
    with warm_start() as started:
        yield started


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    try:
        return chromium.find()
    except chromium.NoChromium as none:
        pytest.fail(str(none), pytrace=False)


@pytest.fixture
async def page(chromium_path: Path) -> AsyncIterator[Page]:
    """A page of a browser of its own; nothing is shared between tests."""
    # Chromium's sandbox refuses to start as root.
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        try:
            yield await browser.new_page(viewport={"width": 1280, "height": 900})
        finally:
            await browser.close()
