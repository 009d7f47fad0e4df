"""A run's events, one after the other, as what its thread shows."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.outgoing.view.run_view import Ending, Inquiry, RunView, Stop, VersionView, WorkerView
from orchestration.values import events as ev
from orchestration.values import inquiry as inq
from orchestration.values.domain import (
    Decision,
    RunStatus,
    Strategy,
    SubtaskStatus,
)
from orchestration.values.interventions import CapChanged, Held, HeldBecause, LetGo
from orchestration.values.setbacks import (
    Announced,
    Degraded,
    FellBack,
    KeptIn,
    Retried,
    RevisedItself,
    RevisionAbandoned,
)
from orchestration.values.states import DECISIONS
from storage.runs.events import StoredEvent

_S = RunStatus


def fold(run_id: str, events: Iterable[StoredEvent]) -> RunView:
    view = RunView(run_id)
    for stored in events:
        view = after(view, stored)
    return view


def after(view: RunView, stored: StoredEvent) -> RunView:
    step = _STEPS.get(type(stored.event))
    changed = step(view, stored.event) if step else view
    return as_of(changed, stored.at)


def as_of(view: RunView, at: datetime) -> RunView:
    """The same with the working time up to then."""
    since = view.working_since
    worked = max(0.0, (at - since).total_seconds()) if since else 0.0
    return replace(view, seconds=view.seconds + worked, working_since=at if view.status is _S.RUNNING else None)


def _asked(view: RunView, event: ev.QuestionAsked) -> RunView:
    return replace(view, question=event.question, budget_nano_usd=event.budget_nano_usd)


def _started(view: RunView, event: ev.RunStarted) -> RunView:
    kept = event.kept_steps if event.resumed else None
    return replace(view, status=_S.RUNNING, version=event.draft_version, kept_steps=kept)


def _routed(view: RunView, event: ev.RouteChosen) -> RunView:
    earlier = _earlier((inq.Offer(event.route, 0, 0, event.earlier), *event.others))
    routed = replace(view, route=event.route, others=event.others, earlier={**view.earlier, **earlier})
    # Whatever an earlier route had planned or gone without is not what this one does.
    return replace(routed, workers=(), setbacks=()) if event.again else routed


def _earlier(offers: Iterable[inq.Offer]) -> dict[Strategy, inq.EarlierEstimates]:
    return {offer.route.strategy: offer.earlier for offer in offers if offer.earlier}


def _planned(view: RunView, event: ev.PlanReady) -> RunView:
    fresh = {
        subtask.subtask_id: WorkerView(subtask.subtask_id, subtask.title, SubtaskStatus.PENDING, event.version)
        for subtask in event.subtasks
    }
    kept = [fresh.pop(worker.subtask_id, worker) for worker in view.workers]
    return replace(view, workers=(*kept, *fresh.values()))


def _subtask_started(view: RunView, event: ev.SubtaskStarted) -> RunView:
    return _worker(view, event.subtask_id, status=SubtaskStatus.IN_PROGRESS, version=event.version)


def _subtask_progressed(view: RunView, event: ev.SubtaskProgressed) -> RunView:
    return _worker(view, event.subtask_id, status=SubtaskStatus.IN_PROGRESS, activity=event.activity)


def _subtask_completed(view: RunView, event: ev.SubtaskCompleted) -> RunView:
    report = event.report
    status = SubtaskStatus.ERROR if report.error else SubtaskStatus.COMPLETE
    changes = {"status": status, "version": event.version, "report": report, "activity": ""}
    if report.title:
        changes["title"] = report.title
    return _worker(view, report.subtask_id, **changes)


def _drafted(view: RunView, event: ev.DraftReady) -> RunView:
    others = [v for v in view.versions if v.draft.version != event.draft.version]
    return replace(view, versions=(*others, VersionView(event.draft)), version=event.draft.version)


def _criticised(view: RunView, event: ev.CritiqueReady) -> RunView:
    return _version(view, event.critique.draft_version, critique=event.critique)


def _steered(view: RunView, event: ev.Steered) -> RunView:
    return replace(view, steering=(*view.steering, event.text))


def _shared(view: RunView, event: ev.FindingShared) -> RunView:
    return replace(view, shared=(*view.shared, event))


def _awaited(view: RunView, event: ev.ReviewAwaited) -> RunView:
    return _version(replace(view, status=_S.AWAITING_REVIEW), event.version, settled=True)


def _reviewed(view: RunView, event: ev.Reviewed) -> RunView:
    review = event.review
    changed = replace(view, status=DECISIONS[review.decision].target)
    if review.decision is Decision.REQUEST_REVISIONS:
        changed = replace(changed, version=review.draft_version + 1)
    return _version(changed, review.draft_version, review=review, settled=True)


def _completed(view: RunView, event: ev.RunCompleted) -> RunView:
    return _version(replace(view, status=_S.COMPLETE), event.version, settled=True)


def _paused(view: RunView, event: ev.RunPaused) -> RunView:
    return _ended(view, Ending(event.epoch, _S.PAUSED, event.sentence, event.partial))


def _failed(view: RunView, event: ev.RunFailed) -> RunView:
    return _ended(view, Ending(event.epoch, _S.ERROR, event.sentence, event.partial, repeats=event.repeats))


def _cancelled(view: RunView, event: ev.RunCancelled) -> RunView:
    return _ended(view, Ending(event.epoch, _S.CANCELLED, user_id=event.user_id, withdrawn=event.withdrawn))


def _retried(view: RunView, event: ev.RunRetried) -> RunView:
    workers = tuple(_again(w) if w.report and w.report.error and w.version == view.version else w for w in view.workers)
    return replace(view, status=_S.QUEUED, kept_steps=None, workers=workers)


def _again(worker: WorkerView) -> WorkerView:
    return replace(worker, status=SubtaskStatus.PENDING, report=None)


def _cap_changed(view: RunView, event: CapChanged) -> RunView:
    endings = tuple(replace(e, room=event) if e.epoch == event.epoch else e for e in view.endings)
    changed = replace(view, endings=endings)
    return replace(changed, budget_nano_usd=event.after_nano_usd or 0) if event.scope.startswith("run:") else changed


def _held(view: RunView, event: Held) -> RunView:
    known = [stop for stop in view.stops if stop.pause_id != event.pause_id]
    return replace(view, stops=(*known, Stop(event.pause_id, event.user_id, event.reason)))


def _held_because(view: RunView, event: HeldBecause) -> RunView:
    return _stop(view, event.pause_id, reason=event.reason)


def _let_go(view: RunView, event: LetGo) -> RunView:
    return _stop(view, event.pause_id, resumed_by=event.user_id)


def _stop(view: RunView, pause_id: str, **changes: str) -> RunView:
    stops = (replace(stop, **changes) if stop.pause_id == pause_id else stop for stop in view.stops)
    return replace(view, stops=tuple(stops))


def _expired(view: RunView, event: ev.RunExpired) -> RunView:
    return _ended(view, Ending(event.epoch, _S.EXPIRED, event.sentence))


def _reminded(view: RunView, event: ev.ReviewReminded) -> RunView:
    return replace(view, reminded=event)


def _inquired(view: RunView, event: inq.ConsentAsked | inq.ClarificationAsked | inq.ReuseOffered) -> RunView:
    offers = (event.offer, *event.alternatives) if isinstance(event, inq.ConsentAsked) else ()
    earlier = {**view.earlier, **_earlier(offers)}
    return replace(view, status=_S.AWAITING_INPUT, earlier=earlier, inquiries=(*view.inquiries, Inquiry(event)))


def _answered(view: RunView, event: inq.ConsentGiven | inq.ClarificationGiven | inq.ReuseChosen) -> RunView:
    route = event.route if isinstance(event, inq.ConsentGiven) else view.route
    inquiries = (replace(i, given=event) if i.asked.epoch == event.epoch else i for i in view.inquiries)
    return replace(view, status=_S.QUEUED, route=route, inquiries=tuple(inquiries))


def _escalation_offered(view: RunView, event: inq.EscalationOffered) -> RunView:
    return _version(view, event.version, offered=event.offer)


def _escalated(view: RunView, event: inq.Escalated) -> RunView:
    changed = replace(view, status=_S.QUEUED, version=event.version + 1, route=event.route)
    return _version(changed, event.version, escalated=event, settled=True)


def _told(view: RunView, event: FellBack | Degraded | Announced | KeptIn) -> RunView:
    """Two of the same are one: each agent may meet the same setback."""
    return view if event.sentence in view.setbacks else replace(view, setbacks=(*view.setbacks, event.sentence))


def _asked_again(view: RunView, event: Retried) -> RunView:
    return replace(view, retried=(*view.retried, event))


def _revised_itself(view: RunView, event: RevisedItself) -> RunView:
    changed = replace(view, version=event.version)
    return _version(changed, event.version - 1, fixing=event.note_ids, settled=True)


def _abandoned(view: RunView, event: RevisionAbandoned) -> RunView:
    changed = replace(view, version=event.version - 1, setbacks=(*view.setbacks, event.sentence))
    return _version(changed, event.version - 1, fixing=())


def _ended(view: RunView, ending: Ending) -> RunView:
    """Nothing more comes to the newest draft unless somebody sets the run going again."""
    ended = replace(view, status=ending.status, endings=(*view.endings, ending))
    return _version(ended, view.newest.draft.version, settled=True) if view.newest else ended


def _worker(view: RunView, subtask_id: str, **changes: Any) -> RunView:
    if not any(worker.subtask_id == subtask_id for worker in view.workers):
        new = WorkerView(subtask_id, "Research", SubtaskStatus.PENDING, view.version)
        view = replace(view, workers=(*view.workers, new))
    workers = (replace(w, **changes) if w.subtask_id == subtask_id else w for w in view.workers)
    return replace(view, workers=tuple(workers))


def _version(view: RunView, number: int, **changes: Any) -> RunView:
    versions = (replace(v, **changes) if v.draft.version == number else v for v in view.versions)
    return replace(view, versions=tuple(versions))


_STEPS: dict[type, Callable[[RunView, Any], RunView]] = {
    ev.QuestionAsked: _asked,
    ev.RunStarted: _started,
    ev.RouteChosen: _routed,
    ev.PlanReady: _planned,
    ev.SubtaskStarted: _subtask_started,
    ev.SubtaskProgressed: _subtask_progressed,
    ev.SubtaskCompleted: _subtask_completed,
    ev.DraftReady: _drafted,
    ev.CritiqueReady: _criticised,
    ev.Steered: _steered,
    ev.FindingShared: _shared,
    ev.ReviewAwaited: _awaited,
    ev.Reviewed: _reviewed,
    ev.RunCompleted: _completed,
    ev.RunPaused: _paused,
    ev.RunFailed: _failed,
    ev.RunCancelled: _cancelled,
    ev.RunRetried: _retried,
    CapChanged: _cap_changed,
    Held: _held,
    HeldBecause: _held_because,
    LetGo: _let_go,
    Retried: _asked_again,
    FellBack: _told,
    Degraded: _told,
    Announced: _told,
    KeptIn: _told,
    RevisedItself: _revised_itself,
    RevisionAbandoned: _abandoned,
    ev.RunExpired: _expired,
    ev.ReviewReminded: _reminded,
    inq.ConsentAsked: _inquired,
    inq.ClarificationAsked: _inquired,
    inq.ConsentGiven: _answered,
    inq.ClarificationGiven: _answered,
    inq.ReuseOffered: _inquired,
    inq.ReuseChosen: _answered,
    inq.EscalationOffered: _escalation_offered,
    inq.Escalated: _escalated,
}
