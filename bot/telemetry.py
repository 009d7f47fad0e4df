"""Logs: one JSON object or one console line an event, on standard error, without content of runs."""

import logging
import sys
from typing import Literal

import structlog

NOISY = ("slack_bolt", "slack_sdk", "aiohttp", "openai", "httpx2", "alembic", "sqlalchemy", "asyncio")
"""Libraries that log payloads or bodies below WARNING."""


def configure_logging(form: Literal["console", "json"] | None, *, level: int = logging.INFO) -> None:
    """Routes the standard library's logging and structlog through one renderer; a second call replaces the first.

    Without a form: console on a terminal, JSON elsewhere.
    """
    chosen = form or ("console" if sys.stderr.isatty() else "json")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendered(chosen)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _rendered(form: str) -> list[structlog.typing.Processor]:
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "console":
        # Its own choice, where rich is there, shows every frame's variables: tokens, headers and questions.
        plain = structlog.dev.plain_traceback
        return [meta, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    return [meta, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
