"""The supervisor splits a question into subtasks that workers can do side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.agents.agent import Agent, Output
from orchestration.roles.conversation import before
from orchestration.values.domain import Plan, Question, Subtask
from orchestration.values.roles import Role
from orchestration.values.text import cut

MAX_SUBTASKS = 4
TITLE_CHARACTERS = 120


class SubtaskOutput(Output):
    title: str
    """Two to six words; becomes a heading in the answer."""
    instructions: str
    """What to find out, about which entity, in which aspects, and what is out of scope. Makes sense on its own."""

    @property
    def declared(self) -> tuple[str, ...]:
        """The fields that it hands over, of which only a stage has any."""
        return ()


class SupervisorOutput(Output):
    subtasks: Sequence[SubtaskOutput]
    """2 to 4, independent of each other, similar in size, without overlap."""


SUPERVISOR = Agent(
    role=Role.SUPERVISOR,
    instructions=(
        "You are the supervisor of a research team. Split the question into 2 to 4 subtasks for workers who search a "
        "library at the same time and cannot see each other's work. Subtasks must be independent, specific and similar "
        "in size, and must not overlap; for a comparison, give each subtask one entity and name the same aspects in "
        "all of them. Use no more subtasks than the question needs. If the task has a list, it is the result of a "
        "first search: give each of its items to one subtask. If it names parts, plan for them. If it has names, the "
        "question compares them: give each to one subtask."
    ),
    output=SupervisorOutput,
    temperature=0.2,
)


def supervisor_task(question: Question, material: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "question": question.text,
        **before(question),
        "max_subtasks": MAX_SUBTASKS,
        **material,
    }


def plan_from(output: SupervisorOutput | None, question: Question) -> Plan:
    """The plan; one subtask that is the whole goal where the output was unusable or empty."""
    subtasks = [(s.title.strip(), s.instructions.strip(), s.declared) for s in output.subtasks] if output else []
    usable = {(title or text, text or title): fields for title, text, fields in subtasks if title or text}
    numbered = enumerate(list((usable or {(question.text, question.text): ()}).items())[:MAX_SUBTASKS], start=1)
    return Plan(tuple(Subtask(f"s{n}", titled(title), text, fields) for n, ((title, text), fields) in numbered))


def titled(text: str) -> str:
    """A subtask's title, of whatever length somebody wrote one."""
    return cut(" ".join(text.split()), TITLE_CHARACTERS)
