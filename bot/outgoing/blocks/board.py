"""The board: one message that is edited while the run works; what everybody in the channel looks at."""

from collections.abc import Iterator
from typing import Any

from bot.outgoing.blocks.amounts import (
    about,
    band,
    counted,
    duration,
    money,
)
from bot.outgoing.blocks.elements import (
    actions,
    button,
    confirmation,
    context,
    line,
    rich,
    section,
    span,
    words,
)
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, plain
from bot.outgoing.blocks.receipt import Bill, cost
from bot.outgoing.blocks.team import size, team
from bot.outgoing.view.run_view import RunView, WorkerView
from orchestration.values.domain import Route, RunStatus, Strategy, SubtaskStatus
from orchestration.values.states import AT_WORK

LATEST = 5
"""What did not go as planned, the latest; a message may not grow without end."""
EXPERIENCE = 20
"""Runs of a strategy from which on its estimate is what they cost."""
_ALIVE = AT_WORK | {RunStatus.AWAITING_INPUT}
_STANDS = {
    RunStatus.QUEUED: "Queued",
    RunStatus.AWAITING_REVIEW: "Waiting for your decision",
    RunStatus.AWAITING_INPUT: "Waiting for your reply",
    RunStatus.PAUSED: "Paused at a budget",
    RunStatus.COMPLETE: "Done",
    RunStatus.DISCARDED: "Discarded",
    RunStatus.EXPIRED: "Expired: nobody answered in time",
    RunStatus.ERROR: "Failed",
    RunStatus.CANCELLED: "Stopped",
}
_SIGNS = {
    RunStatus.QUEUED: "○",
    RunStatus.RUNNING: "◐",
    RunStatus.AWAITING_REVIEW: "✎",
    RunStatus.AWAITING_INPUT: "✎",
    RunStatus.COMPLETE: "✓",
    RunStatus.ERROR: "⚠",
}


def board(view: RunView, bill: Bill) -> SlackMessage:
    status = standing(view)
    blocks = [_plan(view), context(*_facts(view, bill, status))]
    if pressable := [*_reports(view), *_other_ways(view), *([_stop(view)] if view.status in _ALIVE else [])]:
        blocks.append(actions(*pressable))
    spent = f" {cost(bill)} so far." if view.status in AT_WORK else f" {cost(bill)}."
    return SlackMessage(f"{escape(headline(view))}. {status}.{spent}", blocks)


def headline(view: RunView) -> str:
    """`Supervisor · 3 workers — it compares three frameworks`."""
    route = view.route
    if route is None:
        return "Reading the question"
    workers = len(view.workers) or route.subtask_count
    return plain(f"{route.strategy.capitalize()} · {size(route, workers)} — {route.reason}", 250).rstrip(".")


def standing(view: RunView) -> str:
    """What is going on, in a few words."""
    if view.is_held:
        return "Paused by a budget owner"
    if view.status is RunStatus.RUNNING:
        return _doing(view)
    if view.status is RunStatus.COMPLETE:
        newest = view.newest
        return "Approved" if newest and newest.review and newest.review.decision == "approve" else "Done"
    if view.status is RunStatus.QUEUED and view.ahead:
        are = "question is" if view.ahead == 1 else "questions are"
        return f"Queued: {view.ahead} of {'your' if view.version == 1 else 'the asker’s'} {are} ahead"
    if view.status is RunStatus.QUEUED and view.version > 1:
        return f"Version {view.version} is queued"
    return _STANDS[view.status]


def _doing(view: RunView) -> str:
    if view.route is None:
        return "Choosing a strategy"
    if not any(worker.version == view.version for worker in view.workers):
        return "Planning the work" if view.version == 1 else f"Preparing version {view.version}"
    if view.of_version(view.version):
        return f"Checking the draft of version {view.version}"
    mine = [worker for worker in view.workers if worker.version == view.version]
    done = sum(worker.report is not None and worker.report.version == view.version for worker in mine)
    if done == len(mine):
        return team(view.route).closing.format(version=view.version)
    what = "Working" if view.version == 1 else f"Working on version {view.version}"
    return what if len(mine) == 1 else f"{what}, {done} of {len(mine)} reports done"


def _facts(view: RunView, bill: Bill, status: str) -> list[str]:
    route = view.route
    expected = _expected(view, route) if route else ""
    cap = f"cap {money(view.budget_nano_usd)}" if view.budget_nano_usd else "no cap"
    price = f"{expected}, {cap}" if route and route.estimate_high_nano_usd else cap
    sign = _SIGNS.get(view.status, "")
    spent = [duration(view.seconds), cost(bill)] if view.seconds or bill.cost_nano_usd else []
    lines = [" · ".join([f"{sign} *{status}*".strip(), *spent, price, f"`{view.run_id}`"])]
    if view.kept_steps is not None:
        kept = counted(view.kept_steps, "step")
        lines.append(f"↻ Resumed after an interruption: {kept} kept, nothing charged twice.")
    if view.shared and view.status in AT_WORK:
        finder = escape(plain(view.shared[-1].title, 80))
        lines.append(f"↔ Shared with other workers: {counted(len(view.shared[-1].claims), 'finding')} of {finder}")
    if view.retried:
        again = f"{counted(len(view.retried), 'request')} retried"
        why = f": {plain(view.retried[-1].sentence, 300)}" if view.status in AT_WORK else ""
        lines.append(f"↺ {escape(again + why)}")
    lines += [f"⚠ {escape(plain(sentence, 300))}" for sentence in view.setbacks[-LATEST:]]
    if view.steering and view.status in AT_WORK:
        lines.append(f"↪ Passed to the workers: {escape(plain(view.steering[-1], 160))}")
    return lines


def _expected(view: RunView, route: Route) -> str:
    """`usually between $0.002–0.006` once there is enough experience of it here."""
    earlier = view.earlier.get(route.strategy)
    price = band(route.estimate_low_nano_usd, route.estimate_high_nano_usd)
    if earlier is None or earlier.runs < EXPERIENCE:
        return f"expected {price}"
    return f"usually {'between ' if '–' in price else ''}{price}"


def ways_form(view: RunView) -> dict[str, Any]:
    """The modal `ways_form`: what each other strategy would have cost."""
    found = [*_ways(view)] or [section("This route has no other ways with a price.")]
    ask = context(f"`--strategy` with one of {', '.join(Strategy)} in a question chooses it.")
    return {
        "type": "modal",
        "callback_id": "ways_form",
        "private_metadata": view.run_id,
        "title": words("Other ways", 24),
        "close": words("Close", 24),
        "blocks": [*found, ask],
    }


def _ways(view: RunView) -> Iterator[Block]:
    for offer in view.others:
        route = offer.route
        if route.estimate_high_nano_usd:
            facts = [f"*{route.strategy.capitalize()}*", size(route, route.subtask_count), _expected(view, route)]
            yield section(" · ".join(facts))


def _plan(view: RunView) -> Block:
    title = headline(view)
    workers = view.workers or (_placeholder(view),)
    tasks = [_task(view, worker, place) for place, worker in enumerate(workers[:50], start=1)]
    return {"type": "plan", "title": title, "tasks": tasks}


def _placeholder(view: RunView) -> WorkerView:
    """What the plan shows before there is one, so that the board looks alive from its first second."""
    if view.status is RunStatus.AWAITING_INPUT:
        return WorkerView("plan", "Nothing is spent before you answer", SubtaskStatus.PENDING, 1)
    if view.status is RunStatus.COMPLETE:
        return WorkerView("plan", "The earlier answer is used as it is", SubtaskStatus.COMPLETE, 1)
    if view.status not in AT_WORK:
        return WorkerView("plan", "No work was done", _unfinished(view), 1)
    title = "Plan the work" if view.route else "Choose a strategy"
    started = SubtaskStatus.IN_PROGRESS if view.status is RunStatus.RUNNING else SubtaskStatus.PENDING
    return WorkerView("plan", title, started, 1)


def _task(view: RunView, worker: WorkerView, place: int) -> Block:
    idle = worker.status in (SubtaskStatus.PENDING, SubtaskStatus.IN_PROGRESS) and view.status not in _ALIVE
    title = plain(worker.title, 240) or "Research"
    task = {
        "type": "task_card",
        "task_id": worker.subtask_id,
        "title": f"{place}. {title}" if view.workers and team(view.route).is_ordered else title,
        "status": _unfinished(view) if idle else worker.status,
    }
    details = "Not finished" if idle else _details(worker)
    return {**task, "details": rich(line(span(plain(details, 250))))} if details else task


def _unfinished(view: RunView) -> SubtaskStatus:
    """What a pause left open is no failure: it goes on."""
    return SubtaskStatus.PENDING if view.status is RunStatus.PAUSED else SubtaskStatus.ERROR


def _details(worker: WorkerView) -> str:
    report = worker.report
    if worker.status in (SubtaskStatus.PENDING, SubtaskStatus.IN_PROGRESS):
        waiting = "Waiting" if worker.status is SubtaskStatus.PENDING else "Starting"
        return worker.activity or waiting
    if report is None:
        return ""
    if report.error and not report.summary:
        return report.error
    found = [counted(len(report.sources), "source"), counted(len(report.claims), "claim")]
    facts = [*found, about(report.cost_nano_usd, 3), duration(report.seconds)]
    return " · ".join([*([report.error] if report.error else []), *facts])


def _reports(view: RunView) -> list[Block]:
    """Of one agent the answer is the report."""
    several = view.route is not None and view.route.strategy is not Strategy.SINGLE
    done = sum(worker.report is not None for worker in view.workers)
    return [button("Reports", "reports", view.run_id)] if several and done else []


def _other_ways(view: RunView) -> list[Block]:
    return [button("Other ways", "other_ways", view.run_id)] if view.status in AT_WORK and any(_ways(view)) else []


def _stop(view: RunView) -> Block:
    sure = confirmation(
        "Stop this run?",
        "Current work ends within seconds. Everything already paid for is kept, and you can resume the run later.",
        confirm="Stop",
        deny="Keep working",
    )
    return button("Stop", "stop", view.run_id, style="danger", confirm=sure)
