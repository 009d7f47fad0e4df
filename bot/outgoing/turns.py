"""Who goes first where a channel has more to say than Slack lets an app post."""

from collections.abc import Sequence

from storage.threads.posts import PostRow

FIRST = ("board", "inquiry", "answer", "ended")
"""What a person waits for: that work began, what is asked of them, and how it ended."""
LAST = ("report",)
"""Progress: the board shows it too, and has the reports."""


def in_turn(rows: Sequence[PostRow]) -> list[PostRow]:
    """The unsent rows of one channel. A thread alone keeps its order; where several wait, nobody's answer does for
    another's progress, nor for its own."""
    waiting = {row.post.thread_ts for row in rows if row.ts is None}
    return sorted(rows, key=_rank) if len(waiting) > 1 else list(rows)


def _rank(row: PostRow) -> tuple[int, int]:
    kind = row.post.slot.split("/")[0]
    return 0 if row.ts or kind in FIRST else 2 if kind in LAST else 1, row.sequence
