"""What a run and its subtasks can be, and the only ways between them."""

from enum import StrEnum


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    AWAITING_REVIEW = "awaiting_review"
    AWAITING_INPUT = "awaiting_input"
    PAUSED = "paused"
    COMPLETE = "complete"
    DISCARDED = "discarded"
    EXPIRED = "expired"
    ERROR = "error"
    CANCELLED = "cancelled"


_S = RunStatus
TRANSITIONS: dict[RunStatus, frozenset[RunStatus]] = {
    _S.QUEUED: frozenset({_S.RUNNING, _S.CANCELLED}),
    _S.RUNNING: frozenset(
        {
            _S.COMPLETE,
            _S.AWAITING_REVIEW,
            _S.AWAITING_INPUT,
            _S.PAUSED,
            _S.ERROR,
            _S.CANCELLED,
            _S.QUEUED,
        }
    ),
    _S.AWAITING_REVIEW: frozenset({_S.COMPLETE, _S.QUEUED, _S.DISCARDED, _S.EXPIRED}),
    _S.AWAITING_INPUT: frozenset({_S.QUEUED, _S.CANCELLED, _S.EXPIRED}),
    _S.PAUSED: frozenset({_S.QUEUED, _S.CANCELLED, _S.EXPIRED}),
    _S.COMPLETE: frozenset({_S.QUEUED}),
    _S.ERROR: frozenset({_S.QUEUED}),
    _S.CANCELLED: frozenset({_S.QUEUED}),
    _S.EXPIRED: frozenset({_S.QUEUED}),
    _S.DISCARDED: frozenset(),
}
"""The only ways between run statuses; whatever is not here is refused by the compare-and-set."""


class SubtaskStatus(StrEnum):
    """Slack's own words for a task."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    ERROR = "error"
