"""What a run and its subtasks can be, and the only ways between them."""

from dataclasses import dataclass
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


AT_WORK = frozenset({_S.QUEUED, _S.RUNNING})
"""Nobody is waited for."""
CAN_BE_STOPPED = AT_WORK | {_S.AWAITING_INPUT, _S.PAUSED}
CAN_BE_RETRIED = frozenset({_S.ERROR, _S.CANCELLED, _S.EXPIRED, _S.PAUSED})


class Decision(StrEnum):
    """What a person says of a draft."""

    APPROVE = "approve"
    REQUEST_REVISIONS = "request_revisions"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Way:
    origins: frozenset[RunStatus]
    target: RunStatus


DECISIONS = {
    Decision.APPROVE: Way(frozenset({_S.AWAITING_REVIEW}), _S.COMPLETE),
    Decision.REQUEST_REVISIONS: Way(frozenset({_S.AWAITING_REVIEW, _S.COMPLETE}), _S.QUEUED),
    Decision.DISCARD: Way(frozenset({_S.AWAITING_REVIEW}), _S.DISCARDED),
}
"""Where a decision leads, and from where."""


class SubtaskStatus(StrEnum):
    """Slack's own words for a task."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    ERROR = "error"
