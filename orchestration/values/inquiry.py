"""What a run asks people before it goes on or spends more, and what they answer: the values, then the events."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from orchestration.values.domain import Route


class Choice(StrEnum):
    """What a person answers to the price of a route."""

    START = "start"
    CHEAPER = "cheaper"
    DEEPER = "deeper"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Clarification:
    """The one question that a run may ask back."""

    text: str
    options: tuple[str, ...] = ()
    """Answers to choose from, at most four; own words are always an answer too."""


@dataclass(frozen=True, slots=True)
class EarlierEstimates:
    """How good the price bands of a strategy's newest runs on this installation were."""

    runs: int
    inside: int
    """How many ended inside their band."""
    error: float
    """The median of how far the cost was from the middle of the band, as a share of the cost."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A route that was not started yet, with the time it would take."""

    route: Route
    low_seconds: float
    high_seconds: float
    earlier: EarlierEstimates | None = None
    """None where no run of the strategy has cost anything yet."""


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """The route costs more than what is spent without asking; nothing has been spent on it yet."""

    epoch: int
    offer: Offer
    cheaper: Offer | None = None
    deeper: Offer | None = None
    """None where there is nothing cheaper, nothing deeper."""
    alternatives: tuple[Offer, ...] = ()
    """Every other strategy, the cheapest first."""

    @property
    def key(self) -> str:
        return f"consent/{self.epoch}/asked"


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """`epoch` is that of the question."""

    epoch: int
    choice: Choice
    route: Route
    user_id: str

    @property
    def key(self) -> str:
        return f"consent/{self.epoch}/given"


@dataclass(frozen=True, slots=True)
class ClarificationAsked:
    epoch: int
    clarification: Clarification

    @property
    def key(self) -> str:
        return f"clarification/{self.epoch}/asked"


@dataclass(frozen=True, slots=True)
class ClarificationGiven:
    """From here on the text is part of the question."""

    epoch: int
    text: str
    user_id: str

    @property
    def key(self) -> str:
        return f"clarification/{self.epoch}/given"


class Reuse(StrEnum):
    """What becomes of a question that was answered before."""

    REUSE = "reuse"
    """The earlier answer as it is."""
    REFRESH = "refresh"
    """The earlier answer, with what rests on changed sources looked up again."""
    AGAIN = "again"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """As older databases have it."""
        return cls.AGAIN if value == "anew" else None


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """The final answer of another run of the team, as an offer names it."""

    run_id: str
    question: str
    channel_id: str
    answered_at: datetime
    days_ago: int
    cost_nano_usd: int
    approved: bool
    """By a person; else its critic had no notes, or it had no critic."""
    changed: tuple[str, ...] = ()
    """Titles of its sources that have changed since, or may have."""


@dataclass(frozen=True, slots=True)
class ReuseOffered:
    """The team was answered nearly the same question; nothing has been spent on this one yet."""

    epoch: int
    earlier: EarlierAnswer

    @property
    def key(self) -> str:
        return f"reuse/{self.epoch}/offered"


@dataclass(frozen=True, slots=True)
class ReuseChosen:
    epoch: int
    choice: Reuse
    run_id: str
    """The run whose answer is meant."""
    user_id: str

    @property
    def key(self) -> str:
        return f"reuse/{self.epoch}/chosen"


@dataclass(frozen=True, slots=True)
class EscalationOffered:
    """The critic misses in a single agent's draft what more workers could bring."""

    version: int
    offer: Offer

    @property
    def key(self) -> str:
        return f"v{self.version}/escalation-offered"


@dataclass(frozen=True, slots=True)
class Escalated:
    """A person had the offered workers start; the next version keeps what `version` found."""

    version: int
    route: Route
    user_id: str

    @property
    def key(self) -> str:
        return f"v{self.version}/escalated"
