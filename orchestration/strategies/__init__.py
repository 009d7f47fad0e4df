"""The ways of working: each strategy is (Question, RunContext) → Draft; this is the table of all."""

from collections.abc import Awaitable, Callable, Mapping

from orchestration.agents.agent import Agent
from orchestration.agents.critic import CRITIC, CriticOutput
from orchestration.agents.inspector import INSPECTOR
from orchestration.context import RunContext
from orchestration.domain import Draft, Question, Strategy
from orchestration.strategies.debate import debate
from orchestration.strategies.fanout import fanout
from orchestration.strategies.sequential import sequential
from orchestration.strategies.single import single
from orchestration.strategies.supervisor import supervisor

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
