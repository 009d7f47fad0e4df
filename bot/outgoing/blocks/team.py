"""What the people of a run are called: a pipeline has stages and an inspector, a debate two sides and a judge."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.outgoing.blocks.amounts import counted
from orchestration.values.domain import Route, Strategy

SIDES = 2


@dataclass(frozen=True, slots=True)
class Team:
    member: str
    reviewer: str = "critic"
    closing: str = "Putting version {version} together"
    """What goes on once all reports are in."""
    numbered: bool = False
    """Whether the order in which they work means something."""


TEAMS: Mapping[Strategy, Team] = {
    Strategy.SINGLE: Team("agent"),
    Strategy.SUPERVISOR: Team("worker"),
    Strategy.SEQUENTIAL: Team("stage", reviewer="inspector", numbered=True),
    Strategy.FANOUT: Team("specialist", closing="Merging the specialists' reports into version {version}"),
    Strategy.DEBATE: Team("side", closing="The judge weighs both sides for version {version}"),
}


def team(route: Route | None) -> Team:
    return TEAMS[route.strategy if route else Strategy.SUPERVISOR]


def size(route: Route, members: int) -> str:
    """`one agent`, `3 stages`; a debate has two sides, whoever else works beside them."""
    members = SIDES if route.strategy is Strategy.DEBATE else members
    return "one agent" if route.strategy is Strategy.SINGLE else counted(members, TEAMS[route.strategy].member)
