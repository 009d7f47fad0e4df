"""The ways of working: this is the table of all."""

from collections.abc import Mapping

from orchestration.strategies.debate import DEBATE
from orchestration.strategies.fanout import FANOUT
from orchestration.strategies.sequential import SEQUENTIAL
from orchestration.strategies.single import ALONE
from orchestration.strategies.supervisor import SUPERVISED
from orchestration.strategies.way import Way
from orchestration.values.domain import Strategy

STRATEGIES: Mapping[Strategy, Way] = {
    Strategy.SINGLE: ALONE,
    Strategy.SUPERVISOR: SUPERVISED,
    Strategy.SEQUENTIAL: SEQUENTIAL,
    Strategy.FANOUT: FANOUT,
    Strategy.DEBATE: DEBATE,
}
