"""`threadwork serve`: the bot on Slack."""

from bot.terminal import session

EXAMPLE = "threadwork serve"


def serve() -> None:
    """Run the bot: in Socket Mode if SLACK_APP_TOKEN is set, otherwise over HTTP if SLACK_SIGNING_SECRET is set."""
    session.finish(_serve())


async def _serve() -> session.Exit | None:
    from bot.serve import serve
    from bot.setup import settings
    from bot.telemetry import configure_logging

    configured = settings.load()
    configure_logging(configured.log_format)
    return session.Exit.INTERRUPTED if await serve(configured) else None
