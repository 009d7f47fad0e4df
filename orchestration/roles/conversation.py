"""What was said before a question, as a task shows it."""

from typing import Any

from orchestration.agents.agent import as_data
from orchestration.values.domain import Question


def before(question: Question, *, turns: int = 0) -> dict[str, Any]:
    """Earlier questions with their answers, all or the last `turns`, and what people wrote in the thread."""
    return {"earlier": as_data(question.earlier[-turns:]), **thread(question)}


def thread(question: Question) -> dict[str, Any]:
    """What the question points at, each with who said it; a question that points at nothing has none."""
    return {"thread": as_data(question.thread)} if question.thread else {}
