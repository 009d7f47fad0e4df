"""The ways of working: each strategy is (Question, RunContext) → Draft; this is the table of all."""

from collections.abc import Awaitable, Callable, Mapping

from orchestration.agents.agent import Agent
from orchestration.context.run_context import RunContext
from orchestration.roles.critic import CRITIC, CriticOutput
from orchestration.roles.inspector import INSPECTOR
from orchestration.strategies.debate import debate
from orchestration.strategies.fanout import fanout
from orchestration.strategies.sequential import sequential
from orchestration.strategies.single import single
from orchestration.strategies.supervisor import supervisor
from orchestration.values.domain import Draft, Question, Strategy

STRATEGIES: Mapping[Strategy, Callable[[Question, RunContext], Awaitable[Draft]]] = {
    Strategy.SINGLE: single,
    Strategy.SUPERVISOR: supervisor,
    Strategy.SEQUENTIAL: sequential,
    Strategy.FANOUT: fanout,
    Strategy.DEBATE: debate,
}

WITH_CRITIC: Mapping[Strategy, Agent[CriticOutput]] = {
    Strategy.SUPERVISOR: CRITIC,
    Strategy.SEQUENTIAL: INSPECTOR,
}
"""Who reviews a route's draft. A synthesizer and a judge have weighed theirs already, so nobody does it again."""
