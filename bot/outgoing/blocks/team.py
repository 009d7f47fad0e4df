"""What the people of a run are called: a pipeline has stages and an inspector, a debate two sides and a judge."""

from bot.outgoing.blocks.amounts import counted
from orchestration.strategies import STRATEGIES
from orchestration.strategies.way import Way
from orchestration.values.domain import Route, Strategy


def team(route: Route | None) -> Way:
    return STRATEGIES[route.strategy if route else Strategy.SUPERVISOR]


def size(route: Route, members: int) -> str:
    """`one agent`, `3 stages`; a debate has two sides, whoever else works with them."""
    way = STRATEGIES[route.strategy]
    return "one agent" if way.size == 1 else counted(way.size or members, way.member)
