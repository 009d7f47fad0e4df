"""One run as the contract's JSON."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select

from orchestration.values.domain import Claim, Critique, Decision, Draft, Source
from orchestration.values.events import DraftReady, FindingShared, RunFailed, RunPaused
from orchestration.values.setbacks import EndpointSaid, RevisedItself
from storage.engine.codec import from_json, unpacked
from storage.engine.database import Database
from storage.engine.moments import moment
from storage.engine.run_rows import find_run, route_of, run_of
from storage.engine.tables import critiques, events, reviews, steps, subtasks
from storage.money.adjustments import holds_of
from storage.money.amounts import usd
from storage.money.costs import Cost, costs_of
from storage.runs.consents import ASKED_AND_GIVEN, consents, route_json
from storage.runs.deliveries import NONE, deliveries_of
from storage.runs.rounds import rounds
from storage.runs.runs import NOTHING, NoSuchRun, RunHead


async def show(db: Database, run_id: str) -> dict[str, Any]:
    """Everything that is known of a run. `answer` is the newest draft's, or what a stopped run had so far."""
    return await db.read(lambda conn: _show(conn, run_id))


def head(line: RunHead) -> dict[str, Any]:
    """The same without what only one run's page has room for."""
    run, question = line.run, line.run.question
    return {
        "run_id": run.run_id,
        "team_id": question.conversation.team_id,
        "channel_id": question.conversation.channel_id,
        "thread_ts": question.conversation.thread_ts,
        "user_id": question.user_id,
        "question": question.text,
        "status": run.status.value,
        "delivery": line.delivery,
        "error": line.error or None,
        "strategy": None if line.route is None else line.route.strategy.value,
        "route": None if line.route is None else route_json(line.route),
        "draft_version": run.draft_version,
        **_cost(line.cost),
        "budget_usd": usd(run.budget_nano_usd),
        "seconds": round(run.seconds, 3),
        "created_at": moment(run.created_at),
        "started_at": moment(run.started_at),
        "ended_at": moment(run.ended_at),
    }


def _show(conn: Connection, run_id: str) -> dict[str, Any]:
    row = find_run(conn, run_id)
    if row is None:
        raise NoSuchRun(f"There is no run {run_id}. `threadwork runs` lists them.")
    cost = costs_of(conn, [run_id]).get(run_id, NOTHING)

    def rows(statement: Select[Any]) -> Sequence[Row[Any]]:
        return conn.execute(statement, {"run": run_id}).all()

    found = [(row.at, from_json(DraftReady, row.body).draft) for row in rows(_DRAFTS)]
    newest = found[-1][1] if found else _partial(conn, run_id)
    delivery = deliveries_of(conn, [run_id]).get(run_id, NONE)
    return head(RunHead(run_of(row), route_of(row), row.error, cost, delivery)) | {
        "subtasks": [_subtask(row) for row in rows(_SUBTASKS)],
        "answer": None if newest is None else newest.answer,
        "drafts": [_draft(draft, at) for at, draft in found],
        "critiques": [_critique(from_json(Critique, row.body)) for row in rows(_CRITIQUES)],
        "reviews": [_review(row) for row in rows(_REVIEWS)],
        "rounds": rounds(
            [draft for _, draft in found],
            [from_json(Critique, row.body) for row in rows(_CRITIQUES)],
            [(row.key, row.cost_nano_usd) for row in rows(_STEPS)],
            by_itself={r.version: r.note_ids for r in (from_json(RevisedItself, row.body) for row in rows(_REVISED))},
            by_person={row.draft_version + 1: row.note_ids for row in rows(_REVIEWS) if row.decision == REVISIONS},
        ),
        "setbacks": list(dict.fromkeys(json.loads(unpacked(row.body))["sentence"] for row in rows(_SETBACKS))),
        "endpoint_said": [_words(from_json(EndpointSaid, row.body)) for row in rows(_SAID)],
        "findings": [_finding(from_json(FindingShared, row.body)) for row in rows(_SHARED)],
        "consents": consents([(row.at, row.type, row.body) for row in rows(_ASKED)]),
        "claims": [] if newest is None else [_claim(claim) for claim in newest.claims],
        "sources": [] if newest is None else [_source(source) for source in newest.sources],
        "steps": [_step(row) for row in rows(_STEPS)],
        "holds": holds_of(conn, run_id),
        "events": [{"key": row.key, "type": row.type, "at": moment(row.at)} for row in rows(_EVENTS)],
    }


def _partial(conn: Connection, run_id: str) -> Draft | None:
    """A run that was stopped before its first draft may still have shown the thread what it had."""
    for row in conn.execute(_STOPS, {"run": run_id}):
        stopped: RunPaused | RunFailed
        stopped = from_json(RunPaused, row.body) if row.type == "RunPaused" else from_json(RunFailed, row.body)
        if stopped.partial is not None:
            return stopped.partial
    return None


def _draft(draft: Draft, at: datetime) -> dict[str, Any]:
    shown = {"version": draft.version, "answer": draft.answer, "at": moment(at)}
    return shown | {"changed": list(draft.changed), "gaps": list(draft.gaps)}


def _cost(cost: Cost) -> dict[str, Any]:
    usage = {
        "input_tokens": cost.usage.input_tokens,
        "output_tokens": cost.usage.output_tokens,
        "cache_read_tokens": cost.usage.cache_read_tokens,
        "llm_calls": cost.llm_calls,
    }
    return {"usage": usage, "cost_usd": usd(cost.nano_usd), "estimated_cost_usd": usd(cost.estimated_nano_usd)}


def _subtask(row: Row[Any]) -> dict[str, Any]:
    names = ("subtask_id", "title", "instructions", "status", "report", "error", "version")
    return {name: getattr(row, name) for name in names}


def _finding(shared: FindingShared) -> dict[str, Any]:
    """What one worker left for the others."""
    return {"subtask_id": shared.subtask_id, "version": shared.version, "claims": list(shared.claims)}


def _words(said: EndpointSaid) -> dict[str, Any]:
    return {"step_id": said.place, "agent": said.agent, "model": said.model, "words": said.words}


def _critique(critique: Critique) -> dict[str, Any]:
    notes = [
        {"note_id": note.note_id, "kind": note.kind.value, "text": note.text, "subtask_id": note.subtask_id}
        for note in critique.notes
    ]
    shown = {"draft_version": critique.draft_version, "verdict": critique.verdict.value, "notes": notes}
    return shown | {"final": critique.final}


def _review(row: Row[Any]) -> dict[str, Any]:
    names = ("user_id", "decision", "comment", "note_ids", "draft_version")
    return {name: getattr(row, name) for name in names} | {"at": moment(row.at)}


def _claim(claim: Claim) -> dict[str, Any]:
    shown = {"text": claim.text, "source_id": claim.source_id, "quote": claim.quote}
    return shown | {
        "support": claim.support.value,
        "reason": claim.reason or None,
        "doubt": claim.doubt or None,
        "likeness": claim.likeness,
        "independent_sources": claim.independent_sources,
        "entailment": None if claim.entailment is None else claim.entailment.value,
        "entailment_reason": claim.entailment_reason or None,
    }


def _source(source: Source) -> dict[str, Any]:
    """In the order of the numbers in the answer."""
    shown = {"source_id": source.source_id, "title": source.title, "url": source.url}
    return shown | {"content_hash": source.content_hash, "retrieved_at": moment(source.retrieved_at)}


def _step(row: Row[Any]) -> dict[str, Any]:
    tokens = {name: getattr(row, name) for name in ("input_tokens", "output_tokens", "cache_read_tokens")}
    return {
        "step_id": row.key,
        "agent": row.agent,
        "operation": row.operation,
        "model": row.model or None,
        "prompt": row.prompt or None,
        **tokens,
        "cost_usd": usd(row.cost_nano_usd),
        "estimated": row.estimated,
        "seconds": round(row.seconds, 3),
        "status": "superseded" if row.superseded else "complete",
        "outcome": _said_by(row.result, "outcome") if row.operation == "chat" else None,
        "tool": _said_by(row.result, "tool") if row.operation == "execute_tool" else None,
        "at": moment(row.at),
    }


def _said_by(result: str, name: str) -> str | None:
    """What became of a model call, which tool was called; steps of earlier versions do not say."""
    said = json.loads(unpacked(result))
    return said.get(name) or None if isinstance(said, dict) else None


REVISIONS = Decision.REQUEST_REVISIONS
_RUN: BindParameter[str] = bindparam("run")
_SUBTASKS = select(subtasks).where(subtasks.c.run_id == _RUN).order_by(subtasks.c.position)
_CRITIQUES = select(critiques).where(critiques.c.run_id == _RUN).order_by(critiques.c.draft_version)
_REVIEWS = select(reviews).where(reviews.c.run_id == _RUN).order_by(reviews.c.id)
_STEPS = select(steps).where(steps.c.run_id == _RUN).order_by(steps.c.id)
_EVENTS = select(events).where(events.c.run_id == _RUN).order_by(events.c.id)
_REVISED = _EVENTS.where(events.c.type == "RevisedItself")
_SETBACKS = _EVENTS.where(
    events.c.type.in_(["Retried", "FellBack", "Degraded", "Announced", "KeptIn", "RevisionAbandoned"])
)
_SAID = _EVENTS.where(events.c.type == "EndpointSaid")
_SHARED = _EVENTS.where(events.c.type == "FindingShared")
_DRAFTS = _EVENTS.where(events.c.type == "DraftReady")
_ASKED = _EVENTS.where(events.c.type.in_(ASKED_AND_GIVEN))
_STOPS = _EVENTS.where(events.c.type.in_(["RunPaused", "RunFailed"])).order_by(None).order_by(events.c.id.desc())
