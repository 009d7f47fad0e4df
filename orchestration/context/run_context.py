"""RunContext: one taking-up of a run, and what it knows so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from orchestration.context.heard import Heard
from orchestration.context.journal import RunJournal
from orchestration.context.seen import Seen
from orchestration.context.services import Services
from orchestration.context.spent import Spent
from orchestration.context.trouble import Trouble
from orchestration.values.domain import (
    History,
    Run,
    Source,
    Steering,
    Subtask,
    WorkerReport,
)
from orchestration.values.events import Event, PlanReady
from orchestration.values.offers import OfferedTool
from orchestration.values.policy import SourcePolicy
from orchestration.values.ports import Audience


@dataclass(frozen=True, slots=True)
class FixedTools:
    """The tools of a run, fixed before anything was read."""

    names: tuple[str, ...] | None = None
    """None: all there are."""
    offers: tuple[OfferedTool, ...] = ()
    """What tool servers offered at that time."""


@dataclass(slots=True)
class RunContext:
    run: Run
    services: Services
    journal: RunJournal
    heard: Heard
    started: float
    """Monotonic time of this taking-up."""
    history: History = field(default_factory=History)
    """What earlier segments left behind, as it was when the run was taken up."""
    reports: dict[str, WorkerReport] = field(default_factory=dict)
    """By subtask: what there is so far, so that a cap or a deadline leaves a partial answer."""
    tools: FixedTools = FixedTools()
    seen: Seen = field(default_factory=Seen)
    spent: Spent = field(default_factory=Spent)
    trouble: Trouble = field(default_factory=Trouble)
    names: tuple[str, ...] = ()
    """Of the parts, as the router found them in the question."""
    ways: int = 1
    """How many routes the run has had: what a later one announces must not be taken for what an earlier one did."""

    @classmethod
    async def taken_up(cls, run: Run, services: Services, said: list[Steering]) -> "RunContext":
        """`said` is what people tell the run; what they said before is put in front."""
        begun = services.clock.monotonic()
        # Nothing is recorded before the first taking-up.
        steps = await services.journal.load(run.run_id) if run.epoch > 1 else {}
        history = await services.run_log.history(run.run_id)
        said[:0] = [steering for steering in history.steering if steering not in said]
        journal = RunJournal(run, services, dict(steps))
        reports = history.drafts[-1].reports if history.drafts else ()
        return cls(
            run,
            services,
            journal,
            Heard(journal, said),
            begun,
            history=history,
            reports={report.subtask_id: report for report in reports},
            seen=Seen.of(history),
            ways=max(history.ways, 1),
        )

    @property
    def version(self) -> int:
        return self.run.draft_version

    @property
    def audience(self) -> Audience:
        question = self.run.question
        place, strangers = question.conversation, question.channel_is_shared
        return Audience(place.team_id, place.channel_id, question.document_ids, strangers)

    @property
    def policy(self) -> SourcePolicy:
        return self.services.policies.of(self.audience.team_id, self.audience.channel_id)

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

    async def sources(self, source_ids: Sequence[str]) -> list[tuple[Source, str]]:
        """Each known source with its stored text, in no particular order. A source is on one shelf only."""
        found: list[tuple[Source, str]] = []
        for shelf in self.services.shelves:
            known = {source.source_id for source, _ in found}
            if left := [source_id for source_id in source_ids if source_id not in known]:
                found += await shelf.sources(left, self.audience)
        return found

    async def emit(self, *events: Event) -> None:
        await self.journal.emit(*events)

    async def emit_with_next(self, *events: Event) -> None:
        await self.journal.emit_with_next(*events)

    @property
    def way(self) -> str:
        """What the keys of this route's announcements end in."""
        return f"/{self.ways}" if self.ways > 1 else ""

    def plan(self, subtasks: Sequence[Subtask], place: str = "plan") -> PlanReady:
        return PlanReady(self.version, tuple(subtasks), place + self.way)

    def turn_to(self, version: int) -> None:
        """Goes on to another version of the draft within the same segment."""
        self.run = replace(self.run, draft_version=version)
        self.trouble.start_again()
        self.spent.start_again()

    def cost_of(self, place: str) -> int:
        """Nano-USD of what was done below `place`, and of what was lost there since the run was taken up."""
        done = ((key, step.cost_nano_usd) for key, step in self.journal.steps.items())
        return sum(cost for key, cost in (*done, *self.spent.lost.items()) if key.startswith(f"{place}/"))
