"""The synthesizer rewrites an answer from stored reports; it reads nothing new."""

from collections.abc import Sequence
from typing import Any

from orchestration.agents.agent import Agent, Output
from orchestration.domain import Draft, Note, Question


class ConflictOutput(Output):
    text: str
    """What the reports disagree about, in one sentence."""
    subtask_ids: list[str]


class SynthesizerOutput(Output):
    answer: str
    """Markdown with the source_id in square brackets behind every statement, as in the reports. No URLs."""
    conflicts: list[ConflictOutput]


SYNTHESIZER = Agent(
    role="synthesizer",
    instructions=(
        "You are the synthesizer of a research team. Rewrite the answer so that it mends what the notes name, from "
        "the reports alone: add no fact that they do not hold, keep the source_id in square brackets behind every "
        "statement, and name conflicts between reports instead of smoothing them over."
    ),
    output=SynthesizerOutput,
    temperature=0.2,
)


def synthesizer_task(question: Question, draft: Draft, notes: Sequence[Note]) -> dict[str, Any]:
    return {
        "question": question.text,
        "reports": [{"subtask_id": r.subtask_id, "title": r.title, "summary": r.summary} for r in draft.reports],
        "notes": [{"note_id": n.note_id, "kind": n.kind, "text": n.text} for n in notes],
    }
