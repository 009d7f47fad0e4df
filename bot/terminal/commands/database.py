"""`threadwork backup`, `threadwork restore`, `threadwork db copy`: the database as a whole."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.terminal import session, terminal
from orchestration.values.errors import OperatorError

if TYPE_CHECKING:
    from storage.upkeep.backup import Verified

BACKUP_EXAMPLE = "threadwork backup backups/monday.db"
RESTORE_EXAMPLE = "threadwork restore backups/monday.db"

group = typer.Typer(help="Move the database.", no_args_is_help=True)


@group.callback()
def database() -> None:
    """Move the database."""


def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")]) -> None:
    """Copy the database while everything goes on, and verify the copy. For SQLite; Postgres has pg_dump."""

    async def work() -> None:
        from storage.upkeep import backup as copies

        found = await asyncio.to_thread(copies.backup, _file("backed up"), file)
        terminal.say(f"{file}: whole. {_counted(found)}")

    session.finish(work())


def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="What `threadwork backup` wrote.")]) -> None:
    """Verify a backup and put it in the database's place; what was there stays next to it.

    Stop `serve` first.
    """

    async def work() -> None:
        from storage.upkeep import backup as copies

        target = _file("restored")
        found = await asyncio.to_thread(copies.restore, file, target)
        terminal.say(f"{target} is restored. {_counted(found)}")

    session.finish(work())


@group.command(
    epilog="Example: threadwork db copy sqlite+aiosqlite:///threadwork.db postgresql://me@localhost/threadwork"
)
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The address of a SQLite file.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The address of an empty Postgres database.")],
) -> None:
    """Move everything from a SQLite file to Postgres, verified before it is kept. The file stays as it is.

    Stop `serve` first: what is written to the file meanwhile is not in the copy.
    """

    async def work() -> None:
        from bot.clock import SystemClock
        from storage.engine.driver import DriverLock, lock_of
        from storage.engine.opening import is_postgres, open_database, path_of
        from storage.library.postgres_library import PostgresLibrary
        from storage.upkeep.moving import move

        if not is_postgres(target):
            raise OperatorError("TO is no Postgres database. Write postgresql://USER:PASSWORD@HOST/NAME.")
        path = path_of(source)
        if not path.is_file():
            raise OperatorError(f"There is no database {path}. Check FROM.")
        clock = SystemClock()
        await (await open_database(source, clock=clock)).close()  # an older file gets this version's tables first
        opened = await open_database(target, clock=clock)
        try:
            with DriverLock(lock_of(path)):
                moved = await move(path, opened, PostgresLibrary(opened, clock))
        finally:
            await opened.close()
        terminal.say(f"{moved.rows:,} rows of {moved.tables} tables moved.")
        terminal.say(f"All balances match, and {moved.searched} texts were searched for and found.")
        terminal.say("Set DATABASE_URL to the new address and start again.")

    session.finish(work())


def _file(what: str) -> Path:
    from bot.setup import settings
    from storage.engine.opening import is_postgres, path_of

    url = settings.load().database_url
    if is_postgres(url):
        raise OperatorError(f"DATABASE_URL names a Postgres database, which is {what} with pg_dump and pg_restore.")
    return path_of(url)


def _counted(found: "Verified") -> str:
    return f"{found.runs:,} runs, {found.entries:,} ledger entries that add up, {found.searched} texts found again."
