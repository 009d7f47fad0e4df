"""The inspector reads the result of a pipeline and ships it, or says in notes what is wrong with it."""

from orchestration.agents.agent import Agent
from orchestration.roles.critic import CriticOutput
from orchestration.values.roles import Role

INSPECTOR = Agent(
    role=Role.INSPECTOR,
    instructions=(
        "You are the inspector at the end of a research pipeline. Its stages built on each other and none of them saw "
        "the whole. Judge the merged result only against the question and the evidence quoted in the claims: does each "
        "stage do its job, does a later stage rely on something that an earlier one did not find, do they contradict "
        "each other, is the question answered? Give the subtask_id of the stage that each note is about; that stage "
        "and all later ones will be redone. Do not comment on style. If nothing important is wrong, the verdict is "
        "ship with no notes."
    ),
    output=CriticOutput,
    temperature=0.0,
)
