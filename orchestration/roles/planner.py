"""The planner lays out a pipeline's stages, or the specialists that look at the same material."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.agents.agent import Agent, as_data
from orchestration.roles.fields import Names, declared
from orchestration.roles.supervisor import MAX_SUBTASKS, SubtaskOutput, SupervisorOutput
from orchestration.values.domain import Question
from orchestration.values.roles import Role


class PlannerOutput(SupervisorOutput):
    subtasks: Sequence[SubtaskOutput]
    """2 to 4, in the order in which they are done."""


class StageOutput(SubtaskOutput):
    fields: Names = ()
    """Names of one to five words, at most 6, for what the later stages need of this one; empty for all its claims."""

    @property
    def declared(self) -> tuple[str, ...]:
        return declared(self.fields)


class StagesOutput(PlannerOutput):
    subtasks: Sequence[StageOutput]
    """2 to 4, in the order in which they are done."""


PLANNER = Agent(
    role=Role.PLANNER,
    instructions=(
        "You are the planner of a research pipeline. Lay the question out as 2 to 4 stages that one worker each does, "
        "one after the other; each stage builds on the findings of the stages before it and the last one answers the "
        "question. A worker sees only its own stage and those findings, so write instructions that stand on their own "
        "and name what they are about. Use no more stages than the question needs. If the task names parts, plan for "
        "them. If it has names, they are what has to be found first."
    ),
    output=PlannerOutput,
    temperature=0.2,
)

DECLARING: Agent[PlannerOutput] = Agent(
    role=PLANNER.role,
    instructions=(
        f"{PLANNER.instructions} Declare for each stage but the last the fields that it hands over: the later stages "
        "are given the values of exactly these, nothing else of its report. Declare none where the later stages need "
        "all that it found."
    ),
    output=StagesOutput,
    temperature=PLANNER.temperature,
)
"""Where stages hand over fields."""

CASTING = Agent(
    role=Role.PLANNER,
    instructions=(
        "You are the planner of a team of specialists who look at the same material at the same time. Choose 2 to 4 "
        "kinds of expertise that the question calls for; take those it names, as the task's names list them. Each "
        "specialist's title is the expertise; its instructions say what to examine from that point of view, stand on "
        "their own and leave the other points of view out."
    ),
    output=PlannerOutput,
    temperature=0.2,
)


def planner_task(question: Question, wanted: str, material: Mapping[str, Any]) -> dict[str, Any]:
    """`wanted` is `stages` or `specialists`."""
    return {
        "question": question.text,
        "wanted": wanted,
        "earlier": as_data(question.earlier),
        "max_subtasks": MAX_SUBTASKS,
        **material,
    }
