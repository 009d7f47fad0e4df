"""`threadwork playground`: patterns side by side on one task, in a browser."""

import asyncio
from typing import Annotated

import typer

from bot.terminal import session, terminal

EXAMPLE = "threadwork playground --port 8090"


def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 picks a free one.")] = 8081,
) -> None:
    """Run several patterns on one task with your own settings, and watch them in a browser.

    Its runs are ordinary ones of the team `local`: they search its documents, spend its budget, and stay in
    `threadwork runs --team local`. Where a model costs money, the page asks for a budget before it starts.
    """
    session.finish(_playground(port))


async def _playground(port: int) -> None:
    import logging

    from bot.connection.http import listening
    from bot.playground.server import PlaygroundServer, application
    from bot.setup import settings
    from bot.telemetry import configure_logging
    from bot.terminal.following import driving_if_free

    configured = settings.load()
    configure_logging(configured.log_format, level=logging.WARNING)
    server = PlaygroundServer(session.user_id())
    async with driving_if_free(configured) as services:
        server.use(services)
        async with listening(application(server), "127.0.0.1", port, setting="--port") as taken:
            terminal.say(f"The playground is at http://127.0.0.1:{taken}/playground")
            try:
                await asyncio.Event().wait()
            finally:
                server.close()
