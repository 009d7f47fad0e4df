"""What version 0.1 wrote is read as it was meant: there a draft kept its claims twice, and no span with them."""

import json
from typing import Any

from orchestration.evidence.quotes import Page
from orchestration.values.domain import Draft, Span, Support
from orchestration.values.events import DraftReady, RunPaused
from orchestration.values.memory import EarlierDraft
from storage.engine.codec import from_json, to_json

CLAIM = {
    "text": "Flask is small.",
    "source_id": "d_1",
    "quote": "Flask is small",
    "support": "quoted",
    "place": "Intro",
}
REPORT = {"subtask_id": "s1", "title": "Flask", "summary": "Small [d_1].", "claims": [CLAIM], "sources": []}
OLD: dict[str, Any] = {
    "version": 1,
    "answer": "Small [1].",
    "reports": [REPORT, {**REPORT, "subtask_id": "s2", "claims": []}],
    "claims": [CLAIM],
    "sources": [],
}


def test_a_draft_in_an_event_a_pause_and_the_memory() -> None:
    ready = from_json(DraftReady, json.dumps({"draft": OLD})).draft
    paused = from_json(RunPaused, json.dumps({"epoch": 1, "sentence": "Spent.", "partial": OLD})).partial
    kept = from_json(
        EarlierDraft,
        json.dumps({"run_id": "r_1", "draft": OLD, "subtasks": [], "strategy": "supervisor", "private": False}),
    )
    assert ready == paused == kept.draft
    (claim,) = ready.claims
    assert ("Flask is small.", Support.QUOTED, None) == (claim.text, claim.support, claim.span)
    assert Span(4, 18) == Page("No. Flask is small. Flask is small.").span_of(claim)


def test_a_draft_is_written_with_its_claims_once() -> None:
    draft = from_json(Draft, json.dumps(OLD))
    assert 1 == to_json(draft).count("Flask is small.") and draft == from_json(Draft, to_json(draft))
