"""`threadwork eval strategies`: the decision table."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.terminal import session, terminal
from bot.terminal.output import refuse_picture, write
from bot.terminal.session import Exit

if TYPE_CHECKING:
    from rich.progress import Progress

    from bot.bootstrap import Services
    from bot.evaluation.setup import Setup
    from bot.evaluation.strategies import Evaluation
    from bot.setup.settings import Settings
    from bot.terminal.decision_formats import DecisionTable

EXAMPLE = "threadwork eval strategies --runs 3 --budget 5 --format png --output table.png"

Format = Literal["table", "json", "png"]


@dataclass(frozen=True, slots=True)
class Wanted:
    model: str | None
    database: Path
    form: Format
    output: Path | None


def strategies(
    suite: Annotated[
        Path | None, typer.Option(metavar="F.jsonl", help="Your own tasks; default: the set for the handbook.")
    ] = None,
    library: Annotated[
        Path | None, typer.Option(metavar="PATH", help="What the agents search; default: the handbook.")
    ] = None,
    chosen: Annotated[
        str | None, typer.Option("--strategies", metavar="A,B", help="Only these, plus single; default: all.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="M", help="For all roles; `offline` is free. Default: from the settings.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=100, help="Runs per task and strategy.")] = 1,
    at_once: Annotated[
        int, typer.Option(min=1, max=50, help="Runs in parallel; more than one may slow each down.")
    ] = 1,
    budget: Annotated[
        str | None, typer.Option(metavar="USD", help="Spend no more than this, earlier calls included.")
    ] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Continue failed runs.")] = False,
    form: Annotated[Format, typer.Option("--format", help="Output format.")] = "table",
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file.")] = None,
    database: Annotated[Path, typer.Option(metavar="FILE", help="Where the runs are kept.")] = Path(
        ".threadwork-eval.db"
    ),
) -> None:
    """Run every strategy and a single agent on labelled tasks: latency, cost and accuracy of each.

    If it is stopped, the same command continues and pays for nothing twice. To start over, remove the database file.
    """

    async def work() -> Exit:
        from bot.evaluation.setup import Setup, chosen_strategies
        from bot.evaluation.suite import HANDBOOK, SHIPPED, read_suite
        from bot.terminal.amounts import nano_usd

        refuse_picture(form, output, "table.png")
        setup = Setup(
            suite=read_suite(suite or SHIPPED),
            library=library or HANDBOOK,
            strategies=chosen_strategies(chosen),
            runs=runs,
            at_once=at_once,
            budget_nano_usd=None if budget is None else nano_usd(budget, "--budget"),
            retry_failed=retry_failed,
        )
        return await _evaluate(setup, Wanted(model, database, form, output))

    session.finish(work())


async def _evaluate(setup: "Setup", wanted: Wanted) -> Exit:
    import logging

    from bot.bootstrap import open_services
    from bot.evaluation.strategies import Evaluation
    from bot.telemetry import configure_logging
    from bot.terminal import decision_formats
    from storage.engine.database import AlreadyDriven

    configured = _settings(setup, wanted)
    configure_logging(configured.log_format, level=logging.CRITICAL)
    async with open_services(configured) as services:
        if await services.database.is_driven():
            raise AlreadyDriven(f"Another evaluation is using {wanted.database}. Wait for it, or name another file.")
        evaluation = Evaluation(services, setup, session.user_id())
        await evaluation.prepare()
    async with open_services(configured, drive=True) as services:
        await _run(evaluation, services)
        table = await _table(evaluation, services)
    write(decision_formats.FORMATS[wanted.form](table), wanted.output)
    if evaluation.stopped:
        terminal.complain(
            f"Stopped by the budget. {evaluation.stopped} The same command with a higher budget continues."
        )
    return Exit.BUDGET if evaluation.stopped else Exit.DONE


def _settings(setup: "Setup", wanted: Wanted) -> "Settings":
    """As for any run, on a file of its own; no fallback answers for a model that is measured."""
    from bot.setup import settings

    given: dict[str, Any] = {
        "database_url": f"sqlite+aiosqlite:///{wanted.database}",
        "team_runs": setup.at_once,
        "user_runs": setup.at_once,
        "runs": setup.at_once,
        "fallback_model": None,
    }
    return settings.load_with(wanted.model, **given)


async def _run(evaluation: "Evaluation", services: "Services") -> None:
    from asyncio import CancelledError

    from bot.evaluation.setup import model_name, spots
    from storage.money.amounts import dollars

    wanted = len(spots(evaluation.setup))
    missing = wanted - evaluation.done
    price = f", up to {dollars(expected)}" if (expected := evaluation.expected_nano_usd) else ""
    known = f" {evaluation.done} are already done." if evaluation.done else ""
    terminal.mention(f"{model_name(services.limits)}: {missing} of {wanted} runs to do{price}.{known}")
    try:
        with _progress() as shown:
            task = shown.add_task("", total=wanted, completed=evaluation.done)
            await evaluation.run(services, lambda: shown.advance(task))
    except CancelledError:
        terminal.mention(
            f"Stopping. {evaluation.done} of {wanted} runs are done; the same command continues from there."
        )
        raise


def _progress() -> "AbstractContextManager[Progress]":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = terminal.error_console()
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


async def _table(evaluation: "Evaluation", services: "Services") -> "DecisionTable":
    from bot.evaluation.setup import model_name, spots
    from bot.terminal.decision_formats import DecisionTable

    return DecisionTable(
        suite=evaluation.setup.suite,
        model=model_name(services.limits),
        strategies=evaluation.setup.strategies,
        runs=evaluation.setup.runs,
        wanted=len(spots(evaluation.setup)),
        results=tuple(await evaluation.results()),
        stopped=evaluation.stopped,
    )
