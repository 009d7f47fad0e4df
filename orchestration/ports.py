"""Protocols at the walls: what the research needs of the world, at most five methods each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from orchestration.domain import History, Outcome, Passage, Run, RunStatus, Source, Strategy, Usage
from orchestration.events import Event
from orchestration.policy import SourcePolicy

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


@dataclass(frozen=True, slots=True)
class ToolCall:
    call_id: str
    name: str
    arguments: str
    """JSON as the model wrote it, possibly broken."""


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
        self.unsupported: str | None = None
        """The request's part that the endpoint refuses: `json_schema`, `json_object` or `temperature`."""


class Model(Protocol):
    """Sends exactly one request and raises `ModelCallFailed`; retries live in `agents/chat.py`."""

    async def complete(self, request: ChatRequest) -> Completion: ...


PAID_TOOLS = ("web_search",)
"""What a fee is booked under in an agent's place; no model is called for it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The worst case of one HTTP request, reserved before it leaves."""

    hold_id: str
    run_id: str
    epoch: int
    step_key: str
    agent: str
    model: str
    amount_nano_usd: int
    lease_seconds: float
    """After this long without a settlement a reaper books the whole hold as assumed."""


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
    result: str
    """JSON of the declared type."""
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


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will read the answer: a search sees only what everyone in this conversation may see."""

    team_id: str
    channel_id: str
    document_ids: tuple[str, ...] = ()
    """Documents shared with the question itself."""


class Shelf(Protocol):
    """Where the texts of sources are kept."""

    async def sources(self, source_ids: Sequence[str], audience: Audience) -> Sequence[tuple[Source, str]]:
        """Each source that this shelf knows and the audience may see, with its stored text."""


class Library(Shelf, Protocol):
    async def search(self, query: str, audience: Audience, limit: int) -> Sequence[Passage]:
        """Best first; empty where nothing matches. No query text raises."""

    async def fetch(self, chunk_id: str, audience: Audience) -> Passage | None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """What was read outside the library."""

    address: str
    """As it was asked for; `url` is where that led."""
    url: str
    title: str
    text: str
    published_on: date | None = None
    links: tuple[str, ...] = ()
    """Absolute addresses, letter for letter as a follower would send them."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    source_id: str
    page: Page
    retrieved_at: datetime


class Pages(Shelf, Protocol):
    async def keep(self, page: Page, audience: Audience | None) -> KeptPage:
        """Keeps what was read just now; `audience` None is for everybody. The same page again changes nothing."""

    async def of_today(self, address: str) -> KeptPage | None:
        """What anybody fetched from this address on the current UTC day."""


@dataclass(frozen=True, slots=True)
class WebHit:
    """What a search engine says of a page; no source before the page itself was read."""

    url: str
    title: str
    snippet: str
    published_on: date | None = None


class WebSearch(Protocol):
    """A search engine. Raises ToolFailed with a sentence for the model and what the request may have cost.

    Where it sends a request again, the one before provably cost nothing.
    """

    @property
    def name(self) -> str:
        """As the ledger books its fee: `tavily`, `brave` or `searxng`."""

    async def search(self, query: str, policy: SourcePolicy, *, limit: int) -> Sequence[WebHit]:
        """Best first, already narrowed to the policy's domains and days as far as the engine can."""


class PageReader(Protocol):
    """Fetches a page from the web as readable text. Raises ToolFailed with a sentence for the model."""

    async def read(self, address: str, policy: SourcePolicy) -> Page:
        """Every hop has to be a public address of a host that the policy admits."""
