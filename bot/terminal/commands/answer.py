"""`threadwork answer`: what a person says to a run that asked."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.terminal import session
from bot.terminal.session import Exit

if TYPE_CHECKING:
    from bot.bootstrap import Services

EXAMPLE = "threadwork answer r_7k2m9p4xqa cheaper"


def answer(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run id, r_….", show_default=False)],
    words: Annotated[
        str,
        typer.Argument(
            metavar="ANSWER",
            help="start, cheaper, deeper or a strategy; reuse, refresh or again if an earlier answer is offered; "
            "your own words in quotes if it asked what you mean; escalate to accept the offer of more workers.",
            show_default=False,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole run as one JSON document.")] = False,
) -> None:
    """Answer a run that is waiting for you: what it may cost, or what you meant.

    It continues here, or in the `serve` that runs on the same database.
    """

    async def begin(services: "Services") -> str:
        from bot.outgoing.view import folding
        from bot.terminal.reply import ESCALATE, escalate, give

        view = folding.fold(run, await services.events.of(run))
        if words.strip().lower() == ESCALATE:
            await escalate(services, view)
        else:
            await give(services, view, words)
        return run

    session.finish(_drive(begin, as_json))


async def _drive(begin: Callable[["Services"], Awaitable[str]], as_json: bool) -> Exit:
    from bot.terminal import following
    from bot.terminal.output import Shown

    return await following.to_its_end(begin, shown=Shown(as_json), stay=False)
