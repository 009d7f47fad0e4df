"""Following one run until it stops, whoever drives it: this process, or one that was there first."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from io import StringIO

from rich.console import Console

from bot.bootstrap import Services, open_services
from bot.outgoing.view import folding
from bot.outgoing.view.run_view import RunView
from bot.setup import settings
from bot.setup.settings import Settings
from bot.telemetry import configure_logging
from bot.terminal import progress, stopped_run, terminal
from bot.terminal.output import Shown
from bot.terminal.progress import Progress
from bot.terminal.reply import Reply
from bot.terminal.session import Exit, user_id
from orchestration.values.domain import Run, RunStatus
from orchestration.values.errors import OperatorError
from orchestration.values.states import AT_WORK
from storage.engine.database import AlreadyDriven

LOOK_SECONDS = 1.0
CANCEL_SECONDS = 3.0
Begin = Callable[[Services], Awaitable[str]]
"""Makes or changes the run's row and returns its id; raises where that is refused."""

CODES = {RunStatus.PAUSED: Exit.BUDGET, RunStatus.ERROR: Exit.FAILED, RunStatus.CANCELLED: Exit.FAILED}


@dataclass(slots=True)
class Followed:
    view: RunView = field(default_factory=lambda: RunView(""))
    cursor: int = 0


async def to_its_end(
    begin: Begin, *, shown: Shown, stay: bool = True, reply: Reply | None = None, model: str | None = None
) -> Exit:
    """Begins, shows the work on standard error and the result on standard output.

    Without `stay` a run that another process drives is left to it once it is begun. `reply` answers what the run asks.
    """
    configured = settings.load_with(model)
    configure_logging(configured.log_format, level=logging.CRITICAL)
    followed = Followed()
    while True:
        async with driving_if_free(configured) as services:
            if services.driver is None and model:
                raise OperatorError(
                    "Another process drives this database, with its own model. Leave out --model, or name another file "
                    "in DATABASE_URL."
                )
            if not followed.view.run_id:
                followed.view = RunView(await begin(services))
                if services.driver is None and not stay:
                    terminal.mention("The process that drives this database is working on it.")
                    return Exit.DONE
            run = await _watched(services, followed, shown.quiet)
            while run is not None and reply and followed.view.open_inquiry and await reply(services, followed.view):
                run = await _watched(services, followed, shown.quiet)
            if run is not None:
                await stopped_run.present(services, followed.view, shown=shown)
                return CODES.get(run.status, Exit.DONE)
        # Its driver went away without finishing it: now this process may be the driver.


@asynccontextmanager
async def driving_if_free(configured: Settings) -> AsyncIterator[Services]:
    stack = AsyncExitStack()
    try:
        services = await stack.enter_async_context(open_services(configured, drive=True))
    except AlreadyDriven:
        services = await stack.enter_async_context(open_services(configured))
    async with stack:
        yield services


async def _watched(services: Services, followed: Followed, quiet: bool) -> Run | None:
    console = Console(file=StringIO()) if quiet else terminal.error_console()
    with progress.progress(console) as shown:
        try:
            return await _follow(services, followed, shown)
        except asyncio.CancelledError:
            await _cancel(services, followed.view.run_id)
            raise


async def _follow(services: Services, followed: Followed, shown: Progress) -> Run | None:
    """The stopped run, or None where nobody drives it any more."""
    changes = services.database.subscribe()
    while True:
        # The row first: its last events were committed with it, so reading them afterwards misses none.
        run = await services.runs.get(followed.view.run_id)
        for stored in await services.events.of(run.run_id, after=followed.cursor):
            followed.view = folding.after(followed.view, stored)
            followed.cursor = stored.id
        shown.show(followed.view)
        if run.status not in AT_WORK:
            return run
        if services.driver is None and not await services.database.is_driven():
            return None
        await changes.wait(LOOK_SECONDS)


async def _cancel(services: Services, run_id: str) -> None:
    if not await services.runs.cancel(run_id, user_id()):
        return
    # Its calls end before the services close under them; a call that will not is cut off by the closing itself.
    with suppress(TimeoutError):
        async with asyncio.timeout(CANCEL_SECONDS):
            while services.driver and run_id in services.driver.running:
                await services.clock.sleep(0.02)
    terminal.mention(f"Cancelled. `threadwork retry {run_id}` continues from what is already paid for.")
