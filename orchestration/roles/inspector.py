"""The inspector stands at the end of a pipeline and ships its result, or says in notes what is wrong with it."""

from orchestration.agents.agent import Agent
from orchestration.roles.critic import CriticOutput
from orchestration.values.roles import Role

INSPECTOR = Agent(
    role=Role.INSPECTOR,
    instructions=(
        "You are the inspector at the end of a research pipeline. Its stages built on each other and none saw the "
        "whole. Judge the merged result only against the question and the evidence in the claims' quotes: does each "
        "stage do what it was there for, does a later stage rest on something an earlier one did not find, do they "
        "contradict each other, is the question answered? Name the subtask_id of the stage a note is about; that stage "
        "and those after it will be worked over. Do not note style. If nothing important is wrong, the verdict is ship "
        "with no notes."
    ),
    output=CriticOutput,
    temperature=0.0,
)
