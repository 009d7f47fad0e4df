"""Protocols at the walls: what the research needs of the world, at most five methods each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from orchestration.values.domain import (
    History,
    Outcome,
    Run,
    RunStatus,
    Strategy,
    Usage,
)
from orchestration.values.events import Event
from orchestration.values.reading import Audience as Audience
from orchestration.values.reading import KeptPage as KeptPage
from orchestration.values.reading import Library as Library
from orchestration.values.reading import Page as Page
from orchestration.values.reading import PageConversion as PageConversion
from orchestration.values.reading import PageReader as PageReader
from orchestration.values.reading import Pages as Pages
from orchestration.values.reading import Readable as Readable
from orchestration.values.reading import Received as Received
from orchestration.values.reading import Shelf as Shelf
from orchestration.values.reading import Vector as Vector
from orchestration.values.reading import WebHit as WebHit
from orchestration.values.reading import WebSearch as WebSearch

Message = dict[str, Any]
"""A message of the chat completions wire format."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall time, UTC and aware."""

    def monotonic(self) -> float:
        """Seconds for deadlines."""

    async def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """A short id that was not given before, `prefix_…`."""


@dataclass(frozen=True, slots=True)
class OutputSchema:
    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of a request that its endpoint does not take: the same is sent again without it."""

    part: str
    """`json_schema`, `json_object`, `temperature`, `max_tokens` (it has another name there), `system`, `tool_messages`
    (in a request without tools), `fields` (of earlier replies), `stream` (it answers in nothing else), `cap` (only a
    smaller one), or an embedding's `input`."""
    named: bool = False
    """Whether the endpoint said that it is this part; else it is the next one to try without."""
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    run_id: str
    agent: str
    """The role in lower case: `worker`, `critic` …"""
    model: str
    messages: Sequence[Message]
    tools: Sequence[Mapping[str, Any]] = ()
    output: OutputSchema | None = None
    max_output_tokens: int = 2000
    temperature: float | None = None
    timeout_seconds: float = 120.0
    allowed_seconds: float | None = None
    """What the whole call was given, where an earlier attempt has used up a part of it."""
    bound_by: str = "THREADWORK_CALL_SECONDS"
    """The setting that these seconds come from."""
    without: tuple[Refusal, ...] = ()
    """What this call was refused so far, in order."""

    @property
    def too_late(self) -> str:
        waited = seconds(self.allowed_seconds or self.timeout_seconds)
        return f"The model did not answer within {waited} ({self.bound_by})."


def seconds(number: float) -> str:
    """`30 s`, `0.5 s`"""
    return f"{round(number, 1 if number < 10 else None):g} s"


@dataclass(frozen=True, slots=True)
class ToolCall:
    call_id: str
    name: str
    arguments: str
    """JSON as the model wrote it, possibly broken."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What else the endpoint wrote into the call, for it to have back with the result."""


@dataclass(frozen=True, slots=True)
class Completion:
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None
    model: str = ""
    """As the endpoint named it."""
    usage: Usage | None = None
    raw_usage: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome = Outcome.OK
    kept: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the message, thoughts among them, for the endpoint to have back with the tools' results."""
    thought_bytes: int = 0
    output_cap: int | None = None
    """That was sent, where the endpoint takes less than was asked for."""


class ModelCallFailed(Exception):
    """One HTTP request that brought no completion.

    `billing` says what may have been charged: `none` (provably nothing), `input` (a complete 5xx reply) or
    `unknown` (timeout, reset, cut or unreadable reply). `transient` says whether the same request may succeed.
    """

    def __init__(
        self,
        sentence: str,
        *,
        billing: str,
        transient: bool,
        outcome: Outcome = Outcome.TRANSPORT,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.billing = billing
        self.transient = transient
        self.outcome = outcome
        self.retry_after = retry_after
        self.refusal: Refusal | None = None
        """What the same request should go without."""
        self.reason = ""
        """The endpoint's own words, cut and without secrets."""
        self.repeats = False
        """Whether the same request can only bring the same again."""
        self.late = False


class Model(Protocol):
    """Sends exactly one request and raises `ModelCallFailed`; retries live in `agents/chat.py`."""

    async def complete(self, request: ChatRequest) -> Completion: ...


PAID_TOOLS = ("web_search",)
"""What a fee is booked under in an agent's place; no model is called for it."""


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    agent: str
    model: str
    texts: Sequence[str]
    run_id: str = ""
    timeout_seconds: float = 60.0

    @property
    def too_late(self) -> str:
        return f"The embedding endpoint did not answer within {seconds(self.timeout_seconds)}."


@dataclass(frozen=True, slots=True)
class Embeddings:
    vectors: tuple[Vector, ...]
    """One for each text of the request, in its order, all of as many dimensions."""
    model: str = ""
    """As the endpoint named it."""
    usage: Usage | None = None
    raw_usage: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class Embedder(Protocol):
    """Sends exactly one request and raises `ModelCallFailed`; nobody tries a second time by itself."""

    async def embed(self, request: EmbeddingRequest) -> Embeddings: ...


@dataclass(frozen=True, slots=True)
class Unembedded:
    """Chunks of one team that have no vector of the model yet."""

    team_id: str
    texts: Mapping[str, str]
    """By chunk id, with the breadcrumb."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The worst case of one HTTP request, reserved before it leaves."""

    hold_id: str
    run_id: str
    """Empty where the library of `team_id` pays: no run asked for it."""
    epoch: int
    step_key: str
    agent: str
    model: str
    amount_nano_usd: int
    lease_seconds: float
    """After this long without a settlement a reaper books the whole hold as assumed."""
    team_id: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a request cost. `estimated` where usage was not reported or the outcome is unknown."""

    hold_id: str
    cost_nano_usd: int
    usage: Usage
    estimated: bool
    model_returned: str = ""
    raw_usage: Mapping[str, Any] = field(default_factory=dict)
    input_nano_usd_per_million: int = 0
    output_nano_usd_per_million: int = 0
    cache_read_nano_usd_per_million: int = 0
    price_source: str = ""


class VectorIndex(Protocol):
    async def unembedded(self, limit: int, *, without: Collection[str]) -> Unembedded | None:
        """The next `limit` chunks, none of a team in `without` and none whose id is in it."""

    async def keep(self, batch: Unembedded, vectors: Sequence[Vector], settlement: Settlement) -> None:
        """One vector a text, with what they cost, in one transaction. Texts that changed meanwhile are left out."""

    async def changed(self, timeout_seconds: float) -> None:
        """Returns when documents or budgets may have changed, or at the timeout."""


class Ledger(Protocol):
    """Each transition of a hold happens once; a second call with the same hold changes nothing.

    Only `hold` is fenced by the run's epoch: what was spent is booked even by a driver that lost the run.
    """

    async def hold(self, hold: Hold) -> None:
        """Commits the reservation on every scope. Raises BudgetRefused, CallLost or Fenced."""

    async def settle(self, settlement: Settlement) -> None: ...

    async def release(self, hold_id: str) -> None:
        """Provably nothing was billed."""

    async def assume(self, hold_id: str, reason: str) -> None:
        """Nothing is known: the whole hold is booked as spent, marked estimated."""

    async def changed(self, run_id: str, timeout_seconds: float) -> None:
        """Returns when a hold of the run's scopes was settled or released, or at the timeout."""


class Purse(Protocol):
    async def left(self, run_id: str) -> int:
        """Nano-USD that the tightest of the run's caps still has room for, open holds counted as spent."""


@dataclass(frozen=True, slots=True)
class PastRuns:
    """What the newest runs of one strategy really took up to their first draft, and how good their estimates were."""

    count: int
    cost_nano_usd: tuple[int, int]
    """The tenth and the ninetieth percentile, as in `seconds`."""
    seconds: tuple[float, float]
    inside: int
    """How many ended inside the band they were announced with."""
    error: float
    """The median of how far the cost was from the middle of that band, as a share of the cost."""


class Past(Protocol):
    async def runs(self) -> Mapping[Strategy, PastRuns]:
        """By strategy; what cost nothing is left out, it says nothing about a model with a price."""


@dataclass(frozen=True, slots=True)
class Step:
    """One journalled operation."""

    run_id: str
    epoch: int
    key: str
    """Its place in the work: `v1/worker/2/chat/1`."""
    agent: str
    operation: str
    """`chat`, `execute_tool`, `retrieval` …, as OpenTelemetry names them."""
    request_hash: str
    """Of what it was asked about, not of how it was put."""
    result: str
    """JSON of the declared type."""
    prompt: str = ""
    """The version of its instructions, a short hash of their wording; version 0.1 wrote none."""
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    cost_nano_usd: int = 0
    estimated: bool = False
    seconds: float = 0.0


class Journal(Protocol):
    async def load(self, run_id: str) -> Mapping[str, Step]: ...

    async def record(self, step: Step, *, settlement: Settlement | None = None, events: Sequence[Event] = ()) -> None:
        """Result, settlement and events in one transaction.

        Raises Fenced if the run moved on; then the settlement alone is booked. A second record under the same
        key replaces the result (its request differed).
        """


class RunLog(Protocol):
    async def take_up(self, run_id: str) -> Run | None:
        """`queued` or `running` → `running` with a raised epoch, or None where there is nothing to do.

        Open holds of earlier epochs are assumed. More than five epochs without progress raise RunStuck, once the
        run is moved to `error` with that sentence.
        """

    async def history(self, run_id: str) -> History: ...

    async def emit(self, run: Run, events: Sequence[Event], *, patient: bool = False) -> None:
        """Keeps events and what follows from them; a known key is left as it is. Raises Fenced.

        `patient` where nobody waits for it: then it may be committed with the write that follows it.
        """

    async def finish(self, run: Run, status: RunStatus, events: Sequence[Event], seconds: float) -> None:
        """Ends the segment: compare-and-set from `running`, with its last events. Raises Fenced."""
