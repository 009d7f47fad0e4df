"""Follows what runs announce and says which messages their threads should show.

It reads events from a durable cursor and writes the wanted messages and the cursor in one transaction. So after a
crash it goes on where it was, and what it says twice is the same and changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.bootstrap import Services
from bot.outgoing.blocks.answer import answer
from bot.outgoing.blocks.board import board
from bot.outgoing.blocks.inquiry import inquiry
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.notes import notes
from bot.outgoing.blocks.notice import ended, gone_on, held, reminder, sentence
from bot.outgoing.blocks.receipt import Bill, bill_of
from bot.outgoing.blocks.report import progress, report
from bot.outgoing.blocks.revision import retired
from bot.outgoing.blocks.room import changed
from bot.outgoing.view.folding import after, as_of, fold
from bot.outgoing.view.run_view import RunView, VersionView
from bot.setup.local_team import is_local
from bot.setup.setting_values import WorkerPosts
from orchestration.values.domain import Decision, RunStatus, Strategy
from orchestration.values.states import AT_WORK
from storage.runs.events import StoredEvent
from storage.threads.posts import Post

log = structlog.get_logger()

"""Runs of the terminal, which have no thread."""
GATHER_SECONDS = 0.2
"""Events come in bursts; what happens within this time becomes one state of the board."""
IDLE_SECONDS = 45.0
"""While a call is out nothing is announced; after this long the board shows at least how long the work takes."""

WITHDRAWN = "The question was deleted, so its run is stopped. What was paid for is kept."
_DECIDERS = {"requester": "the person who asked", "anyone": "any full member of the workspace"}

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Showing:
    """What of a thread the settings decide."""

    worker_posts: WorkerPosts = "short"
    deciders: str = ""
    left_nano_usd: int | None = None
    """Of the team's budget, where the run asks what it may cost; None is without limit."""


class Presenter:
    def __init__(self, services: Services) -> None:
        self._services = services
        settings = services.settings
        self._showing = Showing(settings.worker_posts, deciders(settings.reviewers))
        # Views of runs at work, so that an event costs one step and not the whole fold.
        self._views: dict[str, RunView] = {}
        self._presented: dict[str, float] = {}
        """By run at work: when it was last presented."""
        self._cursor: int | None = None

    async def run(self) -> None:
        """Presents what is announced, until it is cancelled."""
        changed = self._services.database.subscribe()
        while True:
            while await self.present():
                pass
            if await changed.wait(IDLE_SECONDS):
                await self._services.clock.sleep(GATHER_SECONDS)
            await self.keep_alive()

    async def present(self) -> bool:
        """One batch of events; False where there was nothing new."""
        posts = self._services.posts
        cursor = await posts.cursor() if self._cursor is None else self._cursor
        fresh = await self._services.events.after(cursor)
        if not fresh:
            return False
        wanted: list[Post] = []
        # Remembered only once they are kept: events of a batch that was not are heard again.
        views = dict(self._views)
        for run_id, events in _by_run(fresh).items():
            view = await self._view(run_id, cursor, events)
            views.pop(run_id, None)
            if view.status in AT_WORK:
                views[run_id] = view
            wanted += await self._of_run(view)
        if any(run_id not in views for run_id in _by_run(fresh)):
            # Somebody's place in the line has changed.
            wanted += [
                post for view in views.values() if view.status is RunStatus.QUEUED for post in await self._of_run(view)
            ]
        await posts.put(fresh[-1].id, wanted)
        self._cursor, self._views = fresh[-1].id, views
        self._presented = {run_id: at for run_id, at in self._presented.items() if run_id in views}
        return True

    async def keep_alive(self) -> None:
        """Presents again what is at work and has not changed for a while."""
        now = self._services.clock.monotonic()
        quiet = [run_id for run_id in self._views if now - self._presented.get(run_id, now) >= IDLE_SECONDS]
        if not quiet or self._cursor is None:
            return
        moment = self._services.clock.now()
        wanted = [post for run_id in quiet for post in await self._of_run(as_of(self._views[run_id], moment))]
        await self._services.posts.put(self._cursor, wanted)

    async def _of_run(self, view: RunView) -> list[Post]:
        """Nothing where a message cannot be built: one thread's trouble must not silence all the others."""
        self._presented[view.run_id] = self._services.clock.monotonic()
        try:
            return await self._wanted(view)
        except (LookupError, TypeError, ValueError):
            log.exception("thread_not_presented", run_id=view.run_id)
            return []

    async def _view(self, run_id: str, cursor: int, events: Iterable[StoredEvent]) -> RunView:
        view = self._views.get(run_id)
        if view is None:
            known = await self._services.events.of(run_id)
            view = fold(run_id, (event for event in known if event.id <= cursor))
        for event in events:
            view = after(view, event)
        return view

    async def _wanted(self, view: RunView) -> list[Post]:
        question = view.question
        if question is None or is_local(question.conversation):
            return []
        place = question.conversation
        if view.ended and view.ended.withdrawn:
            return await self._withdrawn(view)
        view = await self._in_line(view)
        shown = await self._shown(view)
        bill = await self._bill(view.run_id)
        return [
            Post(view.run_id, slot, place.team_id, place.channel_id, place.thread_ts, payload)
            for slot, payload in thread(view, bill, shown, await self._of_now(view, place.team_id))
        ]

    async def _withdrawn(self, view: RunView) -> list[Post]:
        """The question was deleted: the board is brought up to date in its place, and one line says so."""
        assert view.question is not None and view.ended is not None
        place, posts, bill = view.question.conversation, self._services.posts, await self._bill(view.run_id)
        slots = {f"ended/{view.ended.epoch}": sentence(WITHDRAWN).payload()}
        if any(row.post.slot == "board" and row.ts for row in await posts.of(view.run_id)):
            slots["board"] = {**board(view, bill).payload(), "live": False}
        await posts.withdraw(view.run_id)
        return [
            Post(view.run_id, slot, place.team_id, place.channel_id, place.thread_ts, payload)
            for slot, payload in slots.items()
        ]

    async def _in_line(self, view: RunView) -> RunView:
        """With what keeps it waiting, where that is what its asker asked before."""
        if view.status is not RunStatus.QUEUED:
            return view
        ahead = await self._services.runs.ahead(view.run_id)
        return replace(view, ahead=ahead if ahead >= self._services.settings.user_runs else 0)

    async def _of_now(self, view: RunView, team_id: str) -> Showing:
        if view.open_inquiry is None:
            return self._showing
        team = await self._services.budgets.team_status(team_id)
        limit = team.limit_nano_usd
        left = None if limit is None else limit - team.spent_nano_usd - team.held_nano_usd
        return replace(self._showing, left_nano_usd=left)

    async def _shown(self, view: RunView) -> dict[str, Payload]:
        """What the thread shows already, where an older version matters."""
        revised = any(version.review or version.fixing or version.draft.version > 1 for version in view.versions)
        if not revised and not any(ending.room for ending in view.endings):
            return {}
        return {row.post.slot: row.post.payload for row in await self._services.posts.of(view.run_id)}

    async def _bill(self, run_id: str) -> Bill:
        return bill_of(await self._services.spend.receipt(run_id), self._services.settings)


def thread(view: RunView, bill: Bill, shown: Mapping[str, Payload], showing: Showing) -> Iterator[tuple[str, Payload]]:
    """The slots of a run's thread in their order; `shown` is what they show already."""
    yield "board", {**board(view, bill).payload(), "live": view.status in AT_WORK}
    for asked in view.inquiries:
        message = inquiry(view, asked, left_nano_usd=showing.left_nano_usd)
        yield f"inquiry/{asked.asked.epoch}", message.payload()
    yield from _reports(view, bill, showing.worker_posts)
    for version in view.versions:
        yield from _version(view, version, bill, shown)
        if version.critique and version.critique.notes:
            number = version.draft.version
            yield f"notes/v{number}", notes(view, version, deciders=showing.deciders).payload()
    if view.reminded and view.status in (RunStatus.AWAITING_REVIEW, RunStatus.PAUSED):
        yield f"reminder/{view.reminded.epoch}", reminder(view, view.reminded).payload()
    if ending := view.ended:
        yield f"ended/{ending.epoch}", ended(view, ending, bill).payload()
    for stop in view.stops:
        yield f"held/{stop.pause_id}", held(stop).payload()
    for earlier in view.endings:
        slot = f"ended/{earlier.epoch}"
        if earlier.room and earlier is not view.ended and slot in shown:
            yield slot, gone_on(shown[slot], changed(earlier.room))


def _reports(view: RunView, bill: Bill, posts: WorkerPosts) -> Iterator[tuple[str, Payload]]:
    """Of the first version; what a revision found is in what it changed."""
    if posts == "off" or view.route is None or view.route.strategy is Strategy.SINGLE:
        return
    for worker in view.workers:
        if worker.report and worker.report.version == 1:
            shown = report if posts == "full" else progress
            yield f"report/v{worker.report.version}/{worker.subtask_id}", shown(worker, worker.report, bill).payload()


def _version(
    view: RunView, version: VersionView, bill: Bill, shown: Mapping[str, Payload]
) -> Iterator[tuple[str, Payload]]:
    """A version's own messages. Once another is on its way they stay as they are, without their buttons."""
    number = version.draft.version
    newest = version is view.newest
    revised = version.review is not None and version.review.decision is Decision.REQUEST_REVISIONS
    if revised or version.escalated or version.fixing or not newest:
        yield from _retired(view, version, bill, shown)
        return
    before = shown.get(f"answer/v{number - 1}", {}).get("cost_nano_usd")
    yield from _slots(f"answer/v{number}", version, answer(view, version, bill, before=before), bill)


def _retired(
    view: RunView, version: VersionView, bill: Bill, shown: Mapping[str, Payload]
) -> Iterator[tuple[str, Payload]]:
    """What was shown of it, bill and all: what comes later must not be counted into it."""
    number = version.draft.version
    fresh = dict(_slots(f"answer/v{number}", version, answer(view, version, bill), bill))
    for slot, payload in fresh.items():
        known = shown.get(slot, {})
        yield slot, retired(known if known.get("settled") else payload, f"Version {number + 1} follows.")


def _slots(
    first: str, version: VersionView, messages: Iterable[SlackMessage], bill: Bill
) -> Iterator[tuple[str, Payload]]:
    """A slot each, and one more for a file, so that each is one call to Slack."""
    for place, message in enumerate(messages, start=1):
        slot = first if place == 1 else f"{first}/{place}"
        # What the run had cost by then is kept with it, for the price of the next version.
        kept = {"cost_nano_usd": bill.cost_nano_usd, "settled": version.settled}
        yield slot, {"text": message.text, "blocks": message.blocks, **kept}
        if file := message.file:
            content = {"name": file.name, "title": file.title, "content": file.content}
            yield f"{first}/file", {"text": "The whole answer as a file", "blocks": [], "file": content}


def deciders(reviewers: Iterable[str]) -> str:
    """`requester` and the like as people say it; ids of people and groups are not spelled out."""
    named = list(dict.fromkeys(_DECIDERS.get(name, "the reviewers of this workspace") for name in reviewers))
    return " or ".join(named)


def _by_run(events: Iterable[StoredEvent]) -> dict[str, list[StoredEvent]]:
    found: dict[str, list[StoredEvent]] = {}
    for event in events:
        found.setdefault(event.run_id, []).append(event)
    return found
