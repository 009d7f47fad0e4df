"""What a strategy is to the rest of the program: one row of the table in this folder's `__init__`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from orchestration.agents.agent import Agent
from orchestration.context.run_context import RunContext
from orchestration.roles.critic import CriticOutput
from orchestration.roles.worker import WORKER, FindingsOutput
from orchestration.strategies.synthesis import Round, combined
from orchestration.values.domain import Draft, Question
from orchestration.values.roles import Role

SMALLEST_TEAM = 2


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one role: how many at least and at most, and tokens a call; a prior, not a measurement."""

    role: Role
    low: int
    high: int
    input_tokens: tuple[int, int]
    output_tokens: tuple[int, int]


LOOP = (1200, 5000), (150, 700)
"""Tokens of one call of an agent that searches: what was found so far goes in again."""
PLAN = (400, 700), (100, 300)
REVIEW = (1200, 4000), (60, 400)
WEIGHING = (1500, 6000), (200, 900)
CRITIC_CALLS = Calls(Role.CRITIC, 1, 1, *REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of working on a question."""

    draft: Callable[[Question, RunContext], Awaitable[Draft]]
    member: str
    """What one of its people is called in a thread."""
    calls: Callable[[int], list[Calls]]
    """Of so many parts, without its extras."""
    in_sequence: Callable[[int], tuple[int, int]]
    """Calls that have to wait for each other, at least and at most."""
    agent: Agent[FindingsOutput] = WORKER
    """Works on a part again where a reviewer asks for it."""
    finish: Callable[[RunContext, Round], Awaitable[Draft]] = combined
    """How it makes one answer of its reports."""
    critic: Agent[CriticOutput] | None = None
    """Reviews its draft. A synthesizer and a judge have weighed theirs already, so nobody does it again."""
    reviewer: str = "critic"
    closing: str = "Putting version {version} together"
    """What goes on once all reports done."""
    is_ordered: bool = False
    """Whether the order in which its people work means something."""
    size: int | None = None
    """How many people it always has."""

    def size_of(self, parts: int) -> int:
        """How many subtasks a question of so many parts has, if this strategy does it."""
        return self.size or max(SMALLEST_TEAM, parts)
