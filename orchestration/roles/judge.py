"""The judge weighs two cases without knowing whose they are."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from orchestration.agents.agent import Agent, Output
from orchestration.roles.conversation import thread
from orchestration.values.domain import Note, Question, WorkerReport
from orchestration.values.roles import Role

FIRST, SECOND = "K", "M"
"""The positions' names in a judge's task: the same in both orders, and neither better than the other."""
_WORDS = {"high": 0.9, "medium": 0.6, "moderate": 0.6, "low": 0.3}


def _share(value: Any) -> Any:
    """0.8, 80, "80 %" and "high" all mean something; what means nothing is even odds."""
    if isinstance(value, str):
        word = value.strip().rstrip("%").strip().lower()
        if word in _WORDS:
            return _WORDS[word]
        value = word
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.5
    if number != number:
        return 0.5
    return min(max(number / 100 if number > 1 else number, 0.0), 1.0)


def _said(value: Any) -> Any:
    """One text where a model wrote a list or an object with a text."""
    if isinstance(value, dict):
        return value.get("text", "")
    if isinstance(value, list):
        return "; ".join(str(_said(item)) for item in value)
    return "" if value is None else value


Said = Annotated[str, BeforeValidator(_said)]


class ActionOutput(Output):
    text: str
    """One thing to do, in one sentence."""
    confidence: Annotated[float, BeforeValidator(_share)]
    """From 0 to 1: how well the evidence of both positions supports it."""


class JudgeOutput(Output):
    answer: str
    """Markdown: what the evidence of both positions supports. Put the source_id in square brackets after statements."""
    agreements: list[Said]
    """What both positions state or concede, one sentence each."""
    disagreements: list[Said]
    """What they disagree about and what would have to be investigated, one sentence each."""
    action_items: list[ActionOutput]
    minority_argument: Said
    """The best argument of the position that does not prevail."""
    would_change_if: Said
    """The evidence that would change the result."""
    stronger: Literal["K", "M", "neither"] | None = None
    """The position with the stronger evidence."""


JUDGE = Agent(
    role=Role.JUDGE,
    instructions=(
        "You are the judge of a debate. Each of two analysts made a case without seeing the other's; you do not know "
        "who they are, and the order of the positions means nothing. Weigh the evidence in the quotes, not the length, "
        "tone or order of the cases; a claim whose support is not `quoted` counts for little. Add no facts of your own "
        "and keep the source_id in square brackets after statements. Refer to the cases as `position K` and `position "
        "M`. If the task has findings, they belong to neither. If it has notes, fix what they name."
    ),
    output=JudgeOutput,
    temperature=0.0,
)


def judge_task(
    question: Question,
    positions: Sequence[tuple[str, WorkerReport]],
    findings: Sequence[WorkerReport],
    notes: Sequence[Note],
) -> dict[str, Any]:
    """The positions in the order given, by name; `findings` are reports that belong to neither."""
    task: dict[str, Any] = {
        "question": question.text,
        **thread(question),
        "positions": [{"position": name, **_case(report)} for name, report in positions],
    }
    if findings:
        task["findings"] = [_case(report) for report in findings]
    if notes:
        task["notes"] = [{"note_id": n.note_id, "kind": n.kind, "text": n.text} for n in notes]
    return task


def _case(report: WorkerReport) -> dict[str, Any]:
    claims = [{"text": c.text, "source_id": c.source_id, "quote": c.quote, "support": c.support} for c in report.claims]
    return {"summary": report.summary, "claims": claims}
