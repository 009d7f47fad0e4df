"""What a failed call to Slack means: what to do next, and whether the call may have worked all the same."""

import asyncio
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

BAD_RETRY_AFTER = 30.0
"""Where Slack says 429 without saying, readably, for how long."""
LONGEST_RETRY_AFTER = 3600.0

_GONE = frozenset(
    {
        *("channel_not_found", "is_archived", "not_in_channel", "message_not_found", "cant_update_message"),
        *("edit_window_closed", "thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"),
        *("restricted_action", "restricted_action_thread_locked", "restricted_action_read_only_channel"),
        *("restricted_action_thread_only_channel", "restricted_action_non_threadable_channel"),
        *("team_not_found", "user_not_found", "user_not_in_channel", "messages_tab_disabled"),
    }
)
LAYOUT_ERRORS = frozenset(
    {
        *("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"),
        *("invalid_attachments", "too_many_attachments", "block_mismatch", "markdown_text_conflict"),
    }
)
_SIGNED_OUT = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""A fault of the token, which the operator has to fix: waiting messages go out with the new one."""
_UNCLEAR = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})

CALL_ERRORS = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""Whatever a call of the client may raise when Slack or the way to it fails."""


@dataclass(frozen=True, slots=True)
class Fault:
    error: str
    gone: bool = False
    """There is no place for it any more: trying again changes nothing."""
    layout: bool = False
    """Slack will not show it like this."""
    retry_after: float | None = None
    """Slack asked us to wait, and did nothing."""
    unclear: bool = False
    """It may have got through."""
    away: bool = False
    """Slack did not answer, or knows our token no more, which says nothing about what was sent: it waits."""

    @property
    def passing(self) -> bool:
        return self.away or self.retry_after is not None


def fault_of(error: BaseException) -> Fault:
    if isinstance(error, SlackApiError):
        return _answered(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Fault(f"no connection: {type(error).__name__}", away=True)
    return Fault(f"no answer: {type(error).__name__}", unclear=True, away=not isinstance(error, SlackClientError))


def _answered(error: SlackApiError) -> Fault:
    response = error.response
    body = response.data if isinstance(getattr(response, "data", None), dict) else {}
    code = str(body.get("error", "unreadable"))
    status = int(getattr(response, "status_code", 200) or 200)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Fault(code, retry_after=_seconds(dict(getattr(response, "headers", {}) or {})))
    if code in _SIGNED_OUT:
        return Fault(code, away=True)
    if status >= 500 or code in _UNCLEAR or not body:
        return Fault(code, unclear=True, away=status >= 500)
    return Fault(code, gone=code in _GONE, layout=code in LAYOUT_ERRORS)


def _seconds(headers: dict[str, str]) -> float:
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(found)
    except ValueError:
        return BAD_RETRY_AFTER
    return min(seconds, LONGEST_RETRY_AFTER) if seconds >= 0 else BAD_RETRY_AFTER
