"""The roles that agents work in. A model, an output cap and a line of the bill belong to a role."""

from enum import StrEnum


class Role(StrEnum):
    ROUTER = "router"
    SINGLE = "single"
    SUPERVISOR = "supervisor"
    WORKER = "worker"
    CRITIC = "critic"
    PLANNER = "planner"
    INSPECTOR = "inspector"
    SPECIALIST = "specialist"
    SYNTHESIZER = "synthesizer"
    ANALYST = "analyst"
    JUDGE = "judge"

    @property
    def researches(self) -> bool:
        """Whether its agents have tools: it may search the web, at most once a call."""
        return self in _RESEARCHING


_RESEARCHING = frozenset({Role.SINGLE, Role.WORKER, Role.SPECIALIST, Role.ANALYST})
