"""The nouns of the product as frozen values; `docs/glossary.md` says what each means."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestration.values.claims import Claim as Claim
from orchestration.values.claims import Entailment as Entailment
from orchestration.values.claims import Passage as Passage
from orchestration.values.claims import Source as Source
from orchestration.values.claims import Span as Span
from orchestration.values.claims import Support as Support
from orchestration.values.states import TRANSITIONS as TRANSITIONS
from orchestration.values.states import Decision as Decision
from orchestration.values.states import RunStatus as RunStatus
from orchestration.values.states import SubtaskStatus as SubtaskStatus


class Strategy(StrEnum):
    SINGLE = "single"
    SUPERVISOR = "supervisor"
    SEQUENTIAL = "sequential"
    FANOUT = "fanout"
    DEBATE = "debate"


class Verdict(StrEnum):
    SHIP = "ship"
    REVISE = "revise"


class NoteKind(StrEnum):
    UNSUPPORTED = "unsupported"
    CONTRADICTION = "contradiction"
    VAGUE = "vague"
    MISSING = "missing"
    OTHER = "other"


class Outcome(StrEnum):
    """What became of a call of a model."""

    OK = "ok"
    TRUNCATED = "truncated"
    """Cut off at the output cap."""
    REFUSED = "refused"
    FILTERED = "filtered"
    """Stopped by the provider's content filter."""
    EMPTY = "empty"
    MALFORMED = "malformed"
    """No completion, or no output that could be read."""
    OVERFLOW = "overflow"
    """The prompt was cut silently: the model has not read what it was asked."""
    WINDOW = "window"
    """The context window was full before the output cap was."""
    TRANSPORT = "transport"
    """Not reached, no whole reply, or the endpoint's own error."""
    QUOTA = "quota"
    NOT_SERVED = "not_served"
    """The endpoint knows no such model."""
    REJECTED = "rejected"
    """The endpoint takes no such request, whoever repeats it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One Slack thread; a terminal run has a conversation of its own under team `local`."""

    team_id: str
    channel_id: str
    thread_ts: str

    @property
    def id(self) -> str:
        return f"{self.team_id}/{self.channel_id}/{self.thread_ts}"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same conversation and what it was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """What somebody wrote in the thread before the question."""

    said_by: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    conversation: Conversation
    user_id: str
    strategy: Strategy | None = None
    """The asker's own choice; None leaves it to the router."""
    budget_nano_usd: int | None = None
    """The asker's own cap, which can only lower the run's."""
    document_ids: tuple[str, ...] = ()
    earlier: tuple[Turn, ...] = ()
    thread: tuple[ThreadMessage, ...] = ()
    """What the question points at, oldest first; empty where it needs nothing else."""
    channel_is_public: bool = False
    """Whether every full member of the team may read along."""
    channel_is_shared: bool = False
    """Whether people of other organisations read along: they see nothing of the team's library and memory."""
    offer_reuse: bool = False
    """Whether somebody is there to be asked if an earlier answer will do."""


@dataclass(frozen=True, slots=True)
class Subtask:
    subtask_id: str
    title: str
    instructions: str
    fields: tuple[str, ...] = ()
    """Of a stage: the names of what it hands over; empty for what every report has."""


@dataclass(frozen=True, slots=True)
class Route:
    strategy: Strategy
    reason: str
    subtask_count: int = 1
    estimate_low_nano_usd: int = 0
    estimate_high_nano_usd: int = 0
    chosen_by: str = "rules"
    """`rules`, `asker` or `model`."""
    critic: bool = False
    """Whether a critic reads the draft of a strategy that has none of its own."""
    names: tuple[str, ...] = ()
    """Of its parts, where the question has them: the things compared, or the kinds of expertise."""
    lowered: bool = False
    """Whether the question called for more, and what was left of a budget was not enough for it."""


@dataclass(frozen=True, slots=True)
class Plan:
    subtasks: tuple[Subtask, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """What a stage hands over under a declared name."""

    name: str
    value: str = ""
    """Empty where the stage did not find it."""
    source_ids: tuple[str, ...] = ()
    """Of sources that were read in the run."""


@dataclass(frozen=True, slots=True)
class WorkerReport:
    subtask_id: str
    title: str
    summary: str
    """Markdown with `[source_id]` after what it states."""
    claims: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()
    error: str | None = None
    """Why there is no (whole) report, as a sentence for the asker."""
    cost_nano_usd: int = 0
    seconds: float = 0.0
    version: int = 1
    """Of the draft it was first written for; a revision carries untouched reports over."""
    fields: tuple[Field, ...] = ()
    """One for each name that its subtask declares, in that order."""
    tool_calls: int | None = None
    """None where that is not known: in reports of earlier versions."""
    doubts: tuple[str, ...] = ()
    """Cited sentences of the summary that say more than their source, each with what it does not say."""


@dataclass(frozen=True, slots=True)
class Draft:
    version: int
    answer: str
    """Markdown with `[n]`, where n counts from 1 into `sources`."""
    reports: tuple[WorkerReport, ...]
    sources: tuple[Source, ...]
    changed: tuple[str, ...] = ()
    """What this version changed, one sentence each; empty in version 1."""
    gaps: tuple[str, ...] = ()
    """What is missing and why, one sentence each."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All of its reports, in their order."""
        return tuple(claim for report in self.reports for claim in report.claims)


@dataclass(frozen=True, slots=True)
class Note:
    note_id: str
    kind: NoteKind
    text: str
    subtask_id: str | None = None


@dataclass(frozen=True, slots=True)
class Critique:
    draft_version: int
    verdict: Verdict
    notes: tuple[Note, ...] = ()
    final: bool = False
    """The notes come from code alone on a route without a critic: they wait for nobody."""


@dataclass(frozen=True, slots=True)
class Review:
    user_id: str
    decision: Decision
    at: datetime
    draft_version: int
    comment: str = ""
    note_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call; `input_tokens` counts cached ones too."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    run_id: str
    question: Question
    status: RunStatus
    epoch: int
    """How often the run was taken up; writes of an older epoch are refused."""
    draft_version: int
    """The draft being worked on or, where none is, the newest."""
    budget_nano_usd: int
    seconds: float
    """Working seconds so far; waiting for a person does not count."""
    segment_seconds: float
    """Working seconds since a person last set it going; the run's deadline is measured by these."""
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    interrupted: bool = False
    """It was being worked on before and nobody ended that: a crash or a drain did."""


@dataclass(frozen=True, slots=True)
class Economy:
    """What a short budget leaves out of a version."""

    cheaper_model: bool = False
    workers: int | None = None
    """At most so many; None leaves it to the plan."""
    critic: bool = True
    verify: bool = True
    """Whether a model judges claims where THREADWORK_VERIFY asks for it."""


@dataclass(frozen=True, slots=True)
class SelfRevision:
    """The notes that a run went on to fix by itself, and the version it did so in."""

    version: int
    note_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Steering:
    """What somebody said to a run while it worked."""

    steering_id: str
    user_id: str
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """What earlier segments of a run left behind."""

    route: Route | None = None
    ways: int = 0
    """How often a route was announced: once, and once more each time one was chosen again."""
    drafts: tuple[Draft, ...] = ()
    critiques: tuple[Critique, ...] = ()
    reviews: tuple[Review, ...] = ()
    subtasks: tuple[Subtask, ...] = ()
    steering: tuple[Steering, ...] = field(default=())
    self_revisions: tuple[SelfRevision, ...] = ()
    consented: bool = False
    """Whether a person agreed to the route's price."""
    clarified: str | None = None
    """What was answered to the one question back; None where none was asked or answered."""
    escalated: tuple[int, ...] = ()
    """The draft versions after which a person had more workers take over."""
    read_private: bool = False
    """Whether a run of this thread has read what is not public, other than from a tool server."""
    read_from: frozenset[str] = frozenset()
    """Tool servers that showed a run of this thread something."""
    reuse: tuple[str, str] | None = None
    """What was chosen about an earlier answer (`reuse`, `refresh` or `again`), and the run it is of."""

    def critique_of(self, version: int) -> Critique | None:
        return next((critique for critique in self.critiques if critique.draft_version == version), None)
