"""The whole bot in this process or in one of its own, on the simulator and the model server."""

import asyncio
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from model_server import ModelServer
from warm_start import Command, WarmStart

from bot.bootstrap import Services, open_services
from bot.serve import serve
from bot.setup import settings
from bot.setup.settings import Settings
from bot.simulator import Simulator

ROOT = Path(__file__).parents[2]
PRICES = '[models."test-model"]\ninput_usd_per_million = 0.4\noutput_usd_per_million = 1.6\n'
START_SECONDS = 60.0
WORKER_SECONDS = 600
"""A test that holds a worker's reply back must not bring it to the end of its own time."""


@dataclass
class Office:
    """Where the bot works: a folder with its database, a Slack and a model endpoint."""

    slack: Simulator
    model: ModelServer
    folder: Path
    warm: WarmStart
    environment: dict[str, str] = field(default_factory=dict)
    """Further settings of bots in processes of their own."""

    @property
    def database(self) -> Path:
        return self.folder / "threadwork.db"

    def settings(self, **changes: Any) -> Settings:
        given: dict[str, Any] = {
            "slack_bot_token": self.slack.bot_token,
            "slack_app_token": self.slack.app_token,
            "slack_api_url": self.slack.api_url,
            "openai_base_url": self.model.base_url,
            "model": "test-model",
            "prices": self._prices(),
            "database_url": f"sqlite+aiosqlite:///{self.database}",
            "health_port": 0,
            "worker_seconds": WORKER_SECONDS,
        }
        return settings.load(None, **(given | changes))

    @asynccontextmanager
    async def bot(self, **changes: Any) -> AsyncIterator[None]:
        """The bot in this process, as `serve` runs it, from ready to its orderly end."""
        stop, ready = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(serve(self.settings(**changes), stop=stop, ready=lambda _: ready.set()))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED, timeout=START_SECONDS)
        waiting.cancel()
        if task.done():
            task.result()
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, START_SECONDS)

    @asynccontextmanager
    async def services(self, **changes: Any) -> AsyncIterator[Services]:
        """What a command beside the bot works with."""
        async with open_services(self.settings(**changes)) as services:
            yield services

    async def terminal(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a `threadwork` command on the same database."""
        return await asyncio.to_thread(self.start(*arguments).communicate)

    def start(self, *arguments: str) -> Command:
        return self.warm.threadwork(*arguments, folder=self.folder, settings=self._settings())

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read beside a living process. For a dead one see `after_death`."""
        with closing(sqlite3.connect(self.database, timeout=5)) as connection:
            return connection.execute(statement).fetchall()

    async def until_rows(self, statement: str, *, look_seconds: float = 0.05) -> list[tuple[Any, ...]]:
        """The rows, as soon as there are some."""
        async with asyncio.timeout(START_SECONDS):
            # Another process's commit tells nobody in this one.
            while not (found := self.rows(statement)):  # noqa: ASYNC110
                await asyncio.sleep(look_seconds)
        return found

    async def nothing_in_flight(self) -> None:
        """No call is on its way to the model: whoever made one has ended it."""
        await self.until_rows("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM holds WHERE state = 'open')")

    def after_death(self, statement: str) -> list[tuple[Any, ...]]:
        """The same from a copy: whoever opens the file of a killed process first would mend it for the next."""
        grave = self.folder / "after death"
        grave.mkdir(exist_ok=True)
        for end in ("", "-wal"):
            if (one := self.database.with_name(self.database.name + end)).exists():
                shutil.copy(one, grave / one.name)
        with closing(sqlite3.connect(grave / self.database.name)) as connection:
            found = connection.execute(statement).fetchall()
        shutil.rmtree(grave)
        return found

    def _prices(self) -> Path:
        prices = self.folder / "prices.toml"
        prices.write_text(PRICES)
        return prices

    def _settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "OPENAI_BASE_URL": self.model.base_url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "THREADWORK_MODEL": "test-model",
            "THREADWORK_PRICES": str(self._prices()),
            "THREADWORK_HEALTH_PORT": "0",
            "THREADWORK_WORKER_SECONDS": str(WORKER_SECONDS),
            **self.environment,
        }


@dataclass
class Served:
    """`threadwork serve` as a process that can be killed; start it as often as it takes."""

    office: Office
    log: list[str] = field(default_factory=list)
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    """From the moment it was struck."""
    command: Command | None = None
    _ended: asyncio.Task[int] | None = None

    async def start(self) -> None:
        """Returns once it takes questions."""
        self.command, ready = self.office.start("serve"), asyncio.Event()
        self.dead.clear()
        self._ended = asyncio.create_task(self._follow(self.command, ready))
        try:
            await asyncio.wait_for(ready.wait(), START_SECONDS)
        except TimeoutError:
            raise AssertionError("serve did not get ready:\n" + "\n".join(self.log)) from None
        assert self.is_alive, "\n".join(self.log)

    @property
    def is_alive(self) -> bool:
        return self._ended is not None and not self._ended.done() and not self.dead.is_set()

    def freeze(self) -> None:
        """SIGSTOP: from here on it does nothing more, whatever reaches it."""
        self._signal(signal.SIGSTOP)

    def strike(self) -> None:
        """SIGKILL at this very moment; `gone` waits for the end."""
        self._signal(signal.SIGKILL)
        self.dead.set()

    async def gone(self) -> int:
        """Its exit code, negative for a signal."""
        assert self._ended is not None
        return await asyncio.wait_for(self._ended, START_SECONDS)

    async def kill(self) -> None:
        if self.is_alive:
            self.strike()
        if self._ended is not None:
            await self.gone()

    async def terminate(self) -> int:
        """SIGTERM, and its exit code."""
        self._signal(signal.SIGTERM)
        return await self.gone()

    def _signal(self, number: signal.Signals) -> None:
        assert self.command is not None
        self.command.send_signal(number)

    async def _follow(self, command: Command, ready: asyncio.Event) -> int:
        """Keeps its log to its end; returns its exit code."""
        command.stdout.close()
        async for line in await _reader(command.stderr):
            self.log.append(line.decode().rstrip())
            if '"event": "ready"' in self.log[-1]:
                ready.set()
        # Whoever waits for a process that ended at once must not wait on.
        ready.set()
        return int(await (await _reader(command.status)).read())


async def _reader(pipe: BinaryIO) -> asyncio.StreamReader:
    """Closes the pipe at its end."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), pipe)
    return lines
