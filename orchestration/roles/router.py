"""The router's model: asked where the rules are unsure, and believed only in what a route can be."""

from typing import Any, Literal

from orchestration.agents.agent import Agent, Output
from orchestration.roles.conversation import before
from orchestration.values.domain import Question
from orchestration.values.roles import Role

READ_CHARACTERS = 4000
ROUTER_SECONDS = 20.0
"""A question must not wait longer for its route than the route could save."""


class RouterOutput(Output):
    strategy: Literal["single", "supervisor", "sequential", "fanout", "debate"]
    reason: str
    """One sentence for the asker: what in the question calls for this strategy."""
    subtask_count: int
    """Number of workers, stages or specialists: 1 for single, otherwise 2 to 4."""
    clarify: str | None = None
    """One question to the asker, only if the subject itself is unknown and nothing could be looked up; else null."""


ROUTER = Agent(
    role=Role.ROUTER,
    instructions=(
        "You choose how a research team works on a question. Prefer the cheapest strategy that is good enough. "
        "supervisor: parts that can be researched at the same time without knowing each other's results, such as "
        "comparisons or lists. sequential: the subject has to be found first, or one step needs the result of another. "
        "fanout: one given text that needs several kinds of expertise. debate: a subjective or high-stakes decision "
        "that can be argued either way. single: everything else; one agent that searches is enough for most questions."
    ),
    output=RouterOutput,
    temperature=0.0,
)


def router_task(question: Question) -> dict[str, Any]:
    return {"question": question.text[:READ_CHARACTERS], **before(question, turns=2)}
