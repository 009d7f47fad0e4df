"""What people do to runs: ask, stop, retry, review, steer. Each is one compare-and-set with its event."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, Float, Row, bindparam, func, literal, select

from orchestration.values.domain import (
    Conversation,
    Decision,
    Question,
    Review,
    Route,
    Run,
    RunStatus,
    Steering,
    Turn,
)
from orchestration.values.errors import AskerError
from orchestration.values.events import (
    Event,
    QuestionAsked,
    Reviewed,
    RunCancelled,
    RunCompleted,
    RunRetried,
    Steered,
)
from orchestration.values.interventions import Held
from orchestration.values.ports import Clock, Ids
from orchestration.values.states import AT_WORK, CAN_BE_RETRIED, CAN_BE_STOPPED, DECISIONS
from storage.engine.codec import from_json, to_json
from storage.engine.database import Database
from storage.engine.dialect import insert
from storage.engine.prepared import Prepared
from storage.engine.run_rows import find_run, lock_run, route_of, run_of
from storage.engine.tables import drafts
from storage.engine.tables import runs as table
from storage.money.costs import Cost, costs_of
from storage.money.pauses import paused_there
from storage.runs import events as event_log
from storage.runs.deliveries import NONE, deliveries_of
from storage.runs.pauses import is_paused
from storage.runs.transitions import Guard, move, worked

T = TypeVar("T")

EARLIER_TURNS = 10
_S = RunStatus


class NoSuchRun(AskerError):
    """There is no such run. `threadwork runs` lists them."""


@dataclass(frozen=True, slots=True)
class RunHead:
    """A line of the history."""

    run: Run
    route: Route | None
    error: str
    cost: Cost
    delivery: str = NONE
    """Whether its thread has what was written for it."""


@dataclass(frozen=True, slots=True)
class AtWork:
    run_id: str
    team_id: str
    user_id: str
    status: str


class Runs:
    def __init__(self, db: Database, clock: Clock, ids: Ids) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids

    async def create(self, question: Question, *, key: str, budget_nano_usd: int) -> tuple[Run, bool]:
        """The run of this key, and whether it is new. `earlier` comes from the conversation's own runs."""
        now = self._clock.now()
        run_id = self._ids.new("r")
        own_cap = question.budget_nano_usd
        budget = budget_nano_usd if own_cap is None else min(own_cap, budget_nano_usd)

        def work(conn: Connection) -> tuple[Run, bool]:
            asked = _in_its_thread(conn, question)
            row = _new_row(asked, key) | {"run_id": run_id, "budget_nano_usd": budget, "created_at": now}
            if _INSERT.first(conn, row) is None:
                (known,) = _OF_KEY.all(conn, {"key": key})
                return run_of(_row(conn, *known)), False
            place = question.conversation
            paused = [Held(p.pause_id, p.by, p.reason) for p in paused_there(conn, place.team_id, place.channel_id)]
            event_log.insert(conn, run_id, [QuestionAsked(asked, budget), *paused], now)
            return run_of(_row(conn, run_id)), True

        return await self._act(work)

    async def get(self, run_id: str) -> Run:
        return await self._db.read(lambda conn: run_of(_row(conn, run_id)))

    async def in_thread(self, conversation: Conversation) -> list[Run]:
        """Newest first."""
        statement = _of_conversation(conversation).order_by(table.c.created_at.desc(), table.c.run_id)
        return await self._db.read(lambda conn: [run_of(row) for row in conn.execute(statement)])

    async def teams(self) -> "list[str]":
        """That have asked something."""
        return await self._db.read(lambda conn: list(conn.execute(_TEAMS).scalars()))

    async def at_work(self) -> list[AtWork]:
        """What is waiting for a driver or lost its own, oldest first; asked many times a second while runs are busy."""
        return await self._db.read(lambda conn: [AtWork(*row) for row in _AT_WORK.all(conn, {})])

    async def ahead(self, run_id: str) -> int:
        """How many older runs of the same person wait or work."""
        return int(await self._db.read(lambda conn: conn.execute(_AHEAD, {"run_id": run_id}).scalar_one()))

    async def of_key(self, key: str) -> Run | None:
        """The run that a message started."""
        found = await self._db.read(lambda conn: _OF_KEY.first(conn, {"key": key}))
        return await self.get(found[0]) if found else None

    async def cancel(self, run_id: str, user_id: str, *, withdrawn: bool = False) -> bool:
        """False where it had ended already. What was paid for stays. `withdrawn`: its question was deleted."""
        now = self._clock.now()
        worked_now = worked(literal(now.timestamp(), Float))

        def work(conn: Connection) -> bool:
            epoch = _locked(conn, run_id).epoch
            values = worked_now | {"worked_until": None, "ended_at": now}
            if not move(conn, run_id, _S.CANCELLED, guard=Guard(CAN_BE_STOPPED), values=values):
                return False
            event_log.insert(conn, run_id, [RunCancelled(epoch, user_id, withdrawn)], now)
            return True

        return await self._act(work)

    async def retry(self, run_id: str, user_id: str, *, budget_nano_usd: int | None = None) -> bool:
        """Sets an ended or paused run going again from what is already paid for. False in any other status.

        `budget_nano_usd` is what a run may cost by the settings of now, so that an owner who raised it is heard;
        the asker's own cap stays.
        """
        now = self._clock.now()

        def work(conn: Connection) -> bool:
            row = _locked(conn, run_id)
            epoch = row.epoch + 1
            values = set_going(epoch)
            if budget_nano_usd is not None:
                own = run_of(row).question.budget_nano_usd
                values["budget_nano_usd"] = budget_nano_usd if own is None else min(own, budget_nano_usd)
            if not move(conn, run_id, _S.QUEUED, guard=Guard(CAN_BE_RETRIED), values=values):
                return False
            event_log.insert(conn, run_id, [RunRetried(epoch, user_id)], now)
            return True

        return await self._act(work)

    async def review(self, run_id: str, review: Review) -> bool:
        """The first decision on the newest draft wins; any later or outdated one changes nothing and is False."""
        now = self._clock.now()

        def work(conn: Connection) -> bool:
            row = _locked(conn, run_id)
            newest = conn.execute(select(func.max(drafts.c.version)).where(drafts.c.run_id == run_id)).scalar()
            if newest != review.draft_version or not _decide(conn, row, review):
                return False
            event_log.insert(conn, run_id, _decided(review), now)
            return True

        return await self._act(work)

    async def steer(self, run_id: str, steering: Steering) -> bool:
        """False where the run does not work: then what was said is a question of its own."""
        now = self._clock.now()
        said = Steered(steering.steering_id, steering.user_id, steering.text)

        def work(conn: Connection) -> bool:
            if _locked(conn, run_id).status not in AT_WORK:
                return False
            event_log.insert(conn, run_id, [said], now)
            return True

        return await self._act(work)

    async def _act(self, work: Callable[[Connection], T]) -> T:
        result = await self._db.write(work)
        self._db.announce()
        return result

    async def list(
        self,
        *,
        team_id: str | None = None,
        channel_id: str | None = None,
        user_id: str | None = None,
        statuses: Collection[RunStatus] = (),
        limit: int = 50,
    ) -> list[RunHead]:
        """Newest first; without `statuses` in any."""
        wanted = {"team_id": team_id, "channel_id": channel_id, "user_id": user_id}
        statement = select(table).order_by(table.c.created_at.desc(), table.c.run_id).limit(limit)
        if statuses:
            statement = statement.where(table.c.status.in_(statuses))
        for name, value in wanted.items():
            if value is not None:
                statement = statement.where(table.c[name] == value)
        return await self._db.read(lambda conn: _heads(conn, conn.execute(statement).all()))


def _locked(conn: Connection, run_id: str) -> Row[Any]:
    return _known(lock_run(conn, run_id), run_id)


def _row(conn: Connection, run_id: str) -> Row[Any]:
    return _known(find_run(conn, run_id), run_id)


def _known(row: Row[Any] | None, run_id: str) -> Row[Any]:
    if row is None:
        raise NoSuchRun(f"There is no run {run_id}. `threadwork runs` lists them.")
    return row


def _new_row(question: Question, key: str) -> dict[str, Any]:
    conversation = question.conversation
    return {
        "key": key,
        "team_id": conversation.team_id,
        "channel_id": conversation.channel_id,
        "thread_ts": conversation.thread_ts,
        "user_id": question.user_id,
        "question": question.text,
        "asked": to_json(question),
        "status": _S.QUEUED,
    }


def _of_conversation(conversation: Conversation) -> Any:
    return select(table).where(
        table.c.team_id == conversation.team_id,
        table.c.channel_id == conversation.channel_id,
        table.c.thread_ts == conversation.thread_ts,
    )


def _in_its_thread(conn: Connection, question: Question) -> Question:
    """With what the thread was answered so far, oldest first, and the documents that came with its questions.

    A discarded draft is not what the thread was answered.
    """
    place = question.conversation
    thread = {"team": place.team_id, "channel": place.channel_id, "thread": place.thread_ts}
    turns = tuple(Turn(asked, answer) for asked, answer in reversed(_EARLIER.all(conn, thread)))
    before = [from_json(Question, asked).document_ids for (asked,) in _WITH_DOCUMENTS.all(conn, thread)]
    documents = dict.fromkeys(chain(question.document_ids, *before))
    return replace(question, earlier=turns, document_ids=tuple(documents))


def set_going(epoch: int) -> dict[str, Any]:
    """A person wants it: whatever counted against the run resets, and an older driver is fenced off."""
    counters = {"epoch": epoch, "progress_epoch": epoch, "set_going_epoch": epoch}
    return counters | {"segment_seconds": 0.0, "worked_until": None, "error": "", "ended_at": None}


def _decide(conn: Connection, row: Row[Any], review: Review) -> bool:
    way, values = DECISIONS[review.decision], dict[str, Any]()
    if way.target is _S.QUEUED:
        values = set_going(row.epoch + 1) | {"draft_version": review.draft_version + 1}
    return move(conn, row.run_id, way.target, guard=Guard(way.origins), values=values)


def _decided(review: Review) -> list[Event]:
    if review.decision is Decision.APPROVE:
        return [Reviewed(review), RunCompleted(review.draft_version, approved=True)]
    return [Reviewed(review)]


def _heads(conn: Connection, rows: Any) -> list[RunHead]:
    run_ids = [row.run_id for row in rows]
    costs, delivered = costs_of(conn, run_ids), deliveries_of(conn, run_ids)
    return [
        RunHead(run_of(row), route_of(row), row.error, costs.get(row.run_id, NOTHING), delivered.get(row.run_id, NONE))
        for row in rows
    ]


NOTHING = Cost()
_TEAMS = select(table.c.team_id).distinct().order_by(table.c.team_id)
_INSERT = Prepared(insert(table).on_conflict_do_nothing(index_elements=["key"]).returning(table.c.run_id))
_AT_WORK = Prepared(
    select(table.c.run_id, table.c.team_id, table.c.user_id, table.c.status)
    .where(table.c.status.in_([bindparam(None, status) for status in AT_WORK]))
    .where((table.c.status != _S.QUEUED) | ~is_paused())
    .order_by(table.c.created_at, table.c.run_id)
)
_OLDER = table.alias()
_AHEAD = (
    select(func.count())
    .select_from(table.join(_OLDER, (_OLDER.c.team_id == table.c.team_id) & (_OLDER.c.user_id == table.c.user_id)))
    .where(table.c.run_id == bindparam("run_id"), _OLDER.c.status.in_(AT_WORK))
    .where(_OLDER.c.created_at < table.c.created_at)
)
_OF_KEY = Prepared(select(table.c.run_id).where(table.c.key == bindparam("key")))
_OTHER = drafts.alias()
_NEWEST = select(func.max(_OTHER.c.version)).where(_OTHER.c.run_id == table.c.run_id).correlate(table).scalar_subquery()
_IN_THREAD = (
    table.c.team_id == bindparam("team"),
    table.c.channel_id == bindparam("channel"),
    table.c.thread_ts == bindparam("thread"),
)
_NEWEST_FIRST = (table.c.created_at.desc(), table.c.run_id)
_EARLIER = Prepared(
    select(table.c.question, drafts.c.answer)
    .join(drafts, drafts.c.run_id == table.c.run_id)
    .where(drafts.c.version == _NEWEST, *_IN_THREAD, table.c.status != _S.DISCARDED)
    .order_by(*_NEWEST_FIRST)
    .limit(EARLIER_TURNS)
)
# In JSON a question's own words have their quotes escaped, so this finds the field alone.
_WITH_DOCUMENTS = Prepared(
    select(table.c.asked)
    .where(*_IN_THREAD, table.c.asked.like('%"document_ids":["%'))
    .order_by(*_NEWEST_FIRST)
    .limit(EARLIER_TURNS)
)
