"""The analysts of a debate: one makes the case for, one the case against, and neither knows the other's."""

from orchestration.agents.agent import Agent
from orchestration.roles.worker import EVIDENCE_RULE, FindingsOutput
from orchestration.values.domain import Question, Subtask
from orchestration.values.roles import Role

ANALYST = Agent(
    role=Role.ANALYST,
    instructions=(
        "You are an analyst. Make the strongest honest case for one side; the subtask says which. Someone else argues "
        "the other side. Use only evidence, concede what cannot be denied, and never name your side: readers of the "
        f"report must see only its arguments. {EVIDENCE_RULE}"
    ),
    output=FindingsOutput,
    researches=True,
)

ADVOCATE = Subtask(
    "s1",
    "Advocate",
    "The strongest honest case for what the question proposes, or for the first of the alternatives it names: "
    "strengths, benefits, advantages, what it improves, allows and makes faster or easier, evidence that it works.",
)
SKEPTIC = Subtask(
    "s2",
    "Skeptic",
    "The strongest honest case against what the question proposes, or for the other alternatives it names: limits, "
    "risks, costs, drawbacks, what it cannot do or only does under conditions, evidence that it fails.",
)


def sides(question: Question) -> tuple[Subtask, Subtask]:
    advocate, skeptic = (
        Subtask(side.subtask_id, side.title, f"{side.instructions}\nThe question: {question.text}")
        for side in (ADVOCATE, SKEPTIC)
    )
    return advocate, skeptic
