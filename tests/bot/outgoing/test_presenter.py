"""The presenter says what a thread should show; what it says twice changes nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from run_story import Story, bill
from sqlalchemy.exc import IntegrityError

from bot.bootstrap import Services
from bot.clock import SystemClock
from bot.outgoing.presenter import Payload, Presenter, Showing, deciders, thread
from bot.outgoing.view.folding import fold
from orchestration.values import events as ev
from orchestration.values.domain import (
    Conversation,
    Decision,
    Question,
    Run,
    RunStatus,
    Strategy,
)
from orchestration.values.setbacks import Degraded, RevisionAbandoned, Saving
from storage.runs.run_log import RunLog
from storage.threads.posts import PostRow

SHOWING = Showing(deciders="the person who asked")


def slots(story: Story, shown: dict[str, Payload] | None = None, showing: Showing = SHOWING) -> dict[str, Payload]:
    return dict(thread(story.view(), bill(), shown or {}, showing))


def test_the_slots_of_a_first_version_are_in_the_order_of_the_thread() -> None:
    expected = ["board", "report/v1/s1", "report/v1/s2", "report/v1/s3", "answer/v1", "notes/v1"]
    assert list(slots(Story().to_review())) == expected


def buttons(payload: dict[str, Any]) -> list[str]:
    rows = [block["elements"] for block in payload["blocks"] if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]


def test_a_revision_adds_one_message_that_leads_with_what_changed() -> None:
    story = Story().to_review()
    shown = slots(story)
    story.reviewed(Decision.REQUEST_REVISIONS).started(2, 2).planned(2, "s1").reported(1, 2).drafted(2)
    new = [slot for slot in slots(story, shown) if slot not in shown]
    assert new == ["answer/v2"]


def test_a_run_that_revises_itself_shows_it_like_a_revision() -> None:
    story = Story().revises_itself()
    shown = slots(story)
    assert (["sources"], []) == (buttons(shown["answer/v1"]), buttons(shown["notes/v1"]))
    assert "being fixed" in json.dumps(shown["notes/v1"])
    story.planned(2, "s1").reported(1, 2).drafted(2).criticised(2).awaited(2)
    later = slots(story, shown)
    assert [slot for slot in later if slot not in shown] == ["answer/v2", "notes/v2"]
    assert "Fixed automatically: " in json.dumps(later["answer/v2"])
    assert "actions" in [block["type"] for block in later["notes/v2"]["blocks"]]


def test_a_revision_of_its_own_that_came_to_nothing_leaves_the_first_version_to_a_person() -> None:
    story = Story().revises_itself()
    story.tell(RevisionAbandoned(2, "Version 2 was not written. The endpoint is down."), ev.ReviewAwaited(1))
    shown = slots(story)
    assert "actions" in [block["type"] for block in shown["notes/v1"]["blocks"]]
    assert "The endpoint is down." in json.dumps(shown["board"])


def test_worker_posts_can_be_switched_off() -> None:
    assert not [s for s in slots(Story().to_review(), showing=Showing(worker_posts="off")) if s.startswith("report")]


def test_a_lone_agent_posts_no_report_beside_its_answer() -> None:
    story = Story().asked().started().routed(Strategy.SINGLE).planned(1, "s1").reported(1).drafted()
    assert list(slots(story)) == ["board", "answer/v1"]


def test_an_answer_without_notes_posts_none() -> None:
    assert "notes/v1" not in slots(Story().to_review(notes=0))


def test_once_revisions_are_requested_the_older_answer_keeps_its_bill_and_loses_its_buttons() -> None:
    story = Story().to_review(notes=0).tell(ev.RunCompleted(1, False))
    before = slots(story)["answer/v1"]
    story.reviewed(Decision.REQUEST_REVISIONS).started(2, 2)
    dearer = replace(bill(), lines=(*bill().lines, *bill().lines))
    later = dict(thread(story.view(), dearer, {"answer/v1": before}, SHOWING))["answer/v1"]
    assert later["cost_nano_usd"] == before["cost_nano_usd"]
    assert (["sources", "request_revisions"], ["sources"]) == (buttons(before), buttons(later))
    assert later["blocks"][:-2] == before["blocks"][:-1]


def test_the_price_of_a_revision_is_what_the_run_cost_since_the_version_before() -> None:
    story = Story().to_review()
    shown = slots(story)
    story.reviewed(Decision.REQUEST_REVISIONS).started(2, 2).planned(2, "s1").reported(1, 2).drafted(2)
    dearer = replace(bill(), lines=(*bill().lines, *bill().lines))
    wire = json.dumps(dict(thread(story.view(), dearer, shown, SHOWING))["answer/v2"])
    assert "$0.0125148 for this version" in wire and "So far: $0.025 estimated" in wire


def test_a_pause_posts_its_sentence_and_what_there_is() -> None:
    story = Story().asked().started().routed().planned()
    story.tell(ev.RunPaused(1, "The run's budget is $1.00.", story.draft()))
    wire = json.dumps(slots(story)["ended/1"])
    assert "The run's budget is $1.00." in wire and "Result so far" in wire


def test_a_retry_leaves_the_earlier_ending_as_it_was_posted() -> None:
    story = Story().asked().started().tell(ev.RunPaused(1, "cap", None), ev.RunRetried(1, "U0ANA")).started(2)
    assert "ended/1" not in slots(story)


def test_the_whole_of_a_very_long_answer_is_a_slot_of_its_own() -> None:
    story = Story().asked().started().routed().planned().drafted(answer="many words of text\n\n" * 4_000)
    shown = slots(story)
    assert list(shown)[1:] == ["answer/v1", "answer/v1/file", "answer/v1/2"]
    assert shown["answer/v1/file"]["file"]["content"].startswith("many words")


def test_a_board_of_work_in_progress_is_marked_as_one_that_changes() -> None:
    assert slots(Story().asked())["board"]["live"] and not slots(Story().to_review())["board"]["live"]


@pytest.mark.parametrize(
    ("reviewers", "said"),
    [
        (("requester",), "the person who asked"),
        (("anyone",), "any full member of the workspace"),
        (("requester", "U0BEN", "S0LEADS"), "the person who asked or the reviewers of this workspace"),
    ],
)
def test_who_may_decide_is_said_in_words(reviewers: tuple[str, ...], said: str) -> None:
    assert deciders(reviewers) == said


@pytest.fixture
async def services(open_desk: Callable[..., Any]) -> Services:
    found: Services = (await open_desk(connected=False, working=False)).services
    return found


async def asked(services: Services, *, team: str = "T0DEMO", key: str = "k") -> Run:
    question = Question("why?", Conversation(team, "C0RESEARCH", "1.1"), "U0ANA")
    run, _ = await services.runs.create(question, key=key, budget_nano_usd=1_000_000_000)
    return run


async def drafted(services: Services, run: Run) -> None:
    log = RunLog(services.database, services.clock)
    taken = await log.take_up(run.run_id)
    assert taken is not None
    story = Story().asked().started().routed().planned().reported(1).reported(2).reported(3).drafted().criticised()
    await log.emit(taken, [stored.event for stored in story.told[2:]])
    await log.finish(taken, RunStatus.AWAITING_REVIEW, [ev.ReviewAwaited(1)], 3.0)


async def present(services: Services) -> None:
    presenter = Presenter(services)
    while await presenter.present():
        pass


async def rows(services: Services, run: Run) -> dict[str, PostRow]:
    return {row.post.slot: row for row in await services.posts.of(run.run_id)}


async def test_events_become_posts_and_the_cursor_moves_with_them(services: Services) -> None:
    run = await asked(services)
    await drafted(services, run)
    await present(services)
    assert list(await rows(services, run)) == [
        "board",
        "report/v1/s1",
        "report/v1/s2",
        "report/v1/s3",
        "answer/v1",
        "notes/v1",
    ]
    assert await Presenter(services).present() is False


async def test_a_presenter_that_starts_anew_goes_on_where_the_last_one_was(services: Services) -> None:
    run = await asked(services)
    await present(services)
    assert list(await rows(services, run)) == ["board"]
    await drafted(services, run)
    # Another presenter, as after a restart: it knows nothing but the cursor.
    await present(services)
    assert "notes/v1" in await rows(services, run)


async def test_presenting_the_same_events_again_changes_no_post(services: Services) -> None:
    run = await asked(services)
    await drafted(services, run)
    await present(services)
    before = await rows(services, run)
    presenter = Presenter(services)
    view = await presenter._view(run.run_id, 10_000, [])
    await services.posts.put(await services.posts.cursor(), await presenter._wanted(view))
    assert {slot: row.version for slot, row in (await rows(services, run)).items()} == {
        slot: row.version for slot, row in before.items()
    }


async def test_events_that_could_not_be_kept_are_told_once_when_they_are_heard_again(services: Services) -> None:
    run = await asked(services)
    log = RunLog(services.database, services.clock)
    taken = await log.take_up(run.run_id)
    assert taken is not None
    presenter = Presenter(services)
    while await presenter.present():
        pass
    await log.emit(taken, [Degraded(1, Saving.NO_CRITIC, "The critic was left out.")])
    full = "CREATE TRIGGER full BEFORE INSERT ON posts BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    await services.database.write(lambda conn: conn.exec_driver_sql(full))
    with pytest.raises(IntegrityError):
        await presenter.present()
    await services.database.write(lambda conn: conn.exec_driver_sql("DROP TRIGGER full"))
    assert await presenter.present()
    (board,) = await Presenter(services)._wanted(fold(run.run_id, await services.events.of(run.run_id)))
    assert (await rows(services, run))["board"].post.payload == board.payload


class AheadClock(SystemClock):
    """Ours, and as far ahead as it is set."""

    ahead = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


async def test_while_a_call_is_out_the_board_changes_at_least_every_minute(services: Services) -> None:
    clock = AheadClock()
    services = replace(services, clock=clock)
    run = await asked(services)
    log = RunLog(services.database, services.clock)
    taken = await log.take_up(run.run_id)
    assert taken is not None
    await log.emit(taken, [ev.RunStarted(taken.epoch, 1, False, 0)])
    presenter = Presenter(services)
    while await presenter.present():
        pass

    async def shown() -> str:
        return json.dumps((await rows(services, run))["board"].post.payload, ensure_ascii=False)

    boards = [await shown()]
    for ahead in (50.0, 100.0, 150.0):
        clock.ahead = ahead
        await presenter.keep_alive()
        boards.append(await shown())
    await presenter.keep_alive()  # nothing new: it was shown a moment ago
    assert 4 == len(set(boards)) and boards[-1] == await shown()
    assert "50 s" in boards[1] and "1 min 40 s" in boards[2]


async def test_runs_of_the_terminal_are_not_presented(services: Services) -> None:
    run = await asked(services, team="local")
    await present(services)
    assert await rows(services, run) == {}


async def test_two_runs_are_presented_side_by_side(services: Services) -> None:
    first, second = await asked(services), await asked(services, key="other")
    await drafted(services, first)
    await present(services)
    assert "notes/v1" in await rows(services, first) and list(await rows(services, second)) == ["board"]
