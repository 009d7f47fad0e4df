"""The ways of working: each strategy is (Question, RunContext) → Draft; this is the table of all."""

from collections.abc import Awaitable, Callable, Mapping

from orchestration.context import RunContext
from orchestration.domain import Draft, Question, Strategy
from orchestration.strategies.single import single
from orchestration.strategies.supervisor import supervisor

STRATEGIES: Mapping[Strategy, Callable[[Question, RunContext], Awaitable[Draft]]] = {
    Strategy.SINGLE: single,
    Strategy.SUPERVISOR: supervisor,
}

WITH_CRITIC = frozenset({Strategy.SUPERVISOR})
"""The routes whose draft a critic reviews."""
