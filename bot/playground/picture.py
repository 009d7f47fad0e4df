"""A run as the playground draws it: its agents, the arrows between them, and its counters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise, product
from typing import Any

from bot.outgoing.view.run_view import RunView
from orchestration.values.domain import RunStatus, Strategy, SubtaskStatus
from orchestration.values.states import AT_WORK

Json = Mapping[str, Any]
LEADERS = {Strategy.SUPERVISOR: "supervisor", Strategy.SEQUENTIAL: "planner", Strategy.FANOUT: "planner"}
CLOSERS = {
    Strategy.SUPERVISOR: "critic",
    Strategy.SEQUENTIAL: "inspector",
    Strategy.FANOUT: "synthesizer",
    Strategy.DEBATE: "judge",
}
REVIEWERS = frozenset({"critic", "inspector"})
"""They read the draft; a synthesizer and a judge write it."""
ANSWER, QUESTION = "answer", "question"
_STATES = {
    SubtaskStatus.PENDING: "waiting",
    SubtaskStatus.IN_PROGRESS: "working",
    SubtaskStatus.COMPLETE: "done",
    SubtaskStatus.ERROR: "failed",
}


@dataclass(frozen=True, slots=True)
class Agent:
    id: str
    role: str
    title: str
    state: str
    """waiting, working, done or failed"""
    doing: str = ""
    words: str = ""
    """What it said, in Markdown."""
    tokens: int = 0


def picture(view: RunView, shown: Json) -> dict[str, Any]:
    """`shown` is the run's `show` JSON, read after the events of `view`."""
    strategy = Strategy(shown["strategy"] or _asked(view))
    agents = _agents(strategy, view, shown)
    has_ended = view.status not in AT_WORK
    return {
        "run_id": view.run_id,
        "strategy": strategy,
        "status": view.status,
        "ended": has_ended,
        "error": shown["error"] or "",
        "setbacks": shown["setbacks"],
        "agents": [asdict(agent) for agent in agents],
        "arrows": list(_arrows(strategy, agents, view)),
        "counters": {
            "done": sum(agent.state in ("done", "failed") for agent in agents),
            "all": len(agents),
            "tokens": shown["usage"]["input_tokens"] + shown["usage"]["output_tokens"],
            "cost_usd": shown["cost_usd"],
            "seconds": round(view.seconds, 1),
        },
        "working": view.status is RunStatus.RUNNING,
        "question": shown["question"],
        "answer": shown["answer"] or "",
        "sources": [{"title": source["title"], "url": source["url"]} for source in shown["sources"]],
        "claims": {"all": len(shown["claims"]), "quoted": sum(c["support"] == "quoted" for c in shown["claims"])},
        "notes": [note["text"] for critique in shown["critiques"][-1:] for note in critique["notes"]],
    }


def _asked(view: RunView) -> Strategy:
    asked = view.question.strategy if view.question else None
    return asked or Strategy.SINGLE


def _agents(strategy: Strategy, view: RunView, shown: Json) -> list[Agent]:
    leader = _leader(strategy, view, shown)
    members = [_member(worker, strategy, shown["steps"]) for worker in view.workers]
    closer = _closer(strategy, view, shown)
    return [*([leader] if leader else []), *members, *([closer] if closer else [])]


def _leader(strategy: Strategy, view: RunView, shown: Json) -> Agent | None:
    """Fan-out over a document's own parts needs no planner, which shows once its members are there."""
    role = LEADERS.get(strategy)
    steps = _steps_of(shown["steps"], role or "")
    if role is None or (view.workers and not steps):
        return None
    planned = "\n".join(f"{n}. {worker.title}" for n, worker in enumerate(view.workers, start=1))
    state = _until(bool(view.workers), working=view.route is not None, ended=view.status not in AT_WORK)
    return Agent(role, role, role.capitalize(), state, "planning", planned, _tokens(steps))


def _member(worker: Any, strategy: Strategy, steps: Sequence[Json]) -> Agent:
    own = [step for step in steps if f"/{worker.subtask_id}/" in step["step_id"]]
    role = next((step["agent"] for step in own if step["operation"] == "chat"), _ROLES[strategy])
    report = worker.report
    words = (report.error or report.summary) if report else ""
    return Agent(worker.subtask_id, role, worker.title, _STATES[worker.status], worker.activity, words, _tokens(own))


def _closer(strategy: Strategy, view: RunView, shown: Json) -> Agent | None:
    role = CLOSERS.get(strategy)
    if role is None:
        return None
    newest, ended = view.newest, view.status not in AT_WORK
    reviews = role in REVIEWERS
    are_in = bool(view.workers) and all(_STATES[w.status] in ("done", "failed") for w in view.workers)
    done = bool(newest and newest.critique) if reviews else newest is not None
    words = ""
    if newest and reviews and newest.critique:
        notes = [f"- **{note.note_id}** {note.text}" for note in newest.critique.notes]
        words = "\n".join([f"**{newest.critique.verdict.value}**", "", *notes])
    elif newest and not reviews:
        words = newest.draft.answer
    state = _until(done, working=are_in, ended=ended)
    doing = "reading the draft" if reviews else "weighing the reports"
    return Agent(role, role, role.capitalize(), state, doing, words, _tokens(_steps_of(shown["steps"], role)))


def _until(done: bool, *, working: bool, ended: bool) -> str:
    if done:
        return "done"
    return "working" if working and not ended else "waiting"


def _steps_of(steps: Iterable[Json], role: str) -> list[Json]:
    return [step for step in steps if step["agent"] == role]


def _tokens(steps: Iterable[Json]) -> int:
    return sum(step["input_tokens"] + step["output_tokens"] for step in steps)


def _arrows(strategy: Strategy, agents: Sequence[Agent], view: RunView) -> Iterable[dict[str, str]]:
    """From the question to the answer; an arrow is `working` while what it leads to works."""
    end = Agent(ANSWER, ANSWER, "Answer", "done" if view.newest else "waiting")
    rows = [[Agent(QUESTION, QUESTION, "Task", "done")], *levels(strategy, agents), [end]]
    for row, after in pairwise(rows):
        for one, other in product(row, after):
            yield {"from": one.id, "to": other.id, "state": other.state}


def levels(strategy: Strategy, agents: Sequence[Agent]) -> list[list[Agent]]:
    """Who works side by side; stages come one after the other."""
    if strategy is Strategy.SEQUENTIAL:
        return [[agent] for agent in agents]
    named = {LEADERS.get(strategy), CLOSERS.get(strategy)}
    members = [agent for agent in agents if agent.id not in named]
    rows = [
        [agent for agent in agents if agent.id == LEADERS.get(strategy)],
        members,
        [agent for agent in agents if agent.id == CLOSERS.get(strategy)],
    ]
    return [row for row in rows if row]


_ROLES = {
    Strategy.SINGLE: "single",
    Strategy.SUPERVISOR: "worker",
    Strategy.SEQUENTIAL: "worker",
    Strategy.FANOUT: "specialist",
    Strategy.DEBATE: "analyst",
}
