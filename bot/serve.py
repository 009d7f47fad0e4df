"""The bot on a Slack, from the first check of its tokens to the last parked run."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import Services, open_services
from bot.connection.app import slack_app, slack_client
from bot.connection.connection import Connection, by_http, by_socket
from bot.connection.health import health_server
from bot.connection.http import listening
from bot.connection.introduction import introduce, missing_scopes
from bot.incoming.door import Bot, Door
from bot.incoming.inbox import Intake
from bot.incoming.listeners import register
from bot.incoming.listeners.apology import Apologies
from bot.incoming.people import People
from bot.incoming.permissions import Permissions
from bot.incoming.readers import Readers
from bot.incoming.shared_files import SharedFiles
from bot.incoming.threads import Threads
from bot.outgoing.outbox import Outbox
from bot.outgoing.presenter import Presenter
from bot.setup.settings import Settings, slack_mode, without_foreign_environment

log = structlog.get_logger()

PARK_SECONDS = 18.0
LAST_POSTS_SECONDS = 3.0
"""Together with what a request in flight takes, a stop stays below 25 s."""
AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Serving:
    """What runs while the bot serves."""

    services: Services
    door: Door
    intake: Intake
    presenter: Presenter
    outbox: Outbox


async def serve(
    settings: Settings, *, stop: asyncio.Event | None = None, ready: Callable[[Services], None] | None = None
) -> bool:
    """Returns after `stop`, SIGTERM or SIGINT, once all work is parked: True where it was Ctrl-C.

    Wrong settings and tokens raise at once.
    """
    mode, stop = slack_mode(settings), stop or asyncio.Event()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(slack_client(settings))
        bot = await introduce(client, settings, socket=mode == "socket")
        services = await stack.enter_async_context(open_services(settings, drive=True))
        with without_foreign_environment(settings):
            serving = furnish(services, client, bot)
        tasks = await stack.enter_async_context(working(serving))
        app = slack_app(client, settings, bot)
        register(app, serving.door)
        connect = by_socket if mode == "socket" else by_http
        connection = await stack.enter_async_context(connect(app, client, services))
        await stack.enter_async_context(_health(serving, connection))
        tasks.append(asyncio.create_task(connection.watch(), name="watchdog"))
        if services.driver is not None:
            tasks.append(asyncio.create_task(services.driver.guard(), name="guard"))
        await _announce(client, bot, mode)
        if ready is not None:
            ready(services)
        with _signals(stop) as caught:
            await _until(stop, tasks)
        log.info("stopping")
    log.info("stopped")
    return signal.SIGINT in caught


def furnish(services: Services, client: AsyncWebClient, bot: Bot) -> Serving:
    intake = Intake(services.inbox, services.clock, bot_user_id=bot.user_id, team_id=bot.team_id)
    people = People(client, services.clock, team_id=bot.team_id, open_to_others=services.settings.shared_channels)
    outbox = Outbox(services.posts, client, clock=services.clock, database=services.database, bot_id=bot.bot_id)
    outbox.mind(Readers(people, services.runs))
    permissions, files = Permissions(services.settings, people), SharedFiles(client, services.library, services.files)
    threads = Threads(client, bot_id=bot.bot_id)
    door = Door(bot, services, outbox, intake, people, permissions, files, threads)
    intake.on_dead_letter(Apologies(door).apologise)
    return Serving(services, door, intake, Presenter(services), outbox)


@asynccontextmanager
async def working(serving: Serving) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The loops of the bot; at the end each still gets what the one before it has left."""
    loops = {"intake": serving.intake.run, "presenter": serving.presenter.run, "outbox": serving.outbox.run}
    tasks = [asyncio.create_task(_kept_up(name, loop), name=name) for name, loop in loops.items()]
    try:
        yield tasks
    finally:
        serving.intake.stop()
        await asyncio.wait(tasks[:1], timeout=LAST_POSTS_SECONDS)
        if serving.services.driver is not None:
            await serving.services.driver.stop(PARK_SECONDS)
        await _posted(serving)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept_up(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """A loop goes on where it was: all it knows are rows, and a database can be away for a moment."""
    while True:
        try:
            await loop()
            return
        except Exception:
            log.exception("loop_failed", loop=name)
            await asyncio.sleep(AGAIN_SECONDS)


async def _posted(serving: Serving) -> None:
    """Gives what is ready a moment to reach its thread; the rest is posted after the next start."""
    until = serving.services.clock.monotonic() + LAST_POSTS_SECONDS
    while serving.services.clock.monotonic() < until and await serving.services.posts.unsent():
        await serving.services.clock.sleep(0.1)


def _health(serving: Serving, connection: Connection) -> AbstractAsyncContextManager[int]:
    services = serving.services

    async def database() -> bool:
        await services.posts.cursor()
        return True

    async def metrics() -> Mapping[str, float]:
        return {
            "threadwork_connected": float(await connection.is_alive()),
            "threadwork_runs_running": float(len(services.driver.running) if services.driver else 0),
            "threadwork_inbox_pending": float(len(await services.inbox.pending())),
            "threadwork_posts_unsent": float(len(await services.posts.unsent())),
        }

    server = health_server({"slack": connection.is_alive, "database": database}, metrics)
    settings = services.settings
    return listening(server, settings.http_host, settings.health_port, setting="THREADWORK_HEALTH_PORT")


async def _announce(client: AsyncWebClient, bot: Bot, mode: str) -> None:
    if missing := await missing_scopes(client):
        log.warning("scopes_missing", scopes=missing, hint="reinstall the app from manifest.yml")
    log.info("ready", team=bot.team_id, bot=bot.name, mode=mode)


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[list[signal.Signals]]:
    loop = asyncio.get_running_loop()
    caught: list[signal.Signals] = []

    def catch(number: signal.Signals) -> None:
        caught.append(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, catch, number)
    try:
        yield caught
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _until(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Until somebody says so, or a loop ends that never should: then its error is ours."""
    stopped = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in done - {stopped}:
        task.result()
