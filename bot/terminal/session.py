"""How a command works and ends: settings, services, one event loop, one exit code."""

import asyncio
import os
import pwd
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import typer

from bot.setup.local_team import LOCAL_TEAM
from bot.terminal import terminal
from orchestration.values.errors import (
    BudgetRefused,
    CallLost,
    ModelFailed,
    RunStuck,
    StoredStepUnreadable,
    ThreadworkError,
)

if TYPE_CHECKING:
    from bot.bootstrap import Services


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    USAGE = 2
    BUDGET = 3
    INTERRUPTED = 130


def with_services(work: "Callable[[Services], Awaitable[Exit | None]]") -> None:
    """Runs a command's work next to the process that drives the runs of this database."""

    async def opened() -> Exit | None:
        from bot.bootstrap import open_services
        from bot.setup import settings

        async with open_services(settings.load()) as services:
            return await work(services)

    finish(opened())


def finish(work: Coroutine[Any, Any, Exit | None]) -> None:
    """Ends the process with the contract's exit code; what a person can act on is one sentence on stderr."""
    try:
        code = asyncio.run(_until_terminated(work))
        sys.stdout.flush()
    except ThreadworkError as error:
        terminal.complain(error.sentence)
        raise typer.Exit(exit_code(error)) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(Exit.INTERRUPTED) from None
    except BrokenPipeError:
        # The reader has what it wanted (`threadwork runs | head`); what is still buffered must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.DONE
    if code:
        raise typer.Exit(code)


def exit_code(error: ThreadworkError) -> Exit:
    if isinstance(error, BudgetRefused):
        return Exit.BUDGET
    if isinstance(error, CallLost | ModelFailed | RunStuck | StoredStepUnreadable):
        return Exit.FAILED
    return Exit.USAGE


async def _until_terminated(work: Coroutine[Any, Any, Exit | None]) -> Exit | None:
    """`kill` ends a command as Ctrl-C does: in order."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


async def team_of(services: "Services | None", given: str | None) -> str:
    """The named team, else the one connected workspace, else `local`; what was not said is said on standard error."""
    if given is not None:
        return given
    known = [team for team in await services.runs.teams() if team != LOCAL_TEAM] if services else []
    if len(known) == 1:
        terminal.mention(f"Team {known[0]}, the one connected workspace. `--team {LOCAL_TEAM}` is what was asked here.")
        return known[0]
    others = f" Others: --team {', --team '.join(known)}." if known else ""
    terminal.mention(f"Team {LOCAL_TEAM}.{others}")
    return LOCAL_TEAM


def user_id() -> str:
    """Who asks in a terminal: the name of the operating system's user."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"
