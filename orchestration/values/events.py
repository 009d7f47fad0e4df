"""What a run announces, in the past tense.

Every change of a run is one of these: storage keeps it (unique by run and `key`, so a replay announces nothing
twice) and derives its tables from it; the presenter turns it into a message of the thread.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from orchestration.values.domain import (
    Critique,
    Draft,
    Question,
    Review,
    Route,
    Subtask,
    WorkerReport,
)
from orchestration.values.inquiry import (
    ClarificationAsked,
    ClarificationGiven,
    ConsentAsked,
    ConsentGiven,
    EarlierEstimates,
    Escalated,
    EscalationOffered,
    Offer,
    ReuseChosen,
    ReuseOffered,
)
from orchestration.values.interventions import CapChanged, Held, HeldBecause, LetGo
from orchestration.values.setbacks import (
    Announced,
    Degraded,
    EndpointSaid,
    FellBack,
    KeptIn,
    Retried,
    RevisedItself,
    RevisionAbandoned,
)


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    question: Question
    budget_nano_usd: int
    key: str = "asked"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A driver took the run up; `resumed` tells a crash or a drain apart from a first start or a person's wish."""

    epoch: int
    draft_version: int
    resumed: bool
    kept_steps: int

    @property
    def key(self) -> str:
        return f"started/{self.epoch}"


@dataclass(frozen=True, slots=True)
class RouteChosen:
    route: Route
    key: str = "v1/route"
    others: tuple[Offer, ...] = ()
    """What every other strategy would cost, the cheapest first; empty where a question for consent has said it."""
    earlier: EarlierEstimates | None = None

    @property
    def again(self) -> bool:
        """Whether it takes the place of an earlier one, which nothing was spent on."""
        return self.key != "v1/route"


@dataclass(frozen=True, slots=True)
class PlanReady:
    """The subtasks a version works on; a revision's plan names only what it touches."""

    version: int
    subtasks: tuple[Subtask, ...]
    place: str = "plan"
    """A plan made in two steps has a place each."""

    @property
    def key(self) -> str:
        return f"v{self.version}/{self.place}"


@dataclass(frozen=True, slots=True)
class SubtaskStarted:
    version: int
    subtask_id: str

    @property
    def key(self) -> str:
        return f"v{self.version}/{self.subtask_id}/started"


@dataclass(frozen=True, slots=True)
class SubtaskProgressed:
    """One line of what a worker is doing now; `place` makes it unique in the worker's way."""

    version: int
    subtask_id: str
    activity: str
    place: str

    @property
    def key(self) -> str:
        return f"v{self.version}/{self.subtask_id}/{self.place}"


@dataclass(frozen=True, slots=True)
class SubtaskCompleted:
    """`report.error` says whether it failed; a failed worker leaves the others' reports as they are."""

    version: int
    report: WorkerReport
    epoch: int = 0

    @property
    def key(self) -> str:
        """A failure is announced each time the run is taken up, because what failed is done again."""
        end = f"failed/{self.epoch}" if self.report.error else "completed"
        return f"v{self.version}/{self.report.subtask_id}/{end}"


@dataclass(frozen=True, slots=True)
class FindingShared:
    """What a worker that is done leaves for those that still work."""

    version: int
    subtask_id: str
    title: str
    claims: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"v{self.version}/{self.subtask_id}/shared"


@dataclass(frozen=True, slots=True)
class DraftReady:
    draft: Draft

    @property
    def key(self) -> str:
        return f"v{self.draft.version}/draft"


@dataclass(frozen=True, slots=True)
class CritiqueReady:
    critique: Critique

    @property
    def key(self) -> str:
        return f"v{self.critique.draft_version}/critique"


@dataclass(frozen=True, slots=True)
class Steered:
    steering_id: str
    user_id: str
    text: str

    @property
    def key(self) -> str:
        return f"steered/{self.steering_id}"


@dataclass(frozen=True, slots=True)
class Reviewed:
    review: Review

    @property
    def key(self) -> str:
        return f"v{self.review.draft_version}/review/{self.review.decision}"


@dataclass(frozen=True, slots=True)
class ReviewAwaited:
    version: int

    @property
    def key(self) -> str:
        return f"v{self.version}/review-awaited"


@dataclass(frozen=True, slots=True)
class RunCompleted:
    version: int
    approved: bool

    @property
    def key(self) -> str:
        return f"v{self.version}/completed"


@dataclass(frozen=True, slots=True)
class RunPaused:
    """Stopped at a cap with what there is; `sentence` names the cap and who can raise it."""

    epoch: int
    sentence: str
    partial: Draft | None
    scope: str = ""
    """Of the cap that had no room; empty in runs of earlier versions."""
    asked_nano_usd: int = 0
    """What the refused call could have cost."""

    @property
    def key(self) -> str:
        return f"paused/{self.epoch}"


@dataclass(frozen=True, slots=True)
class RunFailed:
    epoch: int
    sentence: str
    partial: Draft | None
    repeats: bool = False
    """Whether the same can only fail the same way until somebody changes something."""

    @property
    def key(self) -> str:
        return f"failed/{self.epoch}"


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """`user_id` is empty where the operator's drain or the command line did it."""

    epoch: int
    user_id: str
    withdrawn: bool = False
    """The question was deleted: nobody waits for the rest."""

    @property
    def key(self) -> str:
        return f"cancelled/{self.epoch}"


@dataclass(frozen=True, slots=True)
class RunRetried:
    """A person set an ended run going again; what is paid for stays paid."""

    epoch: int
    user_id: str

    @property
    def key(self) -> str:
        return f"retried/{self.epoch}"


@dataclass(frozen=True, slots=True)
class ReviewReminded:
    """A draft or a paused run has waited for a day; `until` is when it expires."""

    epoch: int
    until: datetime

    @property
    def key(self) -> str:
        return f"reminded/{self.epoch}"


@dataclass(frozen=True, slots=True)
class RunExpired:
    """Nobody answered in time."""

    epoch: int
    sentence: str

    @property
    def key(self) -> str:
        return f"expired/{self.epoch}"


Event = (
    QuestionAsked
    | RunStarted
    | RouteChosen
    | PlanReady
    | SubtaskStarted
    | SubtaskProgressed
    | SubtaskCompleted
    | FindingShared
    | DraftReady
    | CritiqueReady
    | Steered
    | Reviewed
    | ReviewAwaited
    | RunCompleted
    | RunPaused
    | RunFailed
    | RunCancelled
    | RunRetried
    | Retried
    | EndpointSaid
    | FellBack
    | Degraded
    | Announced
    | KeptIn
    | RevisedItself
    | RevisionAbandoned
    | ConsentAsked
    | ConsentGiven
    | ClarificationAsked
    | ClarificationGiven
    | EscalationOffered
    | Escalated
    | ReuseOffered
    | ReuseChosen
    | RunExpired
    | ReviewReminded
    | CapChanged
    | Held
    | HeldBecause
    | LetGo
)

EVENT_TYPES: dict[str, type[Event]] = {cls.__name__: cls for cls in get_args(Event)}
"""By the name under which storage keeps them; a removed name makes old runs unreadable, so names are for ever."""
