"""The synthesizer rewrites an answer from stored reports; it reads nothing new."""

from collections.abc import Sequence
from typing import Any

from orchestration.agents.agent import Agent, Output
from orchestration.roles.conversation import thread
from orchestration.values.domain import Note, Question, WorkerReport
from orchestration.values.roles import Role


class ConflictOutput(Output):
    text: str
    """What the reports disagree about, in one sentence."""
    subtask_ids: list[str]


class SynthesizerOutput(Output):
    answer: str
    """Markdown with the source_id in square brackets after every statement, as in the reports. No URLs."""
    conflicts: list[ConflictOutput]


SYNTHESIZER = Agent(
    role=Role.SYNTHESIZER,
    instructions=(
        "You are the synthesizer of a research team. Write one answer using only the reports: lead with what the "
        "question asks for, merge what they share, add no facts that they do not contain, and keep the source_id in "
        "square brackets after every statement. If reports contradict each other, follow the one with the better "
        "evidence and say so; if neither is better, name the conflict instead of smoothing it over. A report with an "
        "error is missing; do not fill the gap. If the task has notes, fix exactly what they name."
    ),
    output=SynthesizerOutput,
    temperature=0.2,
)


def synthesizer_task(question: Question, reports: Sequence[WorkerReport], notes: Sequence[Note]) -> dict[str, Any]:
    return {
        "question": question.text,
        **thread(question),
        "reports": [_report(report) for report in reports],
        "notes": [{"note_id": n.note_id, "kind": n.kind, "text": n.text} for n in notes],
    }


def _report(report: WorkerReport) -> dict[str, Any]:
    shown = {"subtask_id": report.subtask_id, "title": report.title, "summary": report.summary}
    return {**shown, "error": report.error} if report.error else shown
