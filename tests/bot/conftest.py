"""The door with the simulator on its other side: everything real but the research, which the test plays itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import new_file
import pytest
import yaml
from patience import patient_bot, patient_slack
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import Services, open_services
from bot.connection.app import slack_app, slack_client
from bot.connection.introduction import introduce
from bot.connection.socket_mode import socket_handler, socket_mode
from bot.incoming.door import Door
from bot.incoming.inbox import Intake
from bot.incoming.listeners import register
from bot.incoming.people import People
from bot.incoming.permissions import Permissions
from bot.incoming.shared_files import SharedFiles
from bot.incoming.threads import Threads
from bot.outgoing.outbox import Outbox
from bot.setup.settings import Settings
from bot.simulator import Simulator
from orchestration.values.domain import (
    Critique,
    Draft,
    Note,
    NoteKind,
    Run,
    RunStatus,
    Verdict,
)
from orchestration.values.events import CritiqueReady, DraftReady, ReviewAwaited, RunCompleted
from storage.engine.opening import path_of
from storage.runs.run_log import RunLog

ROOT = Path(__file__).parents[2]
CHANNEL = "C0RESEARCH"
PATIENCE_SECONDS = 30.0
"""With what comes at once on an idle machine: others use the cores too."""


@dataclass
class Desk:
    """What a test of the door works with."""

    slack: Simulator
    services: Services
    door: Door
    app: AsyncApp
    client: AsyncWebClient
    open: AsyncExitStack

    async def close(self) -> None:
        """As at the end of its process."""
        await self.open.aclose()

    async def ask(self, text: str, *, user: str = "U0ANA", channel: str = CHANNEL, thread: str | None = None) -> str:
        return await self.slack.post(user, channel, f"<@{self.slack.bot_user_id}> {text}", thread_ts=thread)

    async def runs(self) -> list[Run]:
        return [line.run for line in await self.services.runs.list()]

    async def run_of(self, ts: str, *, seconds: float = PATIENCE_SECONDS) -> Run:
        """The run of the message, as soon as there is one."""

        async def found() -> Run | None:
            runs = await self.runs()
            return next((run for run in runs if run.question.conversation.thread_ts == ts), None)

        run = await self.eventually(found, seconds=seconds)
        assert isinstance(run, Run)
        return run

    async def eventually(self, look: Callable[[], Awaitable[Any]], *, seconds: float = PATIENCE_SECONDS) -> Any:
        async with asyncio.timeout(seconds):
            # What is waited for is a row, which tells nobody when it changes.
            while not (found := await look()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return found

    async def said(self, channel: str, thread: str, words: str, *, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The bot's reply in the thread that says so."""

        def found() -> list[dict[str, Any]]:
            replies = self.slack.thread(channel, thread)
            return [m for m in replies if m.get("bot_id") and words in m["text"]]

        await self.slack.until(found, seconds)
        return found()[0]

    async def whispered(self, user: str, words: str) -> str:
        def found() -> list[str]:
            return [m["text"] for m in self.slack.ephemerals(user) if words in m["text"]]

        await self.slack.until(found, PATIENCE_SECONDS)
        return found()[-1]

    async def settled(self) -> None:
        """Everything that Slack delivered is worked on."""

        async def nothing_pending() -> bool:
            return not self.slack.deliveries_under_way and not await self.services.inbox.pending()

        await self.eventually(nothing_pending)

    async def drafted(self, run: Run, *, notes: bool = True, version: int = 1) -> Run:
        """Plays the research: a draft of this version, waiting for a review or, without notes, complete."""
        log = RunLog(self.services.database, self.services.clock)
        taken = await log.take_up(run.run_id)
        assert taken is not None
        found = (Note("N1", NoteKind.VAGUE, "Which version?"), Note("N2", NoteKind.MISSING, "No price."))
        verdict = Verdict.REVISE if notes else Verdict.SHIP
        critique = Critique(version, verdict, found if notes else ())
        draft = Draft(version, f"Answer {version}", (), ())
        ending = ReviewAwaited(version) if notes else RunCompleted(version, approved=False)
        status = RunStatus.AWAITING_REVIEW if notes else RunStatus.COMPLETE
        await log.emit(taken, [DraftReady(draft), CritiqueReady(critique)])
        await log.finish(taken, status, [ending], 1.0)
        return await self.services.runs.get(run.run_id)

    async def buttons(self, run: Run, *actions: str, version: int = 1) -> str:
        """A message in the run's thread with these buttons, as the presenter would post it; its ts."""
        place = run.question.conversation
        value = {"stop": run.run_id}
        elements = [
            {
                "type": "button",
                "action_id": action,
                "text": {"type": "plain_text", "text": action},
                "value": value.get(action, f"{run.run_id}:{version}"),
            }
            for action in actions
        ]
        posted = await self.client.chat_postMessage(
            channel=place.channel_id,
            thread_ts=place.thread_ts,
            text="What now?",
            blocks=[{"type": "actions", "elements": elements}],
        )
        return str(posted["ts"])


OpenDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    patient_bot(monkeypatch)
    patient_slack(monkeypatch)
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    simulator = Simulator(manifest, retry_seconds=(0.05, 0.05, 0.05))
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def settings(slack: Simulator, tmp_path: Path) -> Callable[..., Settings]:
    def build(**changes: Any) -> Settings:
        given = {
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token,
            "slack_api_url": slack.api_url,
            "database_url": f"sqlite+aiosqlite:///{tmp_path / 'threadwork.db'}",
        }
        return Settings(_env_file=None, **(given | changes))

    return build


@pytest.fixture
async def open_desk(slack: Simulator, settings: Callable[..., Settings]) -> AsyncIterator[OpenDesk]:
    """Opens the door with the settings of the test; whatever was opened is closed afterwards."""
    async with AsyncExitStack() as desks:

        async def start(*, connected: bool = True, working: bool = True, **changes: Any) -> Desk:
            chosen, stack = settings(**changes), await desks.enter_async_context(AsyncExitStack())
            new_file.lay(path_of(chosen.database_url))
            client = await stack.enter_async_context(slack_client(chosen))
            services = await stack.enter_async_context(open_services(chosen))
            desk = await _furnish(slack, chosen, client, services)
            desk.open = stack
            if working:
                task = asyncio.create_task(desk.door.intake.run())
                stack.push_async_callback(_ended, desk.door.intake, task)
            if connected:
                handler = socket_handler(desk.app, client, slack.app_token)
                await stack.enter_async_context(socket_mode(handler, services.clock))
                await slack.until(lambda: slack.sockets.connections)
            return desk

        yield start


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    return await open_desk()


async def _furnish(slack: Simulator, settings: Settings, client: AsyncWebClient, services: Services) -> Desk:
    bot = await introduce(client, settings, socket=True)
    intake = Intake(services.inbox, services.clock, bot_user_id=bot.user_id, team_id=bot.team_id)
    people = People(client, services.clock, team_id=bot.team_id)
    outbox = Outbox(services.posts, client, clock=services.clock, database=services.database, bot_id=bot.bot_id)
    files = SharedFiles(client, services.library, services.files)
    door = Door(
        bot, services, outbox, intake, people, Permissions(settings, people), files, Threads(client, bot_id=bot.bot_id)
    )
    app = slack_app(client, settings, bot)
    register(app, door)
    return Desk(slack, services, door, app, client, AsyncExitStack())


async def _ended(intake: Intake, task: asyncio.Task[None]) -> None:
    intake.stop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(task, 3)
