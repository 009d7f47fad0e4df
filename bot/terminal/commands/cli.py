"""The command line: the table of all commands."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from bot.terminal.commands import (
    answer,
    ask,
    budget,
    check,
    database,
    demo,
    docs,
    estimate,
    evaluation,
    ledger,
    mcp,
    playground,
    review,
    runs,
    serve,
    spend,
)

COMMANDS: tuple[tuple[Callable[..., None], str], ...] = (
    (demo.demo, demo.EXAMPLE),
    (serve.serve, serve.EXAMPLE),
    (ask.ask, ask.EXAMPLE),
    (estimate.estimate, estimate.EXAMPLE),
    (runs.runs, runs.RUNS_EXAMPLE),
    (runs.show, runs.SHOW_EXAMPLE),
    (answer.answer, answer.EXAMPLE),
    (review.review, review.REVIEW_EXAMPLE),
    (review.cancel, review.CANCEL_EXAMPLE),
    (review.retry, review.RETRY_EXAMPLE),
    (spend.spend, spend.EXAMPLE),
    (playground.playground, playground.EXAMPLE),
    (check.check, check.EXAMPLE),
    (database.backup, database.BACKUP_EXAMPLE),
    (database.restore, database.RESTORE_EXAMPLE),
)
GROUPS = {
    "budget": budget.group,
    "db": database.group,
    "docs": docs.group,
    "ledger": ledger.group,
    "eval": evaluation.group,
    "mcp": mcp.group,
}


def command_line() -> None:
    typer.main.get_command(build())(prog_name="threadwork")


def build() -> typer.Typer:
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        callback=whole,
    )
    for command, example in COMMANDS:
        app.command(epilog=f"Example: {example}")(command)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    return app


def whole(
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where an unexpected error happened.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=lambda on: _show(on))
    ] = False,
) -> None:
    """A research team in your threads: routed agents, checked quotes, review, and a bill that adds up."""
    if traceback:
        sys.excepthook = sys.__excepthook__


def _show(on: bool) -> None:
    if not on:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        print(f"threadwork {version('threadwork')}", flush=True)
    except PackageNotFoundError:
        print("threadwork, run from its sources")
    raise typer.Exit
