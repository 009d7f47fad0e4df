"""What several tests share: the browser, the start of commands, how long the long tests run, and a run's last words."""

import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path

import chromium
import hypothesis
import pytest
import pytest_asyncio
import structlog
from playwright.async_api import Browser, Page, async_playwright, expect
from warm_start import WarmStart, warm_start

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 40_000
"""The demo's model takes its time on purpose, and the machine may be busy."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--endurance", action="store_true", help="run the long versions of crash, race and property tests")


def pytest_configure(config: pytest.Config) -> None:
    # Machines of a test run are busy: a slow example says nothing about the code.
    hypothesis.settings.register_profile("usual", deadline=None)
    hypothesis.settings.register_profile("endurance", deadline=None, max_examples=5_000)
    hypothesis.settings.load_profile("endurance" if config.getoption("--endurance") else "usual")
    # The default draws every frame with its locals, which can take longer than a person or a test waits.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, plain])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Generator[None]:
    """Ends a run with `--reruns` with the tests that failed at first: passing later hides them everywhere else."""
    yield
    if not config.getoption("reruns", None):
        return
    failures: dict[str, pytest.TestReport] = {report.nodeid: report for report in terminalreporter.getreports("rerun")}
    failed_again = {report.nodeid for kind in ("failed", "error") for report in terminalreporter.getreports(kind)}
    terminalreporter.write_sep("=", "second go", yellow=bool(failures), green=not failures)
    if not failures:
        terminalreporter.write_line("No test needed a second go.")
        return
    terminalreporter.write_line(f"{len(failures)} needed a second go. A test that is listed here twice has a fault.")
    for name, report in sorted(failures.items()):
        then = "failed again" if name in failed_again else "then passed"
        terminalreporter.write_line(f"{name} ({then}): {_cause(report)}")


def _cause(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return next(iter((crash.message if crash else str(report.longrepr)).splitlines()), "no message")


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    """Its tests are marked `asyncio(loop_scope="session")`: it belongs to the event loop that started it."""
    # Chromium's sandbox refuses to start as root.
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of somebody who was never here: cookies, storage and cache are shared with no other test."""
    async with await browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield await context.new_page()
