"""`threadwork demo`: everything on this machine, no account and no key."""

from typing import Annotated

import typer

from bot.terminal import session, terminal

EXAMPLE = "threadwork demo --port 8090"


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page listens; 0 takes a free one.")] = 8080,
) -> None:
    """Start a local workspace with a page, the bot and the offline model. No account, no key, nothing is charged.

    Every start begins anew: the former demo's file, .threadwork-demo.db in this folder, is replaced.
    """
    session.finish(_demo(port))


async def _demo(port: int) -> None:
    import logging

    from bot.demo import run
    from bot.telemetry import configure_logging

    configure_logging("console", level=logging.WARNING)
    await run(port, terminal.say)
