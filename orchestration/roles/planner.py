"""The planner lays out a pipeline's stages, or the specialists that look at the same material."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.agents.agent import Agent
from orchestration.roles.conversation import before
from orchestration.roles.fields import Names, declared
from orchestration.roles.supervisor import MAX_SUBTASKS, SubtaskOutput, SupervisorOutput
from orchestration.values.domain import Question
from orchestration.values.roles import Role


class PlannerOutput(SupervisorOutput):
    subtasks: Sequence[SubtaskOutput]
    """2 to 4, in the order in which they are to be done."""


class StageOutput(SubtaskOutput):
    fields: Names = ()
    """At most 6 names of one to five words each, for what later stages need from this one; empty for all its claims."""

    @property
    def declared(self) -> tuple[str, ...]:
        return declared(self.fields)


class StagesOutput(PlannerOutput):
    subtasks: Sequence[StageOutput]
    """2 to 4, in the order in which they are to be done."""


PLANNER = Agent(
    role=Role.PLANNER,
    instructions=(
        "You are the planner of a research pipeline. Split the question into 2 to 4 stages, each done by one worker, "
        "one after the other; each stage builds on the findings of earlier stages and the last one answers the "
        "question. A worker sees only its own stage and those findings, so write instructions that make sense on their "
        "own and name their subject. Use no more stages than the question needs. If the task names parts, plan for "
        "them. If it has names, they have to be found first."
    ),
    output=PlannerOutput,
    temperature=0.2,
)

DECLARING: Agent[PlannerOutput] = Agent(
    role=PLANNER.role,
    instructions=(
        f"{PLANNER.instructions} For each stage except the last, declare the fields that it hands over: later stages "
        "get the values of exactly these and nothing else from its report. Declare none if later stages need "
        "everything it found."
    ),
    output=StagesOutput,
    temperature=PLANNER.temperature,
)
"""Where stages hand over fields."""

CASTING = Agent(
    role=Role.PLANNER,
    instructions=(
        "You are the planner of a team of specialists who look at the same material at the same time. Choose 2 to 4 "
        "kinds of expertise that the question calls for; use those it names, which the task's names list. Each "
        "specialist's title is the expertise; its instructions say what to examine from that point of view, make sense "
        "on their own and leave out the other points of view."
    ),
    output=PlannerOutput,
    temperature=0.2,
)


def planner_task(question: Question, wanted: str, material: Mapping[str, Any]) -> dict[str, Any]:
    """`wanted` is `stages` or `specialists`."""
    return {
        "question": question.text,
        "wanted": wanted,
        **before(question),
        "max_subtasks": MAX_SUBTASKS,
        **material,
    }
