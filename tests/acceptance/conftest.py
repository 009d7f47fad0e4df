"""An office of its own for each test: a Slack, a model endpoint, a folder with the handbook in its library."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from model_server import ModelServer
from office import ROOT, Office, Served
from patience import patient_bot, patient_slack
from playwright.async_api import Page, expect
from transcript import Talk, posted_twice
from warm_start import WarmStart

from bot.simulator import Simulator

HANDBOOK = ROOT / "bot" / "simulator" / "handbook"
TEAM = "T0DEMO"


@pytest.fixture
async def slack(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    patient_bot(monkeypatch)
    if "served" not in request.fixturenames:
        patient_slack(monkeypatch)
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    # Slack goes on for minutes, and a restart on a busy machine takes its time.
    simulator = Simulator(manifest, retry_seconds=[0.05] * 20)
    assert simulator.team_id == TEAM
    await simulator.start()
    yield simulator
    await simulator.stop()
    assert posted_twice(simulator) == []


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, warm: WarmStart) -> Path:
    """A database with the handbook in it, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("shelf")
    shutil.copytree(HANDBOOK, folder / "handbook", ignore=shutil.ignore_patterns("LICENSE.md"))
    added = warm.threadwork("docs", "add", "handbook", "--team", TEAM, folder=folder, settings={})
    code, _, err = added.communicate()
    assert code == 0, err
    return folder / "threadwork.db"


@pytest.fixture
async def office(slack: Simulator, shelf: Path, tmp_path: Path, warm: WarmStart) -> AsyncIterator[Office]:
    shutil.copy(shelf, tmp_path / shelf.name)
    async with ModelServer() as model:
        yield Office(slack, model, tmp_path, warm)


@pytest.fixture
def talk(slack: Simulator) -> Talk:
    return Talk(slack)


@pytest.fixture
async def served(office: Office) -> AsyncIterator[Served]:
    """Not yet started; whatever runs at the end of the test is killed."""
    bot = Served(office)
    yield bot
    await bot.kill()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`seed`: a few by `make test`, a thousand by `make endurance`."""
    if "seed" in metafunc.fixturenames:
        many = metafunc.config.getoption("--endurance")
        metafunc.parametrize("seed", range(1_000 if many else 2))


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """Its address; what the process says on standard error must hold no traceback."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        yield line.removeprefix("The workspace is at ")
    finally:
        process.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(process.communicate(), 60)
    assert b"Traceback" not in err, err.decode()


@pytest_asyncio.fixture(loop_scope="session")
async def workspace(demo: str, page: Page) -> AsyncIterator[Page]:
    """The page as Ana sees it; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    await page.goto(demo)
    await expect(page.get_by_test_id("composer")).to_be_visible()
    yield page
    assert complaints == []
