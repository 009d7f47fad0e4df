"""The team of everything that is asked in a terminal."""

from orchestration.values.domain import Conversation

LOCAL_TEAM = "local"
TERMINAL_THREAD = "terminal/"
"""How the threads of a terminal begin, whatever team it asks for: nothing of them is posted."""


def is_local(place: Conversation) -> bool:
    """Whether it has no thread in Slack."""
    return place.team_id == LOCAL_TEAM or place.thread_ts.startswith(TERMINAL_THREAD)
