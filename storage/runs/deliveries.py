"""Whether a run's thread has what was written for it; a run's status says nothing about that."""

from collections.abc import Sequence

from sqlalchemy import Connection, case, func, select

from storage.engine.tables import posts

NONE = "none"
TO_ASKER = "dm/"
"""Slots of what the asker gets alone, because the channel takes no message."""


def deliveries_of(conn: Connection, run_ids: Sequence[str]) -> dict[str, str]:
    """By run: `failed` where a message was given up, `pending` where one is on its way, else `delivered`.

    Edits of what the thread shows already do not count.
    """
    never, state = posts.c.sent_version == 0, posts.c.state
    failed = func.sum(case((never & (state == "failed"), 1), else_=0)).label("failed")
    waiting = func.sum(case((never & state.in_(["pending", "sending"]), 1), else_=0)).label("waiting")
    mine = posts.c.run_id.in_(run_ids) & ~posts.c.slot.startswith(TO_ASKER)
    rows = conn.execute(select(posts.c.run_id, failed, waiting).where(mine).group_by(posts.c.run_id))
    return {row.run_id: "failed" if row.failed else "pending" if row.waiting else "delivered" for row in rows}
