"""A failed call says whether it may have worked all the same, and when to call again."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outgoing.slack_faults import BAD_RETRY_AFTER, LONGEST_RETRY_AFTER, fault_of


def answered(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers=headers or {}, status_code=status
    )
    return SlackApiError("no", response)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "2.5"}, 2.5),
        ({}, BAD_RETRY_AFTER),
        ({"Retry-After": "soon"}, BAD_RETRY_AFTER),
        ({"Retry-After": "-1"}, BAD_RETRY_AFTER),
        ({"Retry-After": "nan"}, BAD_RETRY_AFTER),
        ({"Retry-After": "inf"}, LONGEST_RETRY_AFTER),
    ],
)
def test_a_429_says_when_and_a_bad_header_means_half_a_minute(header: dict[str, str], seconds: float) -> None:
    fault = fault_of(answered({"ok": False, "error": "ratelimited"}, 429, header))
    assert fault.retry_after == seconds and not fault.unclear


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        ConnectionResetError(),
        aiohttp.ServerDisconnectedError(),
        answered({"ok": False, "error": "internal_error"}),
        answered({}, 502),
        SlackApiError("no json", {}),
    ],
)
def test_without_a_clear_answer_the_outcome_is_unclear(error: Exception) -> None:
    assert fault_of(error).unclear


def test_a_refused_connection_surely_sent_nothing() -> None:
    key: Any = None
    assert not fault_of(aiohttp.ClientConnectorError(key, OSError(111, "refused"))).unclear


def test_a_token_that_is_refused_says_nothing_about_the_message() -> None:
    fault = fault_of(answered({"ok": False, "error": "token_revoked"}))
    assert (fault.passing, fault.unclear, fault.gone) == (True, False, False)


def test_a_gone_place_and_a_refused_layout_are_told_apart() -> None:
    gone, layout = fault_of(answered({"error": "is_archived"})), fault_of(answered({"error": "invalid_blocks"}))
    assert (gone.gone, gone.layout, layout.gone, layout.layout) == (True, False, False, True)
