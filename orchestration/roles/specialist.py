"""A specialist looks at the same material as its colleagues, from one point of view."""

from orchestration.agents.agent import Agent
from orchestration.roles.worker import EVIDENCE_RULE, FindingsOutput
from orchestration.values.roles import Role

SPECIALIST = Agent(
    role=Role.SPECIALIST,
    instructions=(
        "You are one of several specialists who look at the same material, each from one point of view. Your subtask "
        f"gives you yours; leave the other points of view to the others. {EVIDENCE_RULE}"
    ),
    output=FindingsOutput,
    researches=True,
)
