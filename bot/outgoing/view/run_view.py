"""A run as its thread shows it: a pure fold over what the run announced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orchestration.values import events as ev
from orchestration.values import inquiry as inq
from orchestration.values.domain import (
    Critique,
    Draft,
    Question,
    Review,
    Route,
    RunStatus,
    Strategy,
    SubtaskStatus,
    WorkerReport,
)
from orchestration.values.inquiry import Offer
from orchestration.values.interventions import CapChanged
from orchestration.values.setbacks import (
    Retried,
)
from orchestration.values.states import AT_WORK

_S = RunStatus


@dataclass(frozen=True, slots=True)
class WorkerView:
    subtask_id: str
    title: str
    status: SubtaskStatus
    version: int
    """Of the draft it last worked for; a revision leaves most workers at their version."""
    activity: str = ""
    report: WorkerReport | None = None


@dataclass(frozen=True, slots=True)
class VersionView:
    draft: Draft
    critique: Critique | None = None
    review: Review | None = None
    offered: Offer | None = None
    """More workers for a price, where the critic misses what they could bring."""
    escalated: inq.Escalated | None = None
    fixing: tuple[str, ...] = ()
    """The notes that the run itself went on to fix."""
    settled: bool = False
    """Whether the segment that wrote it has ended: its bill changes no more."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a segment ended without a draft to decide on."""

    epoch: int
    status: RunStatus
    sentence: str = ""
    partial: Draft | None = None
    user_id: str = ""
    repeats: bool = False
    """Whether going on could only end the same way."""
    withdrawn: bool = False
    """The question was deleted."""
    room: CapChanged | None = None
    """Who made room for it, and how much."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What the run asked before it went on, and the answer."""

    asked: inq.ConsentAsked | inq.ClarificationAsked | inq.ReuseOffered
    given: inq.ConsentGiven | inq.ClarificationGiven | inq.ReuseChosen | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Work was paused by an owner, and by whom it was resumed."""

    pause_id: str
    user_id: str
    reason: str = ""
    resumed_by: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    run_id: str
    question: Question | None = None
    budget_nano_usd: int = 0
    status: RunStatus = _S.QUEUED
    route: Route | None = None
    others: tuple[inq.Offer, ...] = ()
    """What the other strategies would have cost."""
    earlier: Mapping[Strategy, inq.EarlierEstimates] = field(default_factory=dict)
    """How good estimates were so far, when this one was made."""
    version: int = 1
    """The draft being worked on or, where none is, the newest."""
    workers: tuple[WorkerView, ...] = ()
    versions: tuple[VersionView, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    endings: tuple[Ending, ...] = ()
    stops: tuple[Stop, ...] = ()
    kept_steps: int | None = None
    """Steps that an interruption left, where the last start was one after an interruption."""
    steering: tuple[str, ...] = ()
    setbacks: tuple[str, ...] = ()
    """What did not go as planned, a sentence each."""
    retried: tuple[Retried, ...] = ()
    shared: tuple[ev.FindingShared, ...] = ()
    """What workers left for each other."""
    reminded: ev.ReviewReminded | None = None
    """That it waits, until it goes on."""
    ahead: int = 0
    """Older runs of the same person that keep it in the line."""
    seconds: float = 0.0
    """Working time of ended segments, and of the open one up to its last event."""
    working_since: datetime | None = field(default=None, repr=False)

    @property
    def newest(self) -> VersionView | None:
        return self.versions[-1] if self.versions else None

    @property
    def open_inquiry(self) -> Inquiry | None:
        """The question that waits for an answer."""
        return self.inquiries[-1] if self.inquiries and self.status is _S.AWAITING_INPUT else None

    @property
    def ended(self) -> Ending | None:
        """The ending that still counts: a retry or a revision undoes it."""
        last = self.endings[-1] if self.endings else None
        return last if last and last.status is self.status else None

    @property
    def is_held(self) -> bool:
        """Whether an owner paused work here."""
        return self.status in AT_WORK and any(not stop.resumed_by for stop in self.stops)

    def of_version(self, number: int) -> VersionView | None:
        return next((view for view in self.versions if view.draft.version == number), None)
