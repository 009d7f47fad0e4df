"""A run's thread is a fold over its events, so it is the same after every restart."""

from collections.abc import Callable

import pytest
from run_story import Story

from bot.outgoing.view.folding import after, fold
from orchestration.values import events as ev
from orchestration.values.domain import Decision, RunStatus, SubtaskStatus

_S = RunStatus


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.mark.parametrize(
    ("tell", "status"),
    [
        (lambda s: s.asked(), _S.QUEUED),
        (lambda s: s.asked().started(), _S.RUNNING),
        (lambda s: s.to_review(), _S.AWAITING_REVIEW),
        (lambda s: s.to_review().reviewed(Decision.APPROVE), _S.COMPLETE),
        (lambda s: s.to_review().reviewed(Decision.REQUEST_REVISIONS), _S.QUEUED),
        (lambda s: s.to_review().reviewed(Decision.DISCARD), _S.DISCARDED),
        (lambda s: s.revised().tell(ev.RunCompleted(2, False)), _S.COMPLETE),
        (lambda s: s.asked().started().tell(ev.RunPaused(1, "cap", None)), _S.PAUSED),
        (lambda s: s.asked().started().tell(ev.RunFailed(1, "no", None)), _S.ERROR),
        (lambda s: s.asked().started().tell(ev.RunCancelled(1, "U0ANA")), _S.CANCELLED),
        (lambda s: s.asked().started().tell(ev.RunCancelled(1, ""), ev.RunRetried(1, "U0ANA")), _S.QUEUED),
    ],
)
def test_the_status_follows_from_the_events(story: Story, tell: Callable[[Story], Story], status: RunStatus) -> None:
    assert tell(story).view().status is status


def test_a_retry_has_the_failed_workers_waiting_again(story: Story) -> None:
    story.asked().started().routed().planned().reported(1).reported(2, error="The endpoint is down.")
    story.tell(ev.RunFailed(1, "no", None), ev.RunRetried(2, "U0ANA"))
    one, two, _ = story.view().workers
    assert (one.status, two.status, two.report) == (SubtaskStatus.COMPLETE, SubtaskStatus.PENDING, None)


def test_workers_go_from_pending_over_activity_to_report(story: Story) -> None:
    story.asked().started().routed().planned().tell(ev.SubtaskStarted(1, "s2"))
    story.tell(ev.SubtaskProgressed(1, "s2", "Searching", "turn/1")).reported(1).reported(3, error="It ran out of time")
    one, two, three = story.view().workers
    assert (one.status, two.status, three.status) == (
        SubtaskStatus.COMPLETE,
        SubtaskStatus.IN_PROGRESS,
        SubtaskStatus.ERROR,
    )
    assert two.activity == "Searching"
    assert one.report is not None and one.report.title == "FastAPI"


def test_a_revision_sets_only_its_own_workers_back(story: Story) -> None:
    story.to_review().reviewed(Decision.REQUEST_REVISIONS).started(2, 2).planned(2, "s2")
    statuses = [(worker.status, worker.version) for worker in story.view().workers]
    assert statuses == [(SubtaskStatus.COMPLETE, 1), (SubtaskStatus.PENDING, 2), (SubtaskStatus.COMPLETE, 1)]


def test_drafts_keep_their_critique_and_review(story: Story) -> None:
    view = story.revised().view()
    first, second = view.versions
    assert first.review is not None and first.review.note_ids == ("N1",)
    assert first.settled and not second.settled
    assert second.critique is not None and second.critique.notes == ()
    assert view.newest is second and view.version == 2


def test_waiting_for_a_person_is_no_working_time(story: Story) -> None:
    before = story.to_review().view().seconds
    assert before > 0
    assert story.wait(3600).reviewed(Decision.APPROVE).view().seconds == before


def test_an_interruption_names_the_steps_it_left(story: Story) -> None:
    assert story.asked().started().view().kept_steps is None
    assert story.started(2, kept=4).view().kept_steps == 4


def test_a_retry_takes_the_ending_back(story: Story) -> None:
    view = story.asked().started().tell(ev.RunPaused(1, "cap", None)).view()
    assert view.ended is not None and view.ended.sentence == "cap"
    assert story.tell(ev.RunRetried(1, "U0ANA")).view().ended is None


def test_progress_without_a_plan_still_shows_a_worker(story: Story) -> None:
    assert [w.subtask_id for w in story.asked().started().tell(ev.SubtaskStarted(1, "s1")).view().workers] == ["s1"]


def test_folding_step_by_step_is_folding_at_once(story: Story) -> None:
    story.revised()
    view = fold(story.run_id, story.told[:7])
    for stored in story.told[7:]:
        view = after(view, stored)
    assert view == story.view()
