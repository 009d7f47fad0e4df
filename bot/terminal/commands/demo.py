"""`threadwork demo`: everything on this machine, no account and no key."""

from typing import Annotated

import typer

from bot.terminal import session, terminal

EXAMPLE = "threadwork demo --port 8090"


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 picks a free one.")] = 8080,
) -> None:
    """Start a local workspace with a page, the bot and the offline model. No account, no key, nothing is charged.

    Every start is a fresh one: it replaces the previous demo's file, .threadwork-demo.db in this folder.
    """
    session.finish(_demo(port))


async def _demo(port: int) -> None:
    import logging

    from bot.demo import run
    from bot.telemetry import configure_logging

    configure_logging("console", level=logging.WARNING)
    await run(port, terminal.say)
