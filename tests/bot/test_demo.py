"""`threadwork demo` as a newcomer starts it."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings
from bot.bootstrap import open_services
from bot.demo import FILE, HANDBOOK

ROOT = Path(__file__).parents[2]
FOREIGN = {
    "OPENAI_API_KEY": "sk-real",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "SLACK_BOT_TOKEN": "xoxb-real",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "DATABASE_URL": "postgresql://nowhere/db",
}


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), **FOREIGN},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    return demo.stdout.readline().strip().removeprefix("The workspace is at ")


def end(demo: subprocess.Popen[str]) -> None:
    demo.send_signal(signal.SIGINT)
    _, err = demo.communicate(timeout=60)
    assert err == ""
    # 130 where Ctrl-C came before the bot was quite up.
    assert demo.returncode in (0, 130)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = start(tmp_path, 0)
    try:
        yield process, address(process)
    finally:
        process.kill()
        process.communicate()


def test_it_shows_the_page_and_ends_with_ctrl_c(demo: tuple[subprocess.Popen[str], str]) -> None:
    process, url = demo
    with urllib.request.urlopen(url) as page:
        assert "<!doctype html>" in page.read().decode()
    end(process)


def test_a_second_one_in_the_same_folder_is_refused(tmp_path: Path, demo: tuple[subprocess.Popen[str], str]) -> None:
    with start(tmp_path, 0) as second:
        _, err = second.communicate(timeout=60)
    assert second.returncode == 2
    assert err.startswith("A demo runs in this folder already.")


def test_a_taken_port_is_a_sentence_that_names_the_option(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start(tmp_path, port) as second:
            _, err = second.communicate(timeout=60)
    assert second.returncode == 2
    assert err == f"Port {port} is in use. Name another one: threadwork demo --port {port + 1}\n"


async def test_each_start_begins_anew_with_the_handbook_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("what an older version left behind")
    process = start(tmp_path, 0)
    assert address(process).startswith("http://127.0.0.1:")
    end(process)
    configured = settings.load_demo(database_url=f"sqlite+aiosqlite:///{tmp_path / FILE}")
    async with open_services(configured) as services:
        pages = await services.library.list("T0DEMO")
    assert len(pages) == len(list(HANDBOOK.glob("*.md"))) - 1
    assert "Licence of these pages" not in [page.title for page in pages]
