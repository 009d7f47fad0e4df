"""What a log line shows: what happened and where, nothing of what was in hand."""

import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from bot.telemetry import configure_logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_shows_no_variables(form: Literal["console", "json"], capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(form)
    token = "xoxb-" + "secret"  # in two parts: the line of code itself is shown
    try:
        int(token[:0] or "no number")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("elsewhere").exception("failed too")
    logged = capsys.readouterr().err
    assert "failed too" in logged and "ValueError" in logged
    assert "xoxb-secret" not in logged
