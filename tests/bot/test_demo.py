"""`threadwork demo` as a newcomer starts it."""

import signal
import socket
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from warm_start import Command, WarmStart

from bot.bootstrap import open_services
from bot.demo import FILE, HANDBOOK
from bot.setup import settings

FOREIGN = {
    "OPENAI_API_KEY": "sk-real",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "SLACK_BOT_TOKEN": "xoxb-real",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "DATABASE_URL": "postgresql://nowhere/db",
}


Start = Callable[[int], Command]


@pytest.fixture
def start(tmp_path: Path, warm: WarmStart) -> Iterator[Start]:
    """Starts a demo on this port in the test's folder; whatever runs at the end of the test is killed."""
    with ExitStack() as stack:

        def begin(port: int) -> Command:
            process = warm.threadwork("demo", "--port", str(port), folder=tmp_path, settings=FOREIGN)
            stack.callback(process.kill)
            return process

        yield begin


def address(demo: Command) -> str:
    return demo.stdout.readline().decode().strip().removeprefix("The workspace is at ")


def end(demo: Command) -> None:
    demo.send_signal(signal.SIGINT)
    code, _, err = demo.communicate()
    assert err == ""
    # 130 where Ctrl-C came before the bot was quite up.
    assert code in (0, 130)


def test_it_shows_the_page_and_ends_with_ctrl_c(start: Start) -> None:
    demo = start(0)
    with urllib.request.urlopen(address(demo)) as page:
        assert "<!doctype html>" in page.read().decode()
    end(demo)


def test_a_second_one_in_the_same_folder_is_refused(start: Start) -> None:
    first = start(0)
    assert address(first).startswith("http://127.0.0.1:")
    code, _, err = start(0).communicate()
    assert code == 2
    assert err.startswith("A demo is already running in this folder.")
    end(first)


def test_a_taken_port_is_a_sentence_that_names_the_option(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = start(port).communicate()
    assert code == 2
    assert err == f"Port {port} is in use. Name another one: threadwork demo --port {port + 1}\n"


async def test_each_start_begins_anew_with_the_handbook_alone(tmp_path: Path, start: Start) -> None:
    (tmp_path / FILE).write_text("what an older version left behind")
    process = start(0)
    assert address(process).startswith("http://127.0.0.1:")
    end(process)
    configured = settings.load_demo(database_url=f"sqlite+aiosqlite:///{tmp_path / FILE}")
    async with open_services(configured) as services:
        pages = await services.library.list("T0DEMO")
    assert len(pages) == len(list(HANDBOOK.glob("*.md"))) - 1
    assert "Licence of these pages" not in [page.title for page in pages]
