"""RunContext: one taking-up of a run, its journal and the services it works with."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from orchestration.money.embedding import Embedding
from orchestration.money.fees import Fee
from orchestration.money.prices import Prices
from orchestration.values.domain import (
    Economy,
    History,
    Run,
    Source,
    Steering,
    Subtask,
    WorkerReport,
)
from orchestration.values.errors import BudgetRefused, ModelFailed, StoredStepUnreadable
from orchestration.values.events import Event, PlanReady
from orchestration.values.limits import Limits
from orchestration.values.memory import Memory
from orchestration.values.offers import OfferedTool, ToolServers
from orchestration.values.policy import SourcePolicies, SourcePolicy
from orchestration.values.ports import (
    Audience,
    Clock,
    Ids,
    Journal,
    Ledger,
    Library,
    Model,
    PageReader,
    Pages,
    Past,
    Purse,
    RunLog,
    Settlement,
    Shelf,
    Step,
    WebSearch,
)
from orchestration.values.uninterrupted import uninterrupted

log = logging.getLogger(__name__)

T = TypeVar("T")

READERS = frozenset({"router", "handover", "verifier", "critic", "inspector"})
"""Places of agents that write nothing of the answer, so that what only they have heard is not worked in."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the research needs of the world; the same for all runs of a process."""

    journal: Journal
    ledger: Ledger
    run_log: RunLog
    library: Library
    model: Model
    prices: Prices
    clock: Clock
    ids: Ids
    limits: Limits
    purse: Purse | None = None
    """Where nobody can say what is left, only refused holds tell that the budget is short."""
    past: Past | None = None
    """Without it every estimate is a prior."""
    policies: SourcePolicies = field(default_factory=SourcePolicies)
    memory: Memory | None = None
    """Without it nothing is offered again and nothing earlier is searched."""
    pages: Pages | None = None
    """Without it nothing outside the library can be read."""
    web_search: WebSearch | None = None
    search_fee: Fee | None = None
    """None where a search is free."""
    page_reader: PageReader | None = None
    tool_servers: ToolServers | None = None
    embedding: Embedding | None = None
    """Without it the library is searched by words alone."""

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """Everywhere the text of a source may be kept."""
        return tuple(shelf for shelf in (self.library, self.pages, self.memory) if shelf is not None)


@dataclass(slots=True)
class RunContext:
    run: Run
    services: Services
    steps: dict[str, Step]
    """What this run has already paid for, by key; loaded once, then kept up to date."""
    started: float
    """Monotonic time of this taking-up."""
    history: History = field(default_factory=History)
    """What earlier segments left behind, as it was when the run was taken up."""
    reports: dict[str, WorkerReport] = field(default_factory=dict)
    """By subtask: what there is so far, so that a cap or a deadline leaves a partial answer."""
    model_failures: list[ModelFailed] = field(default_factory=list)
    """Of single workers; they are the run's own failure only where no worker brought anything."""
    refusals: list[BudgetRefused] = field(default_factory=list)
    """The same of money: they stop the run only where no worker brought anything."""
    unusable: dict[str, str] = field(default_factory=dict)
    """By an agent's place, why it has no output."""
    fallen_back: set[tuple[str, str]] = field(default_factory=set)
    """Role and model in whose place the fallback model answers."""
    economy: Economy = field(default_factory=Economy)
    ways: int = 1
    """How many routes the run has had: what a later one announces must not be taken for what an earlier one did."""
    calls: int = 0
    tokens: int = 0
    """Of this version's model calls so far, replayed ones included."""
    lost: dict[str, int] = field(default_factory=dict)
    """Nano-USD by step key: of requests that brought nothing and cost something all the same."""
    sources_read: set[str] = field(default_factory=set)
    """Source ids that tools returned in this run, earlier versions included."""
    tool_names: tuple[str, ...] | None = None
    """The tools of this run, fixed before anything was read; None before that."""
    addresses: set[str] = field(default_factory=set)
    """Web addresses that the asker or a tool's result has shown, letter for letter."""
    read_private: bool = False
    """Whether the conversation has read what is not public, other than from a tool server."""
    read_from: set[str] = field(default_factory=set)
    """Tool servers that showed the conversation something; to each of them that is no news, to all others it is."""
    offers: tuple[OfferedTool, ...] = ()
    """What tool servers offered when the tools of this run were fixed."""
    withheld: bool = False
    """Whether something was not looked up outside for that reason."""
    searched_web: bool = False
    said: list[Steering] = field(default_factory=list)
    """What people told the run while it works; whoever drives it adds to this."""
    handed_in: list[asyncio.Future[None]] = field(default_factory=list)
    """Writes that nobody has waited for yet. A run's writes keep their order: none is committed before these."""

    @property
    def version(self) -> int:
        return self.run.draft_version

    @property
    def audience(self) -> Audience:
        conversation = self.run.question.conversation
        return Audience(conversation.team_id, conversation.channel_id, self.run.question.document_ids)

    @property
    def policy(self) -> SourcePolicy:
        return self.services.policies.of(self.audience.team_id, self.audience.channel_id)

    def remember_private(self, origin: str | None, *, private: bool) -> None:
        self.read_private |= private and origin is None
        if private and origin is not None:
            self.read_from.add(origin)

    def may_send_to(self, server: str | None) -> bool:
        """Whether what the conversation has read may leave for this server, or for the web where it is None."""
        news = self.read_private or bool(self.read_from - {server})
        return self.policy.outward_after_private or not news

    async def sources(self, source_ids: Sequence[str]) -> list[tuple[Source, str]]:
        """Each known source with its stored text, in no particular order. A source stands on one shelf."""
        found: list[tuple[Source, str]] = []
        for shelf in self.services.shelves:
            known = {source.source_id for source, _ in found}
            if left := [source_id for source_id in source_ids if source_id not in known]:
                found += await shelf.sources(left, self.audience)
        return found

    @property
    def seconds(self) -> float:
        """Working seconds of this taking-up."""
        return self.services.clock.monotonic() - self.started

    @property
    def deadline(self) -> float:
        """Monotonic time by which the run must have ended its work."""
        return self.started + max(self.services.limits.run_seconds - self.run.segment_seconds, 0)

    def remaining(self, deadline: float) -> float:
        return max(min(deadline, self.deadline) - self.services.clock.monotonic(), 0)

    async def step(
        self,
        key: str,
        call: Callable[[], Awaitable[T]],
        *,
        returns: type[T],
        operation: str,
        request: Any = "",
    ) -> T:
        """The stored result where `key` was done with the same request; else does it and hands it in to be stored.

        A failure is not stored. A crash between the call and the record repeats the call. Nothing was paid for, so
        the commit is not waited for: the next hold, before which nothing leaves, comes after it.
        """
        digest = sha256(adapter(type(request)).dump_json(request)).hexdigest()
        known = self.recall(key, digest, returns)
        if known is not None:
            return known
        begun = self.services.clock.monotonic()
        result = await call()
        seconds = self.services.clock.monotonic() - begun
        step = Step(
            run_id=self.run.run_id,
            epoch=self.run.epoch,
            key=key,
            agent=key.split("/")[1],
            operation=operation,
            request_hash=digest,
            result=adapter(returns).dump_json(result).decode(),
            seconds=seconds,
        )
        await self._hand_in(self.services.journal.record(step))
        self.steps[key] = step
        return result

    def recall(self, key: str, digest: str, returns: type[T]) -> T | None:
        stored = self.steps.get(key)
        if stored is None:
            return None
        if stored.request_hash != digest:
            log.warning(
                "a stored step's request differs, it is run anew", extra={"run_id": self.run.run_id, "key": key}
            )
            return None
        try:
            return adapter(returns).validate_json(stored.result)
        except ValidationError:
            raise StoredStepUnreadable from None

    async def record(self, step: Step, *, settlement: Settlement | None = None, events: Sequence[Event] = ()) -> None:
        await uninterrupted(self.services.journal.record(step, settlement=settlement, events=events))
        self.steps[step.key] = step
        await self.confirmed()

    def turn_to(self, version: int) -> None:
        """Goes on to another version of the draft within the same segment."""
        self.run = replace(self.run, draft_version=version)
        self.model_failures, self.refusals = [], []
        self.calls = self.tokens = 0

    @property
    def way(self) -> str:
        """What the keys of this route's announcements end in."""
        return f"/{self.ways}" if self.ways > 1 else ""

    def plan(self, subtasks: Sequence[Subtask], place: str = "plan") -> PlanReady:
        return PlanReady(self.version, tuple(subtasks), place + self.way)

    def count(self, key: str) -> None:
        """Counts the model call of this step against the run's ceilings."""
        usage = self.steps[key].usage
        self.calls += 1
        self.tokens += usage.input_tokens + usage.output_tokens

    async def emit(self, *events: Event) -> None:
        """Committed when it returns, with all that was handed in before."""
        await self.services.run_log.emit(self.run, events)
        await self.confirmed()

    async def emit_with_next(self, *events: Event) -> None:
        """Committed with what this run writes next, most often the hold of its next call: saves a commit."""
        await self._hand_in(self.services.run_log.emit(self.run, events, patient=True))

    async def _hand_in(self, write: Coroutine[Any, Any, None]) -> None:
        self.handed_in.append(asyncio.ensure_future(write))
        await asyncio.sleep(0)  # it begins now, before anything that the caller writes next

    async def confirmed(self) -> None:
        """Returns once everything that was handed in is committed; raises what kept it from that."""
        while self.handed_in:
            write = self.handed_in[0]
            if not write.done():
                await asyncio.wait([write])
            if write in self.handed_in:
                self.handed_in.remove(write)
            write.result()

    async def steering(self, place: str, next_key: str) -> Sequence[Steering]:
        """What was said to the run since this agent's last look, as a step so that a replay sees it here again.

        `next_key` is the step that follows: once that is stored, nothing new may be slipped in before it.
        """
        key = f"{place}/steer"
        if key in self.steps or next_key in self.steps:
            stored = self.steps.get(key)
            return adapter(tuple[Steering, ...]).validate_json(stored.result) if stored else ()
        heard = _said_in(self._looks(f"{place.rsplit('/', 1)[0]}/"))
        fresh = tuple(steering for steering in self.said if steering.steering_id not in heard)
        if not fresh:
            return ()

        async def said() -> tuple[Steering, ...]:
            return fresh

        return await self.step(key, said, returns=tuple[Steering, ...], operation="steer")

    def unheard(self) -> list[Steering]:
        """What was said too late for any agent of this run that writes."""
        heard = _said_in(step for step in self._looks("") if step.agent not in READERS)
        return [steering for steering in self.said if steering.steering_id not in heard]

    def _looks(self, below: str) -> list[Step]:
        return [step for key, step in self.steps.items() if key.startswith(below) and key.endswith("/steer")]

    def cost_of(self, place: str) -> int:
        """Nano-USD of what was done below `place`, and of what was lost there since the run was taken up."""
        costs = [*((key, step.cost_nano_usd) for key, step in self.steps.items()), *self.lost.items()]
        return sum(cost for key, cost in costs if key.startswith(f"{place}/"))


def _said_in(looks: Iterable[Step]) -> set[str]:
    return {s.steering_id for look in looks for s in adapter(tuple[Steering, ...]).validate_json(look.result)}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Built once a type: building one costs more than a whole step."""
    return _adapter(kind)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
