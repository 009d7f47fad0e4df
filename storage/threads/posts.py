"""The outbox's rows: what each slot of a thread should show, and what Slack last took of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, or_, select, update

from orchestration.values.ports import Clock
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.tables import posts, presenter_cursor, runs

CURSOR = "presenter"
LONGEST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Post:
    """What a slot should show; `payload` holds `text`, `blocks` and, where there are some, `files`."""

    run_id: str
    slot: str
    team_id: str
    channel_id: str
    thread_ts: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PostRow:
    sequence: int
    """The order in which slots were first put."""
    post: Post
    state: str
    """`pending`, `sending`, `sent` or `failed`."""
    version: int
    sent_version: int
    """The version Slack shows; 0 before the first."""
    ts: str | None
    """Of the message, once there is one: from then on it is updated."""
    attempts: int
    next_attempt_at: datetime
    uncertain: bool
    """An attempt may have got through unseen: look for the message before sending it again."""
    error: str


class Posts:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        # Rows `sending` that are not here were left so by a process that is gone.
        self._in_flight: set[int] = set()

    async def put(self, cursor: int, wanted: Sequence[Post]) -> None:
        """Keeps what the slots should show from now on, and how far the presenter has read, in one transaction."""
        now = self._clock.now()
        rows = [_values(post, now) for post in wanted]

        def work(conn: Connection) -> None:
            if rows:
                conn.execute(_PUT, rows)
            conn.execute(_ADVANCE, {"name": CURSOR, "event_id": cursor})

        await self._db.write(work)

    async def cursor(self) -> int:
        """The last event that was presented; 0 before the first."""
        return await self._db.read(lambda conn: conn.execute(_CURSOR).scalar() or 0)

    async def unsent(self) -> list[PostRow]:
        """All that is to be sent and not in flight here, in order, also what is not yet due."""
        rows = await self._db.read(lambda conn: conn.execute(_UNSENT).all())
        return [_row(row) for row in rows if row.id not in self._in_flight]

    async def claim(self, row: PostRow) -> bool:
        """One attempt is the caller's; False where the row moved on or is not due, then ask `unsent` again."""
        now = self._clock.now()
        unchanged = (posts.c.state == row.state, posts.c.version == row.version, posts.c.attempts == row.attempts)
        statement = (
            update(posts)
            .where(posts.c.id == row.sequence, *unchanged, posts.c.next_attempt_at <= now)
            .values(state="sending", attempts=posts.c.attempts + 1, updated_at=now)
        )
        if row.sequence in self._in_flight:
            return False
        claimed = await self._db.write(lambda conn: conn.execute(statement).rowcount == 1)
        if claimed:
            self._in_flight.add(row.sequence)
        return claimed

    async def sent(self, row: PostRow, ts: str) -> None:
        """Slack shows `row.version` under `ts`. What was put meanwhile is pending at once, as an update."""
        shown = posts.c.version <= row.version
        await self._end(
            row,
            state=case((shown, "sent"), else_="pending"),
            sent_version=row.version,
            ts=ts,
            attempts=0,
            uncertain=False,
            error="",
            next_attempt_at=self._clock.now(),
        )

    async def failed(
        self, row: PostRow, error: str, *, retry: bool, after_seconds: float | None = None, uncertain: bool = False
    ) -> None:
        """`uncertain` where the outcome is not known. Without `after_seconds` the pause doubles with each attempt."""
        pause = after_seconds if after_seconds is not None else min(2.0**row.attempts, LONGEST_PAUSE_SECONDS)
        # A refused payload is given up; a newer one, put while this was in flight, has its own chance.
        newer = posts.c.version > row.version
        await self._end(
            row,
            state="pending" if retry else case((newer, "pending"), else_="failed"),
            # Doubt stays until the message was found or sent: looking once more costs little.
            uncertain=uncertain or row.uncertain,
            error=error,
            next_attempt_at=self._clock.now() + timedelta(seconds=pause),
        )

    async def postponed(self, row: PostRow, error: str, *, seconds: float, uncertain: bool = False) -> None:
        """The attempt said nothing about the message, as in an outage, so it does not count."""
        await self._end(
            row,
            state="pending",
            attempts=row.attempts,
            uncertain=uncertain or row.uncertain,
            error=error,
            next_attempt_at=self._clock.now() + timedelta(seconds=seconds),
        )

    async def withdraw(self, run_id: str) -> None:
        """What is not in the thread yet does not get there any more."""
        waiting = (posts.c.run_id == run_id, posts.c.ts.is_(None), posts.c.state == "pending")
        statement = (
            update(posts).where(*waiting).values(state="failed", error="withdrawn", updated_at=self._clock.now())
        )
        await self._db.write(lambda conn: conn.execute(statement))

    async def of(self, run_id: str) -> list[PostRow]:
        statement = select(posts).where(posts.c.run_id == run_id).order_by(posts.c.id)
        return [_row(row) for row in await self._db.read(lambda conn: conn.execute(statement).all())]

    async def asker_of(self, run_id: str) -> str:
        mine = select(runs.c.user_id).where(runs.c.run_id == run_id)
        return str(await self._db.read(lambda conn: conn.execute(mine).scalar_one()))

    async def add(self, wanted: Sequence[Post]) -> None:
        """Further messages, which follow from no event; what is there stays as it is."""
        rows = [_values(post, self._clock.now()) for post in wanted]
        await self._db.write(lambda conn: conn.execute(_ADD, rows))
        self._db.announce()

    async def again(self, run_id: str) -> int:
        """Has what was given up sent again, and nothing else; how many messages."""
        changed = update(posts).where(posts.c.run_id == run_id, posts.c.state == "failed")
        now = self._clock.now()
        values = {"state": "pending", "attempts": 0, "error": "", "next_attempt_at": now, "updated_at": now}
        count = await self._db.write(lambda conn: conn.execute(changed.values(**values)).rowcount)
        self._db.announce()
        return count

    async def _end(self, row: PostRow, **values: Any) -> None:
        statement = update(posts).where(posts.c.id == row.sequence).values(**values, updated_at=self._clock.now())
        try:
            await self._db.write(lambda conn: conn.execute(statement))
        finally:
            # Where the database refuses this the row stays `sending`, and is looked for like a dead process's.
            self._in_flight.discard(row.sequence)


def _put() -> Any:
    statement = insert(posts)
    new = statement.excluded
    ended = or_(posts.c.state == "sent", posts.c.state == "failed")
    return statement.on_conflict_do_update(
        index_elements=["run_id", "slot"],
        set_={
            "payload": new.payload,
            "thread_ts": new.thread_ts,
            "version": posts.c.version + 1,
            "state": case((ended, "pending"), else_=posts.c.state),
            "attempts": case((ended, 0), else_=posts.c.attempts),
            "next_attempt_at": case((ended, new.next_attempt_at), else_=posts.c.next_attempt_at),
            "updated_at": new.updated_at,
        },
        where=posts.c.payload != new.payload,
    )


def _advance() -> Any:
    statement = insert(presenter_cursor)
    new = statement.excluded.event_id
    return statement.on_conflict_do_update(
        index_elements=["name"], set_={"event_id": new}, where=presenter_cursor.c.event_id < new
    )


_PUT = _put()
_ADD = insert(posts).on_conflict_do_nothing()
_ADVANCE = _advance()
_CURSOR = select(presenter_cursor.c.event_id).where(presenter_cursor.c.name == CURSOR)
_UNSENT = select(posts).where(posts.c.state.in_(("pending", "sending"))).order_by(posts.c.id)


def _values(post: Post, now: datetime) -> dict[str, Any]:
    return {
        "run_id": post.run_id,
        "slot": post.slot,
        "team_id": post.team_id,
        "channel_id": post.channel_id,
        "thread_ts": post.thread_ts,
        # ASCII, so that a lone surrogate of a broken model is a matter for the sanitiser and not for the database.
        "payload": json.dumps(post.payload, sort_keys=True),
        "version": 1,
        "state": "pending",
        "next_attempt_at": now,
        "created_at": now,
        "updated_at": now,
    }


def _row(row: Row[Any]) -> PostRow:
    post = Post(row.run_id, row.slot, row.team_id, row.channel_id, row.thread_ts, json.loads(row.payload))
    return PostRow(
        sequence=row.id,
        post=post,
        state=row.state,
        version=row.version,
        sent_version=row.sent_version,
        ts=row.ts,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        # An update can be repeated safely: only a message that has no ts yet could come twice.
        uncertain=row.ts is None and (row.uncertain or row.state == "sending"),
        error=row.error,
    )
